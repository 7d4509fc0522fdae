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

Manager::~Manager() { CHECK(held_.empty() && reported_.empty(), "a Manager died before its leases"); }

// --- leases
// -----------------------------------------------------------------------------------------------------------

Lease Manager::hold(Store::Pin pin, std::string owner) {
  auto live = std::static_pointer_cast<Live>(Store::payload(pin));
  const auto held = held_.insert(held_.end(), Held{Store::ref(pin), std::move(owner), clock_.now()});
  note_chore();
  return Lease(this, std::move(live), std::move(pin), held);
}

void Manager::release(Lease& lease) noexcept {
  const base::TimePoint now = clock_.now();
  hold_times_.add(now - lease.held_->since);
  (lease.held_->reported ? reported_ : held_).erase(lease.held_);
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

std::size_t Manager::ahead(const Lease& lease) const {
  const aio::Semaphore& turn = lease.live_->turn;
  return turn.available() > 0 ? 0 : 1 + turn.waiting();
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

// --- starting
// ---------------------------------------------------------------------------------------------------------

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

  // Whoever leaves the queue without taking a place, by cancellation too, may leave one behind that was promised.
  struct PassOn {
    Manager& manager;
    bool taken = false;
    ~PassOn() {
      if (!taken) manager.serve_queue();
    }
  } pass_on{*this};
  Admission::Ticket ticket(admission_);
  serve_queue();
  const base::TimePoint until = std::min(ctx.deadline, base::after(clock_.now(), limits_.admission_timeout));
  auto first = co_await aio::race(ticket.called(), clock_.sleep_until(until));
  static_cast<void>(first);
  if (draining_) co_return Refused{Refused::Why::draining, "", 1s};
  if (!ticket.promised()) co_return Refused{Refused::Why::full, "", hold_times_.retry_after()};
  pass_on.taken = true;
  co_return std::nullopt;  // the ticket dies here and the caller takes its place in the same breath
}

aio::Task<std::expected<Lease, Failure>> Manager::start(const aio::Context& ctx, engine::SessionConfig config,
                                                        std::optional<std::string> id, engine::EventSink& events,
                                                        std::string owner) {
  if (id && store_.find(*id) != nullptr) co_return std::unexpected(Refused{Refused::Why::exists});
  if (auto refused = co_await admit(ctx)) {
    observer_->refused(refused->why);
    co_return std::unexpected(*refused);
  }
  auto live = std::make_shared<Live>(std::move(config));
  std::vector<Store::Victim> victims;
  auto pin = store_.add(id ? *id : base::uuid_v4(), live, victims);
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
  if (auto failure = co_await ensure_open(ctx, live, events)) {
    unless.reason = EndReason::start_failed;
    co_return std::unexpected(std::move(*failure));
  }
  unless.kept = true;
  co_return lease;
}

}  // namespace session
