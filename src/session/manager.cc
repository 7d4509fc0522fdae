#include "session/manager.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "base/id.h"

namespace session {

using namespace std::chrono_literals;

engine::Engine& Lease::engine() const {
  CHECK(live_ && live_->engine, "a lease without an engine was used");
  return *live_->engine;
}

void Lease::release() noexcept {
  if (manager_ != nullptr) std::exchange(manager_, nullptr)->release(*this);
  live_.reset();
}

Manager::Manager(aio::Executor executor, aio::Clock& clock, const base::Logger& log, engine::EngineFactory& factory,
                 Limits limits, Observer* observer)
    : clock_(clock),
      log_(log),
      factory_(factory),
      limits_(limits),
      observer_(observer ? observer : &silent_),
      store_(limits.max_sessions, limits.idle_ttl),
      scope_(std::move(executor)) {}

Manager::~Manager() { CHECK(held_.empty(), "a Manager died before its leases"); }

// --- leases ----------------------------------------------------------------------------------------------------------

Lease Manager::hold(Store::Pin pin, std::string owner) {
  auto live = std::static_pointer_cast<Live>(Store::payload(pin));
  const auto held = held_.insert(held_.end(), Held{Store::ref(pin), std::move(owner), clock_.now()});
  note_chore();
  return Lease(this, std::move(live), std::move(pin), held);
}

void Manager::release(Lease& lease) noexcept {
  const base::TimePoint now = clock_.now();
  hold_times_.add(now - lease.held_->since);
  held_.erase(lease.held_);
  std::vector<Store::Victim> victims;
  store_.unpin(std::move(lease.pin_), now, victims);
  if (draining_)
    for (Store::Victim& idle : store_.end_all_idle(EndReason::drained)) victims.push_back(std::move(idle));
  end_all(std::move(victims));
  serve_queue();
  note_chore();
}

aio::Task<std::expected<Lease, Failure>> Manager::lease(const aio::Context& ctx, std::string id,
                                                        engine::EventSink& events, std::string owner) {
  auto pin = store_.pin(id);
  if (!pin) co_return std::unexpected(Refused{Refused::Why::unknown, state_of(id)});
  Lease lease = hold(std::move(*pin), std::move(owner));
  if (auto failure = co_await ensure_open(ctx, lease.live_, events)) co_return std::unexpected(std::move(*failure));
  co_return lease;
}

base::Error Manager::ended_error(const Live& live) {
  const EndReason reason = live.reason.value_or(EndReason::lost);
  if (reason == EndReason::crashed) return {base::Kind::browser, "The browser crashed"};
  return {base::Kind::gone, fmt::format("Session was closed: {}", to_string(reason))};
}

// Work that failed because its connection broke says so before the news of the browser's death is here; the caller is
// told the cause, not the symptom.
aio::Task<base::Error> Manager::after_end(Live& live, base::Error error) {
  if (error.kind == base::Kind::gone && !live.ended.is_set()) {
    auto first = co_await aio::race(live.ended.wait(), clock_.sleep(1s));
    static_cast<void>(first);
  }
  co_return live.ended.is_set() ? ended_error(live) : std::move(error);
}

// --- starting --------------------------------------------------------------------------------------------------------

bool Manager::has_place() const { return engines() + admission_.promised() < limits_.max_sessions_hard; }

// Promises places that are free to those who wait, and makes room for the others where an idle session can go.
void Manager::serve_queue() {
  while (admission_.waiting() > 0 && has_place()) admission_.promise_one();
  while (admission_.waiting() > closing_ && store_.idle() > 0) end_now(*store_.evict_one(EndReason::evicted));
}

aio::Task<std::optional<Refused>> Manager::admit(const aio::Context& ctx) {
  if (draining_) co_return Refused{Refused::Why::draining, "", 1s};
  if (has_place() && admission_.waiting() == 0) co_return std::nullopt;
  const Refused full{Refused::Why::full, "", hold_times_.retry_after()};
  if (admission_.waiting() >= limits_.admission_waiters) co_return full;

  Admission::Ticket ticket(admission_);
  serve_queue();
  const base::TimePoint until = std::min(ctx.deadline, base::after(clock_.now(), limits_.admission_timeout));
  auto first = co_await aio::race(ticket.called(), clock_.sleep_until(until));
  static_cast<void>(first);
  if (draining_) co_return Refused{Refused::Why::draining, "", 1s};
  if (!ticket.promised()) co_return Refused{Refused::Why::full, "", hold_times_.retry_after()};
  co_return std::nullopt;  // the ticket dies here and the caller takes its place in the same breath
}

aio::Task<std::expected<Lease, Failure>> Manager::start(const aio::Context& ctx, engine::SessionConfig config,
                                                        std::optional<std::string> id, engine::EventSink& events,
                                                        std::string owner) {
  if (auto refused = co_await admit(ctx)) {
    observer_->refused(refused->why);
    serve_queue();
    co_return std::unexpected(*refused);
  }
  auto live = std::make_shared<Live>(std::move(config));
  std::vector<Store::Victim> victims;
  auto pin = store_.add(id ? *id : base::uuid_v4(), live, victims);
  if (!pin) co_return std::unexpected(Refused{Refused::Why::exists});
  live->ref = Store::ref(*pin);
  Lease lease = hold(std::move(*pin), std::move(owner));
  end_all(std::move(victims));
  observer_->started();
  log_.info("session started", {{"reqId", ctx.request_id}, {"sessionId", lease.id()}});
  if (!live->config.eager) co_return lease;

  // Unwound or failed, a session that nobody was told of ends here.
  struct Unless {
    Manager& manager;
    Live& live;
    EndReason reason = EndReason::client;
    bool kept = false;
    ~Unless() {
      if (kept) return;
      if (auto victim = manager.store_.end(live.ref, reason)) manager.end_now(std::move(*victim));
    }
  } unless{*this, *live};
  if (auto failure = co_await ensure_open(ctx, live, events)) {
    unless.reason = EndReason::start_failed;
    co_return std::unexpected(std::move(*failure));
  }
  unless.kept = true;
  co_return lease;
}

// --- opening ---------------------------------------------------------------------------------------------------------

aio::Task<std::optional<Failure>> Manager::ensure_open(const aio::Context& ctx, std::shared_ptr<Live> live,
                                                       engine::EventSink& events) {
  if (live->engine) co_return std::nullopt;
  if (!live->opening) live->opening = std::make_shared<Opening>();
  const std::shared_ptr<Opening> opening = live->opening;

  // Counted on every way out; the last to leave an unfinished opening takes it along (clause 22).
  struct Waiting {
    Manager& manager;
    Live& live;
    Opening& opening;
    engine::EventSink& events;
    Waiting(Manager& m, Live& l, Opening& o, engine::EventSink& e) : manager(m), live(l), opening(o), events(e) {
      ++opening.waiters;
      opening.sinks.add(&events);
    }
    ~Waiting() {
      opening.sinks.remove(&events);
      if (--opening.waiters > 0 || opening.done.is_set()) return;
      if (live.opening.get() == &opening) live.opening.reset();  // whoever comes next starts afresh
      manager.scope_.cancel_child(opening.task);
    }
  } const waiting(*this, *live, *opening, events);
  // Spawned only now that a waiter is counted: it may end within spawn.
  if (opening->task == 0 && !opening->done.is_set()) opening->task = scope_.spawn(open(live, opening, ctx.request_id));

  if (ctx.deadline == base::kNever) {
    co_await opening->done.wait();
  } else {
    auto first = co_await aio::race(opening->done.wait(), clock_.sleep_until(ctx.deadline));
    if (first.index() == 1 && !opening->done.is_set())
      co_return base::Error{base::Kind::timeout, "timed out waiting for the browser to open"};
  }
  if (live->ended.is_set()) co_return ended_error(*live);
  if (opening->error) co_return *opening->error;
  co_return std::nullopt;
}

aio::Task<void> Manager::open(std::shared_ptr<Live> live, std::shared_ptr<Opening> opening, std::string request_id) {
  // On every way out, unwinding included, the waiters learn of it and a later request may try again.
  struct Finish {
    Live& live;
    Opening& opening;
    ~Finish() {
      if (!live.engine && !opening.error) opening.error = base::Error{base::Kind::gone, "The start was given up"};
      if (live.opening.get() == &opening) live.opening.reset();
      opening.done.set();
    }
  } const finish{*live, *opening};

  const aio::Context ctx{.clock = &clock_, .log = &log_, .request_id = std::move(request_id)};
  auto made = co_await factory_.open(ctx, live->config, opening->sinks);
  if (!made) {
    opening->error = std::move(made).error();
    log_.warn("browser did not open", {{"reqId", ctx.request_id},
                                       {"sessionId", live->ref.id},
                                       {"error", opening->error->message},
                                       {"detail", opening->error->detail}});
    co_return;
  }
  // Clause 11: the session ended under its own start; or everybody left and a new opening has taken over.
  if (live->ended.is_set() || live->opening != opening) {
    const std::unique_ptr<engine::Engine> orphan = std::move(*made);
    co_await close_engine(*orphan, live->ref);
    co_return;
  }
  opened(live, std::move(*made));
}

void Manager::opened(const std::shared_ptr<Live>& live, std::unique_ptr<engine::Engine> engine) {
  live->engine = std::move(engine);
  live->engine->on_death([this, ref = live->ref](const std::string& why) { on_death(ref, why); });
}

void Manager::on_death(const Ref& ref, const std::string& why) {
  log_.warn("browser died", {{"sessionId", ref.id}, {"detail", why}});
  if (auto victim = store_.end(ref, EndReason::crashed)) end_now(std::move(*victim));
}

// --- ending ----------------------------------------------------------------------------------------------------------

std::string Manager::state_of(const std::string& id) { return std::string(tombstones_.state(id, clock_.now())); }

std::optional<std::uint64_t> Manager::generation_of(const std::string& id) const {
  const Store::Entry* entry = store_.find(id);
  if (entry == nullptr) return std::nullopt;
  return entry->ref.generation;
}

void Manager::end_all(std::vector<Store::Victim> victims) {
  for (Store::Victim& victim : victims) end_now(std::move(victim));
}

// The victim is out of the index already: from here on nobody can be handed its engine (clause 10).
void Manager::end_now(Store::Victim victim) {
  auto live = std::static_pointer_cast<Live>(victim.payload);
  live->reason = victim.reason;
  tombstones_.add(victim.ref.id, victim.reason, clock_.now());
  observer_->ended(victim.reason);
  log_.info("session ended", {{"sessionId", victim.ref.id}, {"reason", to_string(victim.reason)}});
  live->ended.set();
  if (live->opening) scope_.cancel_child(live->opening->task);
  ++closing_;
  scope_.spawn(close(std::move(live)));
  if (store_.size() == 0) emptied_.wake_all();
}

aio::Task<void> Manager::close(std::shared_ptr<Live> live) {
  // An opening that was just cancelled, or that is beyond cancelling, still decides whether there is an engine.
  if (const std::shared_ptr<Opening> opening = live->opening) {
    auto first = co_await aio::race(opening->done.wait(), clock_.sleep(limits_.close_timeout));
    static_cast<void>(first);
  }
  if (live->engine) co_await close_engine(*live->engine, live->ref);
  live->closed.set();
  --closing_;
  serve_queue();
}

aio::Task<void> Manager::close_engine(engine::Engine& engine, const Ref& ref) {
  const aio::Context ctx = aio::Context{.clock = &clock_, .log = &log_}.within(limits_.close_timeout);
  auto closed = co_await aio::by_deadline(ctx, engine.close(ctx), "the browser did not close in time");
  if (!closed) {
    log_.warn("browser was killed", {{"sessionId", ref.id}, {"error", closed.error().message}});
    engine.kill();
  }
}

aio::Task<std::expected<void, Refused>> Manager::end(const aio::Context& ctx, std::string id, EndReason reason) {
  auto victim = store_.end(id, reason);
  if (!victim) co_return std::unexpected(Refused{Refused::Why::unknown, state_of(id)});
  const auto live = std::static_pointer_cast<Live>(victim->payload);
  end_now(std::move(*victim));
  static_cast<void>(ctx);
  co_await live->closed.wait();
  co_return std::expected<void, Refused>{};
}

aio::Task<void> Manager::drain(aio::Latch& hurry) {
  draining_ = true;
  admission_.refuse_all();
  end_all(store_.end_all_idle(EndReason::drained));
  const base::TimePoint until = base::after(clock_.now(), limits_.drain_timeout);
  while (store_.size() > 0 && !hurry.is_set() && clock_.now() < until) {
    auto first = co_await aio::race(emptied_.wait(), aio::race(hurry.wait(), clock_.sleep_until(until)));
    static_cast<void>(first);
  }
  end_all(store_.end_all(EndReason::drained));
  if (housekeeper_) scope_.cancel_child(*housekeeper_);
  co_await scope_.finish();
}

base::Result<void> Manager::set_limits(const Limits& limits) {
  if (limits.max_sessions == 0) return base::fail(base::Kind::invalid, "max_sessions must be greater than 0");
  if (limits.max_sessions_hard < limits.max_sessions)
    return base::fail(base::Kind::invalid, "max_sessions_hard must not be below max_sessions");
  limits_ = limits;
  store_.set_idle_ttl(limits.idle_ttl);
  end_all(store_.set_max_sessions(limits.max_sessions));
  serve_queue();
  note_chore();
  return {};
}

// --- chores ----------------------------------------------------------------------------------------------------------

base::TimePoint Manager::next_chore() const {
  base::TimePoint next = store_.next_expiry();
  const auto unreported = std::ranges::find_if(held_, [](const Held& held) { return !held.reported; });
  if (unreported != held_.end()) next = std::min(next, base::after(unreported->since, limits_.pin_alarm));
  return next;
}

// Makes sure that keep_house looks again no later than the next chore is due.
void Manager::note_chore() {
  if (draining_) return;
  const base::TimePoint next = next_chore();
  if (next >= next_look_) return;
  next_look_ = next;
  if (housekeeper_)
    chores_.wake_all();
  else
    housekeeper_ = scope_.spawn(keep_house());
}

aio::Task<void> Manager::keep_house() {
  for (;;) {
    if (next_look_ == base::kNever) {
      co_await chores_.wait();
    } else {
      auto first = co_await aio::race(clock_.sleep_until(next_look_), chores_.wait());
      static_cast<void>(first);
    }
    if (clock_.now() < next_look_) continue;
    end_all(store_.sweep(clock_.now()));
    report_long_pins();
    next_look_ = next_chore();
  }
}

void Manager::report_long_pins() {
  const base::TimePoint now = clock_.now();
  for (Held& held : held_) {
    if (now - held.since < limits_.pin_alarm) break;
    if (held.reported) continue;
    held.reported = true;
    observer_->pin_alarm();
    log_.warn("session in use for long",
              {{"sessionId", held.ref.id}, {"owner", held.owner}, {"heldMs", base::to_ms(now - held.since)}});
  }
}

}  // namespace session
