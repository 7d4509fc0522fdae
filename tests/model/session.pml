/* A model of how sessions are pinned, opened, evicted, ended and closed (src/session), for spin. Every atomic block is
 * what one turn of the loop does; between two of them anybody else may run. The order of the idle list is left out: any
 * idle session may be evicted or expire at any moment, which allows more than the program does. Of time only min_idle is
 * there: a session that became idle is young until the clock says otherwise.
 *
 * Four casts, each searched whole (model_test.py says which guard is missed by which):
 *   LIFE    requests, an eager start, an end, a sweep and a crash around one lazy session
 *   QUEUE   starts that queue at the hard limit and may leave at any time
 *   WORK    starts that queue beside work, with a clock, and limits that change
 *   DOWN    eager starts and work when the server is told to stop
 * Every process comes to its end, and in WORK and DOWN no start gives up waiting: so a start that is forgotten in the
 * queue stops the run in an invalid end state, and that none is found says that everybody who waits is served.
 *
 * model_test.py runs it as it is (no error may be found) and once with each macro below, which takes one guard away (an
 * error must be found):
 *   PIN_AFTER_WAIT    a request pins only when the browser is open                                       (clause 3)
 *   VISIBLE_CLOSING   a session that ends leaves the index after its close, not before                   (clause 10)
 *   RELEASE_BY_ID     a release lowers the count of whatever generation is now under its id              (clause 8)
 *   FORGET_OPENING    an end does not wait for an opening under way, to close what it makes              (clause 11)
 *   OPEN_TWICE        each first request opens a browser of its own                                      (clause 22)
 *   SWEEP_BY_ID       a sweep decides by id, and acts on the id later                                    (case 7)
 *   IGNORE_PINS       eviction and expiry do not look at the pins                                        (clause 2)
 *   PROMISE_TWICE     a place that is promised to a waiting start still counts as free                   (clause 16)
 *   KEEP_PROMISE      a start that leaves with a promise does not pass its place on                      (clause 17)
 *   NO_TRIM           a release does not trim to the capacity                                            (clause 18)
 *   CLOSING_IS_FREE   browsers that are still closing do not count at the hard limit                     (clause 15)
 *   FREE_NOT_TOLD     a finished close does not tell the queue                                           (clause 17)
 *   ANY_FIRST         a place goes to any who waits                                                      (clause 17)
 *   YOUNG_TOO         trimming takes sessions that were used just now                                    (clause 18)
 *   YOUNG_FOR_START   so does a start at capacity                                                        (clause 18)
 *   ANY_AGE           a start at the hard limit takes any age, whatever is in work                       (clause 18)
 *   AGE_NOT_TOLD      a session that becomes old enough above the capacity stays                         (clause 18)
 *   RELEASE_NOT_TOLD  a release does not serve the queue                                                 (clause 18)
 *   LIMITS_NOT_TOLD   neither do changed limits                                                          (clause 17)
 *   LOWER_ASKS_AGE    lowering the capacity spares young sessions                                        (clause 19)
 *   DRAIN_LETS_IN     a start whose place was promised is let in by a drain                              (clause 25)
 *   DRAIN_KEEPS_QUEUE a drain does not tell those who wait                                               (clause 25)
 *   DEAD_ANSWER       a start that came out in a drain is answered with its session                      (clause 25)
 */
#define IDS 3
#define GENERATIONS 5 /* 1 to 4; 0 is nobody */
#define STARTS 3
#ifdef WORK
byte max = 1, hard = 2;
#else
#define max 1  /* max_sessions */
#define hard 2 /* max_sessions_hard */
#endif
#if defined(QUEUE) || defined(WORK)
#define LAZY   /* no start opens a browser */
#endif
#if defined(WORK) || defined(DOWN)
#define PATIENT
#endif

mtype = { unopened, opening, opened, closing, closed };
mtype = { alive, client, evicted, trimmed, lowered, idle, crashed, start_failed, drained }; /* the middle are one to users */
mtype = { away, waits, called, refused };

byte index[IDS];                /* id -> generation */
byte id_of[GENERATIONS];
byte pins[GENERATIONS];
mtype engine[GENERATIONS] = unopened;
mtype reason[GENERATIONS] = alive;
byte last_generation = 0;
byte sessions = 0;              /* entries of the index */
byte closing_now = 0;           /* ended, browser not gone yet */
mtype ticket[STARTS] = away;
byte waiting = 0;
byte promised = 0;
chan line = [STARTS] of { byte };   /* those who wait */
#ifdef WORK
bool old[GENERATIONS];          /* idle for min_idle */
#define OLD(g) old[g]
#define SET_OLD(g, is) old[g] = is
#else
#define OLD(g) true
#define SET_OLD(g, is) skip
#endif
#ifdef DOWN
bool draining = false;
#else
#define draining false
#endif
bool starting[GENERATIONS];     /* one of the pins is its start's */

/* Ghosts: what is true, to compare what is counted with. */
byte users[GENERATIONS];        /* requests that were handed this generation and have not let go */
byte browsers[GENERATIONS];     /* processes that exist */
byte before[STARTS];            /* how many of those who wait came earlier */

#ifdef IGNORE_PINS
#define IS_IDLE(g) (index[id_of[g]] == g)
#else
#define IS_IDLE(g) (index[id_of[g]] == g && pins[g] == 0)
#endif
#define SOME_IDLE (IS_IDLE(1) || IS_IDLE(2) || IS_IDLE(3) || IS_IDLE(4))
#define IS_OLD(g) (IS_IDLE(g) && OLD(g))
#define SOME_OLD (IS_OLD(1) || IS_OLD(2) || IS_OLD(3) || IS_OLD(4))
#define WORKS(g) (index[id_of[g]] == g && pins[g] > starting[g])
#define IN_WORK (WORKS(1) + WORKS(2) + WORKS(3) + WORKS(4))

#ifdef CLOSING_IS_FREE
#define ENGINES sessions
#else
#define ENGINES (sessions + closing_now)
#endif
#ifdef PROMISE_TWICE
#define HAS_PLACE (ENGINES < hard)
#else
#define HAS_PLACE (ENGINES + promised < hard)
#endif

/* More wait than closes under way make places for. */
#define MUST_MAKE_PLACE (sessions + promised + waiting > hard)

/* Holds between any two turns. */
inline check() {
  assert(sessions + closing_now <= hard);                /* 17 */
  assert(draining || !(waiting > 0 && ENGINES + promised < hard));   /* nobody waits for a place that is free */
  assert(!(waiting > 0 && MUST_MAKE_PLACE && (SOME_OLD || (SOME_IDLE && IN_WORK < max))));   /* nor for one to be had */
  assert(sessions <= max || !SOME_OLD)                   /* 18 */
}

inline end_now(g, why) {
  assert(reason[g] == alive);                                             /* 16: a victim is a victim once */
  assert(users[g] == 0 || why == client || why == crashed || why == start_failed || why == drained); /* 2 */
  assert(why != trimmed || OLD(g));                                       /* 18 */
  assert(why != evicted || OLD(g) || (IN_WORK < max && ENGINES + promised >= hard));
  reason[g] = why;
#ifndef VISIBLE_CLOSING
  index[id_of[g]] = 0;
  sessions--;
#endif
  closing_now++;
  run Close(g)
}

inline end_one_idle(why) {
  if
  :: IS_IDLE(1) -> end_now(1, why)
  :: IS_IDLE(2) -> end_now(2, why)
  :: IS_IDLE(3) -> end_now(3, why)
  :: IS_IDLE(4) -> end_now(4, why)
  fi
}

inline end_one_old(why) {
  if
  :: IS_OLD(1) -> end_now(1, why)
  :: IS_OLD(2) -> end_now(2, why)
  :: IS_OLD(3) -> end_now(3, why)
  :: IS_OLD(4) -> end_now(4, why)
  fi
}

inline trim() {
#ifdef NO_TRIM
  skip
#else
  do
#ifdef YOUNG_TOO
  :: sessions > max && SOME_IDLE -> end_one_idle(trimmed)
#else
  :: sessions > max && SOME_OLD -> end_one_old(trimmed)
#endif
  :: else -> break
  od
#endif
}

inline leave_line(n) {
  waiting--;
  before[0] = before[0] - (before[0] > before[n]);
  before[1] = before[1] - (before[1] > before[n]);
  before[2] = before[2] - (before[2] > before[n]);
  before[n] = 0
}

inline call(n) {
  assert(before[n] == 0);   /* 17: first come first served */
  ticket[n] = called;
  leave_line(n);
  promised++
}

inline serve_queue() {
  do
  :: !draining && waiting > 0 && HAS_PLACE ->
    if
#ifdef ANY_FIRST
    :: line??0 -> call(0)
    :: line??1 -> call(1)
    :: line??2 -> call(2)
#else
    :: line?0 -> call(0)
    :: line?1 -> call(1)
    :: line?2 -> call(2)
#endif
    fi
  :: else -> break
  od;
  do
#ifdef ANY_AGE
  :: !draining && waiting > 0 && MUST_MAKE_PLACE && SOME_IDLE -> end_one_idle(evicted)
#else
  :: !draining && waiting > 0 && MUST_MAKE_PLACE && SOME_IDLE && IN_WORK < max -> end_one_idle(evicted)
  :: !draining && waiting > 0 && MUST_MAKE_PLACE && SOME_OLD -> end_one_old(evicted)
#endif
  :: else -> break
  od
}

proctype Close(byte g) {
#ifndef FORGET_OPENING
  (engine[g] != opening);
#endif
  atomic { if :: engine[g] == opened -> engine[g] = closing :: else fi }
  atomic {
    if :: engine[g] == closing -> engine[g] = closed; browsers[g]-- :: else fi;
#ifdef VISIBLE_CLOSING
    index[id_of[g]] = 0;
    sessions--;
#endif
    closing_now--;
#ifndef FREE_NOT_TOLD
    serve_queue();
#endif
    check()
  }
}

/* An opening fails, or is cancelled by the end of its session, or makes a browser. */
proctype Open(byte g) {
  atomic { browsers[g]++; assert(browsers[g] == 1) }   /* 22 */
  atomic {
    if
    :: engine[g] = opened
    :: browsers[g]--; engine[g] = unopened
    fi
  }
}

inline ensure_open(g) {
  atomic {
    if
#ifdef OPEN_TWICE
    :: engine[g] != opened && reason[g] == alive -> engine[g] = opening; run Open(g)
#else
    :: engine[g] == unopened && reason[g] == alive -> engine[g] = opening; run Open(g)
#endif
    :: else
    fi
  }
  (engine[g] != opening || reason[g] != alive)
}

/* One verb, unless the opening that this request waited for failed; the end of the session may come in the middle. */
inline work(g) {
  atomic { assert(reason[g] != alive || (engine[g] != closing && engine[g] != closed)) }   /* 10 */
  atomic { assert(reason[g] != evicted && reason[g] != trimmed && reason[g] != idle) }   /* 2 */
}

inline release(id, g, by_start) {
  atomic {
    users[g]--;
    if :: by_start -> starting[g] = false :: else fi;
#ifdef RELEASE_BY_ID
    h = index[id];
    if :: pins[h] > 0 -> pins[h]-- :: else fi;
#else
    assert(pins[g] > 0);
    pins[g]--;
#endif
    SET_OLD(g, false);
    do
    :: draining && SOME_IDLE -> end_one_idle(drained)
    :: else -> break
    od;
    trim();
#ifndef RELEASE_NOT_TOLD
    serve_queue();
#endif
    check()
  }
}

proctype Request(byte id) {
  byte g, h;
  atomic {
    g = index[id];
    if
    :: g == 0 -> goto unknown
    :: else ->
      assert(reason[g] == alive);   /* 10: nobody is handed a session that has ended */
      users[g]++;
#ifndef PIN_AFTER_WAIT
      pins[g]++;
#endif
      SET_OLD(g, false)
    fi
  }
#ifndef LAZY
  ensure_open(g);
#endif
#ifdef PIN_AFTER_WAIT
  atomic { pins[g]++ }
#endif
  work(g);
  release(id, g, false);
unknown:
  skip
}

inline make_session(id, g) {
  if
  :: index[id] != 0 -> serve_queue()   /* 23: refused; the place goes to the next */
  :: else ->
    assert(!draining);   /* 25 */
    do
#ifdef YOUNG_FOR_START
    :: sessions >= max && SOME_IDLE -> end_one_idle(trimmed)
#else
    :: sessions >= max && SOME_OLD -> end_one_old(trimmed)
#endif
    :: else -> break
    od;
    last_generation++;
    g = last_generation;
    id_of[g] = id;
    index[id] = g;
    pins[g] = 1;
    starting[g] = true;
    users[g] = 1;
    sessions++
  fi;
  check()
}

inline give_up() {
  ticket[n] = away;
  promised--;
#ifndef KEEP_PROMISE
  serve_queue();
#endif
  check()
}

/* A start under an id that the caller names. Eager or lazy; waits at the hard limit, and may leave at any time. */
proctype Start(byte n; byte id) {
  byte g = 0, h;
  atomic {
    if
    :: draining
    :: !draining && HAS_PLACE && waiting == 0 -> make_session(id, g)
    :: else -> ticket[n] = waits; before[n] = waiting; waiting++; line!n; serve_queue(); check()
    fi
  }
  if
  :: atomic { ticket[n] == called ->
#ifndef DRAIN_LETS_IN
              if
              :: draining -> give_up()
              :: else ->
#endif
                ticket[n] = away; promised--; make_session(id, g)
#ifndef DRAIN_LETS_IN
              fi
#endif
     }
  :: atomic { ticket[n] == called -> give_up() }
#ifndef PATIENT
  :: atomic { ticket[n] == waits -> ticket[n] = away; line??eval(n); leave_line(n); check() }
#endif
  :: atomic { ticket[n] == refused -> ticket[n] = away }
  :: ticket[n] == away
  fi;
  if
  :: g == 0
  :: g != 0 ->
    if
#ifndef LAZY
    :: ensure_open(g);
       atomic {
         if
#ifndef DEAD_ANSWER
         :: draining -> if :: reason[g] == alive -> end_now(g, drained); check() :: else fi
#endif
         :: else ->
           if
           :: reason[g] == alive && engine[g] == unopened -> end_now(g, start_failed); check()
           :: else -> assert(!draining)   /* 25: nobody is told of a session that goes with the server */
           fi
         fi
       }
       work(g)
#endif
#ifndef DOWN
    :: skip   /* lazy: answered at once */
#endif
    fi;
    release(id, g, true)
  fi
}

proctype End(byte id) {
  byte g;
  atomic {
    g = index[id];
    if :: g != 0 && reason[g] == alive -> end_now(g, client) :: else fi;
    check()
  }
}

proctype Crash() {
  atomic {
    if
    :: engine[1] == opened && reason[1] == alive -> end_now(1, crashed)
    :: engine[2] == opened && reason[2] == alive -> end_now(2, crashed)
    :: skip
    fi;
    check()
  }
}

proctype Sweep() {
#ifdef SWEEP_BY_ID
  byte id, g;
  atomic {
    if
    :: index[0] != 0 && pins[index[0]] == 0 -> id = 0
    :: index[1] != 0 && pins[index[1]] == 0 -> id = 1
    :: else -> goto nothing
    fi
  }
  atomic { g = index[id]; if :: g != 0 -> end_now(g, idle) :: else fi; check() }
nothing:
  skip
#else
  atomic { if :: SOME_IDLE -> end_one_idle(idle) :: skip fi; check() }
#endif
}

#ifdef WORK
/* Makes sessions old enough, one at a time, until everybody else has gone home. */
proctype Clock() {
  do
  :: atomic {
       if
       :: IS_IDLE(1) && !old[1] -> old[1] = true
       :: IS_IDLE(2) && !old[2] -> old[2] = true
       :: IS_IDLE(3) && !old[3] -> old[3] = true
       :: IS_IDLE(4) && !old[4] -> old[4] = true
       :: _nr_pr == 2 -> break
       fi;
#ifndef AGE_NOT_TOLD
       trim();
#endif
       serve_queue();
       check()
     }
  od
}

proctype Limits() {
  atomic {
    max = 2;
    hard = 3;
#ifndef LIMITS_NOT_TOLD
    serve_queue();
#endif
    check()
  }
  atomic {
    max = 1;
    do
#ifdef LOWER_ASKS_AGE
    :: sessions > max && SOME_OLD -> end_one_old(lowered)
#else
    :: sessions > max && SOME_IDLE -> end_one_idle(lowered)
#endif
    :: else -> break
    od;
    assert(sessions <= max || !SOME_IDLE);   /* 19 */
    serve_queue();
    check()
  }
}
#endif

#ifdef DOWN
inline refuse(n) {
  if :: ticket[n] == waits -> ticket[n] = refused; line??eval(n); leave_line(n) :: else fi
}

inline end_all_of(g, rest) {
  if
  :: g <= last_generation && index[id_of[g]] == g && reason[g] == alive &&
     (rest || pins[g] == 0 || (starting[g] && !WORKS(g))) -> end_now(g, drained)
  :: else
  fi
}

proctype Drain() {
  atomic {
    draining = true;
#ifndef DRAIN_KEEPS_QUEUE
    refuse(0); refuse(1); refuse(2);
#endif
    end_all_of(1, false); end_all_of(2, false); end_all_of(3, false); end_all_of(4, false)
  }
  atomic { end_all_of(1, true); end_all_of(2, true); end_all_of(3, true); end_all_of(4, true) }   /* the budget is over */
}
#endif

init {
  byte g;
  atomic {   /* one session that nobody has used yet */
    last_generation = 1; index[0] = 1; sessions = 1;
#if defined(QUEUE)
    run Start(0, 0); run Start(1, 1); run Start(2, 0); run End(0); run Sweep()
#elif defined(WORK)
    run Clock();   /* first: spin lets go of the latest first, and this one counts who is left */
    run Request(0); run Start(0, 1); run Start(1, 2); run Start(2, 0); run Limits()
#elif defined(DOWN)
    run Request(0); run Start(0, 1); run Start(1, 2); run Drain()
#else
    run Request(0); run Request(0); run Start(0, 0);
    run End(0); run Sweep(); run Crash()
#endif
  }
  (_nr_pr == 1);
  atomic {   /* everybody has gone home */
    assert(waiting == 0 && promised == 0 && closing_now == 0);
    assert(!draining || sessions == 0);
    g = 1;
    do
    :: g < GENERATIONS ->
      assert(pins[g] == 0 && users[g] == 0);
      assert(reason[g] == alive || browsers[g] == 0);   /* 11: no orphan */
      g++
    :: else -> break
    od
  }
}
