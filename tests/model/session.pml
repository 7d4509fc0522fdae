/* A model of how sessions are pinned, opened, evicted, ended and closed (src/session), for spin. Every atomic block is
 * what one turn of the loop does; between two of them anybody else may run. Time and the order of the idle list are left
 * out: any idle session may be evicted or expire at any moment, which allows more than the program does.
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
 */
#define IDS 2
#define GENERATIONS 5 /* 1 to 4; 0 is nobody */
#define STARTS 3
#define MAX 1  /* max_sessions */
#define HARD 2 /* max_sessions_hard */

mtype = { unopened, opening, opened, closing, closed };
mtype = { alive, client, evicted, idle, crashed, start_failed };
mtype = { away, waits, called };

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

/* Ghosts: what is true, to compare what is counted with. */
byte users[GENERATIONS];        /* requests that were handed this generation and have not let go */
byte browsers[GENERATIONS];     /* processes that exist */

#ifdef IGNORE_PINS
#define IS_IDLE(g) (index[id_of[g]] == g)
#else
#define IS_IDLE(g) (index[id_of[g]] == g && pins[g] == 0)
#endif
#define SOME_IDLE (IS_IDLE(1) || IS_IDLE(2) || IS_IDLE(3) || IS_IDLE(4))

#ifdef CLOSING_IS_FREE
#define ENGINES sessions
#else
#define ENGINES (sessions + closing_now)
#endif
#ifdef PROMISE_TWICE
#define HAS_PLACE (ENGINES < HARD)
#else
#define HAS_PLACE (ENGINES + promised < HARD)
#endif

/* Holds between any two turns. */
inline check() {
  assert(sessions + closing_now <= HARD);                /* 17 */
  assert(!(waiting > 0 && ENGINES + promised < HARD));   /* nobody waits for a place that is free */
  assert(sessions <= MAX || !SOME_IDLE)                  /* 18 */
}

inline end_now(g, why) {
  assert(reason[g] == alive);                                             /* 16: a victim is a victim once */
  assert(users[g] == 0 || why == client || why == crashed || why == start_failed); /* 2 */
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

inline trim() {
#ifdef NO_TRIM
  skip
#else
  do
  :: sessions > MAX && SOME_IDLE -> end_one_idle(evicted)
  :: else -> break
  od
#endif
}

inline call(n) {
  ticket[n] = called;
  waiting--;
  promised++
}

inline serve_queue() {
  do
  :: waiting > 0 && HAS_PLACE ->
    if
    :: ticket[0] == waits -> call(0)
    :: ticket[1] == waits -> call(1)
    :: ticket[2] == waits -> call(2)
    fi
  :: else -> break
  od;
  do
  :: waiting > closing_now && SOME_IDLE -> end_one_idle(evicted)
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
  atomic { assert(reason[g] != evicted && reason[g] != idle) }   /* 2 */
}

inline release(id, g) {
  atomic {
    users[g]--;
#ifdef RELEASE_BY_ID
    h = index[id];
    if :: pins[h] > 0 -> pins[h]-- :: else fi;
#else
    assert(pins[g] > 0);
    pins[g]--;
#endif
    trim();
    serve_queue();
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
      pins[g]++
#endif
    fi
  }
  ensure_open(g);
#ifdef PIN_AFTER_WAIT
  atomic { pins[g]++ }
#endif
  work(g);
  release(id, g);
unknown:
  skip
}

inline make_session(id, g) {
  if
  :: index[id] != 0 -> serve_queue()   /* 23: refused; the place goes to the next */
  :: else ->
    do
    :: sessions >= MAX && SOME_IDLE -> end_one_idle(evicted)
    :: else -> break
    od;
    last_generation++;
    g = last_generation;
    id_of[g] = id;
    index[id] = g;
    pins[g] = 1;
    users[g] = 1;
    sessions++
  fi;
  check()
}

/* A start under an id that the caller names. Eager or lazy; waits at the hard limit, and may leave at any time. */
proctype Start(byte n; byte id) {
  byte g = 0, h;
  atomic {
    if
    :: HAS_PLACE && waiting == 0 -> make_session(id, g)
    :: else -> ticket[n] = waits; waiting++; serve_queue(); check()
    fi
  }
  if
  :: atomic { ticket[n] == called -> ticket[n] = away; promised--; make_session(id, g) }
  :: atomic { ticket[n] == called -> ticket[n] = away; promised--;
#ifndef KEEP_PROMISE
              serve_queue();
#endif
              check() }
  :: atomic { ticket[n] == waits -> ticket[n] = away; waiting--; check() }
  :: ticket[n] == away
  fi;
  if
  :: g == 0
  :: g != 0 ->
    if
#ifndef QUEUE
    :: ensure_open(g);
       atomic {
         if
         :: reason[g] == alive && engine[g] == unopened -> end_now(g, start_failed); check()
         :: else
         fi
       }
       work(g)
#endif
    :: skip   /* lazy: answered at once */
    fi;
    release(id, g)
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

init {
  byte g;
  atomic {   /* one session that nobody has used yet */
    last_generation = 1; index[0] = 1; sessions = 1;
#ifdef QUEUE
    run Start(0, 0); run Start(1, 1); run Start(2, 0); run End(0); run Sweep()
#else
    run Request(0); run Request(0); run Start(0, 0);
    run End(0); run Sweep(); run Crash()
#endif
  }
  (_nr_pr == 1);
  atomic {   /* everybody has gone home */
    assert(waiting == 0 && promised == 0 && closing_now == 0);
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
