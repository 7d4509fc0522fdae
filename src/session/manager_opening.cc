// How a Manager opens a session's browser: once for all who wait for it, and given up when the last of them leaves.
#include "aio/incidents.h"
#include "session/manager.h"

namespace session {

namespace {

// Counted on every way out; the last to leave an unfinished opening takes it along, whether it gave up (clause 22) or
// the session ended (clause 11).
struct Waiting {
  aio::Scope& scope;
  Opening& opening;
  engine::EventSink& events;

  Waiting(aio::Scope& s, Opening& o, engine::EventSink& e) : scope(s), opening(o), events(e) {
    ++opening.waiters;
    opening.sinks.add(&events);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    opening.sinks.remove(&events);
    if (--opening.waiters > 0 || opening.done.is_set()) return;
    opening.given_up = true;
    scope.cancel_child(opening.task);
  }
};

}  // namespace

aio::Task<std::optional<Failure>> Manager::ensure_open(const aio::Context& ctx, std::shared_ptr<Live> live,
                                                       engine::EventSink& events) {
  const base::Error late{base::Kind::timeout, "timed out waiting for the browser to open"};
  for (;;) {
    if (live->ended.is_set()) co_return ended_error(*live);
    if (live->engine) co_return std::nullopt;
    const bool first = !live->opening;
    if (first) live->opening = std::make_shared<Opening>();
    const std::shared_ptr<Opening> opening = live->opening;
    if (opening->given_up) {
      // Its browser is still going away; a session has one at most.
      if (!co_await done_or_ended(ctx, *opening, *live)) co_return late;
      continue;
    }
    const Waiting waiting(scope_, *opening, events);
    // Spawned only now that a waiter is counted: it may end within spawn.
    if (first) spawn_open(live, opening, ctx.request_id);
    if (!co_await done_or_ended(ctx, *opening, *live)) co_return late;
    if (live->ended.is_set()) co_return ended_error(*live);
    if (opening->error) co_return *opening->error;
    co_return std::nullopt;
  }
}

// Whether the opening was done, or the session ended, before the deadline. An opening that cannot be cancelled may go
// on after the end; nobody is kept waiting by it (clause 9).
aio::Task<bool> Manager::done_or_ended(const aio::Context& ctx, Opening& opening, Live& live) {
  auto news = aio::race(opening.done.wait(), live.ended.wait());
  if (ctx.deadline == base::kNever) {
    co_await std::move(news);
  } else {
    auto first = co_await aio::race(std::move(news), clock_.sleep_until(ctx.deadline));
    static_cast<void>(first);
  }
  co_return opening.done.is_set() || live.ended.is_set();
}

void Manager::spawn_open(const std::shared_ptr<Live>& live, const std::shared_ptr<Opening>& opening,
                         std::string request_id) {
  const aio::Scope::ChildId task = scope_.spawn(open(live, opening, std::move(request_id)));
  opening->task = task;
}

aio::Task<void> Manager::open(std::shared_ptr<Live> live, std::shared_ptr<Opening> opening, std::string request_id) {
  // On every way out, unwinding included, the waiters learn of it and a later request may try again.
  struct Finish {
    Live& live;
    Opening& opening;
    ~Finish() {
      if (!live.engine && !opening.error) opening.error = base::Error{base::Kind::gone, "The start was given up"};
      live.opening.reset();
      opening.done.set();
    }
  } const finish{*live, *opening};

  const aio::Context ctx{.clock = &clock_, .log = &log_, .request_id = std::move(request_id)};
  auto made = co_await aio::contained("opening a session", factory_.open(ctx, live->config, opening->sinks));
  if (!made) {
    opening->error = std::move(made).error();
    log_.warn("browser did not open", {{"reqId", ctx.request_id},
                                       {"sessionId", live->ref.id},
                                       {"error", opening->error->message},
                                       {"detail", opening->error->detail}});
    co_return;
  }
  // Also when it came in spite of a cancellation. No wait is possible here then, so nothing is closed here: a session
  // that goes on keeps the browser, and the close of one that ended waits for this (clause 11).
  opened(live, std::move(*made));
}

void Manager::opened(const std::shared_ptr<Live>& live, std::unique_ptr<engine::Engine> engine) {
  live->engine = std::move(engine);
  live->engine->on_death([this, ref = live->ref](const base::Error& cause) { on_death(ref, cause); });
}

void Manager::on_death(const Ref& ref, const base::Error& cause) {
  log_.warn("browser died", {{"sessionId", ref.id}, {"detail", cause.detail}});
  if (auto victim = store_.end(ref, EndReason::crashed)) {
    if (cause.message != kCrashed) std::static_pointer_cast<Live>(victim->payload)->cause = cause.message;
    end_now(std::move(*victim));
    make_even();
  }
}

}  // namespace session
