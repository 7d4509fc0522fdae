#include "session/manager.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "base/id.h"

namespace session {

using namespace std::chrono_literals;

namespace {

Refused refused_by_drain() { return {Refused::Why::draining, "", 1s}; }

}  // namespace

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
      store_(limits.max_sessions, limits.idle_ttl, limits.bounded_min_idle()),
      scope_(std::move(executor), "a session's task") {}

Manager::~Manager() { CHECK(held_.empty() && reported_.empty(), "a Manager died before its leases"); }

// --- leases
// -----------------------------------------------------------------------------------------------------------

Lease Manager::hold(Store::Pin pin, std::string owner) {
  auto live = std::static_pointer_cast<Live>(Store::payload(pin));
  const base::TimePoint now = clock_.now();
  const auto held = held_.insert(held_.end(), Held{Store::ref(pin), std::move(owner), now});
  hold_times_.taken(now);
  note_chore();
  return Lease(this, std::move(live), std::move(pin), held);
}

void Manager::release(Lease& lease) noexcept {
  const base::TimePoint now = clock_.now();
  hold_times_.given_back(lease.held_->since, now);
  (lease.held_->reported ? reported_ : held_).erase(lease.held_);
  std::vector<Store::Victim> victims;
  store_.unpin(std::move(lease.pin_), now, victims);
  end_all(std::move(victims));
  if (draining()) {
    end_all(store_.end_all_idle(EndReason::drained));
    end_all(store_.end_all_starting(EndReason::drained));  // others who used it have gone now
  }
  make_even();
}

aio::Task<std::expected<Lease, Failure>> Manager::lease(const aio::Context& ctx, std::string id,
                                                        engine::EventSink& events, std::string owner) {
  auto pin = store_.pin(id);
  if (!pin) co_return std::unexpected(unknown(id));
  Lease lease = hold(std::move(*pin), std::move(owner));
  if (auto failure = co_await ensure_open(ctx, lease.live_, events)) co_return std::unexpected(std::move(*failure));
  co_return lease;
}

std::size_t Manager::ahead(const Lease& lease) const {
  const aio::Semaphore& turn = lease.live_->turn;
  return turn.available() > 0 ? 0 : 1 + turn.waiting();
}

base::Error Manager::ended_error(const Live& live) {
  const EndReason reason = live.reason.value_or(EndReason::lost);
  if (reason == EndReason::crashed)
    return {base::Kind::browser, live.cause.empty() ? std::string(kCrashed) : live.cause};
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

// --- starting
// ---------------------------------------------------------------------------------------------------------

bool Manager::has_place() const { return engines() + admission_.promised() < limits_.max_sessions_hard; }

// Whether more starts wait than closes under way will make places for.
bool Manager::must_make_place() const {
  const std::size_t taken = store_.size() + admission_.promised();
  const std::size_t coming = limits_.max_sessions_hard > taken ? limits_.max_sessions_hard - taken : 0;
  return admission_.waiting() > coming;
}

// Promises places that are free to those who wait, and makes room for the others where an idle session can go.
void Manager::serve_queue() {
  if (draining()) return;
  while (admission_.waiting() > 0 && has_place()) admission_.promise_one();
  while (must_make_place()) {
    auto victim = store_.evict_for_start(clock_.now());
    if (!victim) break;
    end_now(std::move(*victim));
  }
}

// After whatever may have made room, or a session old enough to go.
void Manager::make_even() {
  std::vector<Store::Victim> victims;
  store_.trim(clock_.now(), victims);
  end_all(std::move(victims));
  serve_queue();
  note_chore();
}

Refused Manager::full() const { return {Refused::Why::full, "", hold_times_.retry_after(clock_.now())}; }

aio::Task<std::optional<Refused>> Manager::admit(const aio::Context& ctx, std::string caller) {
  if (draining()) co_return refused_by_drain();
  if (has_place() && admission_.waiting() == 0) co_return std::nullopt;
  if (!admission_.make_room(caller, limits_.admission_waiters)) co_return full();

  // Whoever leaves the queue without taking a place, by cancellation too, may leave one behind that was promised.
  struct PassOn {
    Manager& manager;
    bool taken = false;
    ~PassOn() {
      if (!taken) manager.serve_queue();
    }
  } pass_on{*this};
  Admission::Ticket ticket(admission_, caller);
  serve_queue();
  const base::TimePoint until = std::min(ctx.deadline, base::after(clock_.now(), limits_.admission_timeout));
  auto first = co_await aio::race(ticket.called(), clock_.sleep_until(until));
  static_cast<void>(first);
  if (draining()) co_return refused_by_drain();
  if (!ticket.promised()) co_return full();
  pass_on.taken = true;
  co_return std::nullopt;  // the ticket dies here and the caller takes its place in the same breath
}

aio::Task<std::expected<Lease, Failure>> Manager::start(const aio::Context& ctx, engine::SessionConfig config,
                                                        std::optional<std::string> id, engine::EventSink& events,
                                                        std::string owner, std::string caller) {
  if (id && store_.find(*id) != nullptr) co_return std::unexpected(Refused{Refused::Why::exists});
  if (auto refused = co_await admit(ctx, std::move(caller))) {
    observer_->refused(refused->why);
    co_return std::unexpected(*refused);
  }
  auto live = std::make_shared<Live>(std::move(config));
  std::vector<Store::Victim> victims;
  auto pin = store_.add(id ? *id : base::uuid_v4(), live, clock_.now(), victims);
  if (!pin) {
    serve_queue();  // another start took the id while this one waited: the place is for the next
    co_return std::unexpected(Refused{Refused::Why::exists});
  }
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
  auto failure = co_await ensure_open(ctx, live, events);
  if (draining()) {
    unless.reason = EndReason::drained;  // whatever came of it: nobody could use it,
    const Store::Entry* entry = store_.find(live->ref.id);
    unless.kept = entry && entry->ref == live->ref && entry->in_work();  // but for those who know its id already
    observer_->refused(Refused::Why::draining);
    co_return std::unexpected(refused_by_drain());
  }
  if (failure) {
    unless.reason = EndReason::start_failed;
    co_return std::unexpected(std::move(*failure));
  }
  unless.kept = true;
  co_return lease;
}

}  // namespace session
