// How a Manager ends sessions: out of the index first, closed after, within its time; and all of them on a drain.
#include <fmt/format.h>

#include "aio/incidents.h"
#include "session/manager.h"

namespace session {

using namespace std::chrono_literals;

namespace {

constexpr auto kFarewell = 300ms;  // for browsers that close and owners of rented ones, after the drain

}  // namespace

std::string Manager::state_of(const std::string& id) { return std::string(tombstones_.state(id, clock_.now())); }

Refused Manager::unknown(const std::string& id) {
  return {.why = Refused::Why::unknown, .state = state_of(id), .detail = tombstones_.detail(id)};
}

std::optional<std::uint64_t> Manager::generation_of(const std::string& id) const {
  const Store::Entry* entry = store_.find(id);
  if (entry == nullptr) return std::nullopt;
  return entry->ref.generation;
}

const engine::SessionConfig* Manager::config_of(const std::string& id) const {
  const Store::Entry* entry = store_.find(id);
  return entry ? &std::static_pointer_cast<Live>(entry->payload)->config : nullptr;
}

void Manager::end_all(std::vector<Store::Victim> victims) {
  for (Store::Victim& victim : victims) end_now(std::move(victim));
}

// The victim is out of the index already: from here on nobody can be handed its engine (clause 10).
void Manager::end_now(Store::Victim victim) {
  auto live = std::static_pointer_cast<Live>(victim.payload);
  live->reason = victim.reason;
  tombstones_.add(victim.ref.id, victim.reason, clock_.now(), live->cause);
  observer_->ended(victim.reason);
  if (live->cause.empty())
    log_.info("session ended", {{"sessionId", victim.ref.id}, {"reason", to_string(victim.reason)}});
  else
    log_.info("session ended",
              {{"sessionId", victim.ref.id}, {"reason", to_string(victim.reason)}, {"detail", live->cause}});
  live->ended.set();  // whoever waits for an opening leaves, and the last of them takes it along
  ++closing_;
  scope_.spawn(close(std::move(live)));
  if (store_.size() == 0) emptied_.wake_all();
}

aio::Task<void> Manager::close(std::shared_ptr<Live> live) {
  // An opening that was just cancelled, or that is beyond cancelling, still decides whether there is an engine. One
  // that does not end in time keeps its place at the hard limit, but nobody waits for it.
  if (const std::shared_ptr<Opening> opening = live->opening) {
    auto first = co_await aio::race(opening->done.wait(), clock_.sleep(limits_.close_timeout));
    if (first.index() == 1) live->closed.set();
    co_await opening->done.wait();
  }
  if (live->engine) co_await close_engine(*live->engine, live->ref);
  if (live->config.rental) co_await give_back(*live->config.rental, live->ref);
  live->closed.set();
  --closing_;
  make_even();
}

aio::Task<void> Manager::close_engine(engine::Engine& engine, const Ref& ref) {
  const aio::Context ctx = aio::Context{.clock = &clock_, .log = &log_}.within(limits_.close_timeout);
  base::Result<void> closed = base::fail(base::Kind::unavailable, "the server was told to stop");
  if (!farewell_.is_set()) {
    auto bounded = aio::by_deadline(ctx, aio::contained("closing a session", engine.close(ctx)),
                                    "the browser did not close in time");
    auto first = co_await aio::race(std::move(bounded), farewell_.wait());
    if (first.index() == 0) closed = std::get<0>(std::move(first));
  }
  if (!closed) {
    log_.warn("browser was killed", {{"sessionId", ref.id}, {"error", closed.error().message}});
    engine.kill();
  }
}

aio::Task<void> Manager::give_back(engine::Rental& rental, const Ref& ref) {
  const aio::Context ctx = aio::Context{.clock = &clock_, .log = &log_}.within(limits_.close_timeout);
  base::Result<void> given = base::fail(base::Kind::unavailable, "the server was told to stop");
  if (!farewell_.is_set()) {
    auto bounded = aio::by_deadline(ctx, aio::contained("giving a browser back", rental.give_back(ctx)),
                                    "its owner did not answer in time");
    auto first = co_await aio::race(std::move(bounded), farewell_.wait());
    if (first.index() == 0) given = std::get<0>(std::move(first));
  }
  if (!given) log_.warn("rented browser was not given back", {{"sessionId", ref.id}, {"error", given.error().message}});
}

aio::Task<std::expected<void, Refused>> Manager::end(const aio::Context& ctx, std::string id, EndReason reason) {
  auto victim = store_.end(id, reason);
  if (!victim) co_return std::unexpected(unknown(id));
  const auto live = std::static_pointer_cast<Live>(victim->payload);
  end_now(std::move(*victim));
  make_even();
  static_cast<void>(ctx);
  co_await live->closed.wait();
  co_return std::expected<void, Refused>{};
}

aio::Task<void> Manager::drain(aio::Latch& hurry) {
  drain_begun_.set();
  admission_.refuse_all();
  end_all(store_.end_all_idle(EndReason::drained));
  end_all(store_.end_all_starting(EndReason::drained));
  const base::TimePoint until = base::after(clock_.now(), limits_.drain_timeout);
  while (store_.size() > 0 && !hurry.is_set() && clock_.now() < until) {
    auto first = co_await aio::race(emptied_.wait(), aio::race(hurry.wait(), clock_.sleep_until(until)));
    static_cast<void>(first);
  }
  end_all(store_.end_all(EndReason::drained));
  if (housekeeper_) scope_.cancel_child(*housekeeper_);
  // Browsers of our own have until their close_timeout; an owner elsewhere that does not answer must not keep us.
  auto in_time = co_await aio::race(scope_.finish(), aio::race(hurry.wait(), clock_.sleep_until(until)));
  static_cast<void>(in_time);
  auto at_last = co_await aio::race(scope_.finish(), clock_.sleep(kFarewell));
  static_cast<void>(at_last);
  farewell_.set();
  co_await scope_.finish();
}

base::Result<void> Manager::set_limits(const Limits& limits) {
  if (limits.max_sessions == 0) return base::fail(base::Kind::invalid, "max_sessions must be greater than 0");
  if (limits.max_sessions_hard < limits.max_sessions)
    return base::fail(base::Kind::invalid, "max_sessions_hard must not be below max_sessions");
  limits_ = limits;
  store_.set_idle_ttl(limits.idle_ttl);
  store_.set_min_idle(limits.bounded_min_idle());
  end_all(store_.set_max_sessions(limits.max_sessions));
  make_even();
  return {};
}

}  // namespace session
