// What actors of the simulation do.
#include <algorithm>

#include "session/testing/judged_rental.h"
#include "session/testing/simulation.h"

namespace session::testing {

namespace {

constexpr int kDoomed = 4;  // of a hundred engines, for each way to fail

bool doomed(std::mt19937& random) { return random() % 100 < kDoomed; }

}  // namespace

aio::Task<void> Simulation::make(int actor, std::mt19937& random, aio::Latch& over) {
  struct Over {
    aio::Latch& latch;
    ~Over() { latch.set(); }
  } const at_last{over};
  const std::string id = some_id(random);
  const std::uint32_t what = random() % 18;
  if (manager_.queued() > 1 && random() % 3 == 0) {
    const std::string used = some_id_in_work(random).value_or(id);  // so that idle ones may go, whatever their age
    if (random() % 2)
      co_await end(used);
    else
      kill_one_of(used, random);
  } else if (what < 5) {
    co_await start(actor, id, random);
  } else if (what < 10) {
    co_await use(actor, id, random);
  } else if (what < 12) {
    co_await end(id);
  } else if (what == 12) {
    scope_.spawn(end(id));  // and another in its place, at once
    co_await start(actor, id, random);
  } else if (what == 13) {
    kill_one(random);
  } else if (what == 14) {
    cancel_one(actor, random);
  } else if (what == 15) {
    if (manager_.queued() > 1 && random() % 2)
      make_one_place();
    else
      change_limits(random);
    cancel_one_that_waits(random);  // which may have been promised a place just now
  } else if (what == 16) {
    judge_.look_at_graves();
  } else if (drain_ && random() % 2) {
    judge_.hurrying();
    hurry_.set();
  }
}

std::string Simulation::some_id(std::mt19937& random) const {
  if (!fresh_.empty() && random() % 8 == 0) return fresh_[random() % fresh_.size()];
  return std::string(1, static_cast<char>('a' + random() % 5));
}

std::optional<std::string> Simulation::some_id_in_work(std::mt19937& random) const {
  const std::vector<std::string> ids = judge_.ids_in_work();
  if (ids.empty()) return std::nullopt;
  return ids[random() % ids.size()];
}

base::TimePoint Simulation::some_deadline(std::mt19937& random, std::uint64_t longest) const {
  return random() % 4 != 0 ? base::kNever : clock_.now() + ms(random() % longest);
}

engine::testing::FakeBehaviour Simulation::some_behaviour(std::mt19937& random) const {
  const bool stubborn = random() % 8 == 0;  // for long, so that others come and go meanwhile
  return {.open_time = random() % (stubborn ? 2 : 10) ? ms(random() % 60) : ms(400 + random() % 100),
          .close_time = ms(random() % 3 ? random() % 60 : 0),
          .verb_time = ms(random() % 60),
          .open_fails = random() % 8 == 0,
          .open_is_stubborn = stubborn,
          .close_hangs = random() % 8 == 0,
          .open_throws = doomed(random),
          .act_throws = doomed(random),
          .close_throws = doomed(random),
          .act_breaks = random() % 8 == 0,
          .open_lines = static_cast<int>(random() % 3)};
}

std::shared_ptr<engine::Rental> Simulation::some_rental(const std::string& call, std::mt19937& random) {
  if (random() % 4 != 0) return nullptr;
  return std::make_shared<JudgedRental>(judge_, call,
                                        JudgedRental::Behaviour{.takes = ms(random() % 60),
                                                                .hangs = random() % 8 == 0,
                                                                .fails = random() % 8 == 0,
                                                                .throws = doomed(random)});
}

aio::Task<void> Simulation::start(int actor, std::string id, std::mt19937& random) {
  factory_.next = some_behaviour(random);
  const std::optional<std::string> wanted = random() % 12 ? std::optional(id) : std::nullopt;
  Judge::Start judged(judge_, wanted, std::string(1, static_cast<char>('x' + actor % 3)), actor, random() % 3 != 0,
                      some_deadline(random, 200));
  const std::string call = std::to_string(judged.call);
  engine::SessionConfig config;
  config.model.settings = llm::ModelSettings{.name = call};
  config.browser = engine::LaunchOptions{};
  config.eager = judged.eager;
  config.rental = some_rental(call, random);
  const aio::Context ctx{.clock = &clock_, .log = &judge_, .deadline = judged.deadline, .request_id = call};
  const Leased lease =
      co_await manager_.start(ctx, std::move(config), wanted, *judged.listener, "start", judged.caller);
  judge_.start_answered(judged, lease);
  if (lease && !wanted) fresh_.push_back(lease->id());
  if (lease && random() % 4 == 0) co_await clock_.sleep(ms(random() % 60));
  judged.done();  // before the lease lets go
}

aio::Task<void> Simulation::use(int actor, std::string id, std::mt19937& random) {
  const base::TimePoint deadline = some_deadline(random, 80);
  const aio::Context ctx{.clock = &clock_, .log = &judge_, .deadline = deadline};
  Judge::Use judged(judge_, id, actor, deadline);
  const Leased lease = co_await manager_.lease(ctx, std::move(id), *judged.listener, "act");
  judge_.leased(judged, lease);
  for (std::uint32_t n = 0; lease && n < 1 + random() % 2; ++n) {
    judge_.asks_for_turn(judged, manager_.ahead(*lease));
    auto outcome = co_await manager_.run(ctx, *lease, [&] {
      judge_.has_turn(judged);
      return lease->engine().act(ctx, engine::ActRequest{}, *judged.listener);
    });
    judge_.worked(judged, outcome ? "ok" : outcome.error().message);
    if (random() % 3 == 0) co_await clock_.sleep(ms(random() % 90));
  }
  judged.done();
}

aio::Task<void> Simulation::end(std::string id) {
  const aio::Context ctx{.clock = &clock_, .log = &judge_};
  const Judge::End judged(judge_, id);
  const auto outcome = co_await manager_.end(ctx, id, EndReason::client);
  judge_.end_returned(judged, outcome);
}

void Simulation::kill_one(std::mt19937& random) {
  std::vector<engine::testing::FakeEngine*> open;
  for (engine::testing::FakeEngine* one : factory_.alive)
    if (!one->closing()) open.push_back(one);
  if (open.empty()) return;
  // By name, since the order of addresses differs from run to run. Rather one whose connection broke.
  std::ranges::sort(open, {}, [](const auto* one) { return std::stoull(one->session()); });
  const auto broken = std::ranges::find_if(open, [&](const auto* one) { return judge_.is_broken(one->session()); });
  engine::testing::FakeEngine* victim = broken != open.end() ? *broken : open[random() % open.size()];
  kill(*victim, random);
}

void Simulation::kill_one_of(const std::string& id, std::mt19937& random) {
  const engine::SessionConfig* config = manager_.config_of(id);
  if (!config) return;
  const auto mine = std::ranges::find_if(factory_.alive, [&](const engine::testing::FakeEngine* one) {
    return one->session() == config->model.settings->name && !one->closing();
  });
  if (mine != factory_.alive.end()) kill(**mine, random);
}

void Simulation::kill(engine::testing::FakeEngine& victim, std::mt19937& random) {
  const std::string cause = random() % 2 ? "Its owner ended the browser" : "";
  judge_.dying(victim.session(), cause);
  victim.die({base::Kind::browser, cause.empty() ? std::string(kCrashed) : cause, "fault"});
  judge_.died();
}

void Simulation::cancel_one(int self, std::mt19937& random) {
  const int other = static_cast<int>(random() % kActors);
  if (other != self) cancel(other);
}

void Simulation::cancel_one_that_waits(std::mt19937& random) {
  const std::vector<int> waiting = judge_.actors_that_wait();
  if (!waiting.empty() && random() % 2) cancel(waiting[random() % waiting.size()]);
}

void Simulation::cancel(int other) {
  Call& call = calls_[static_cast<std::size_t>(other)];
  if (!std::exchange(call.under_way, false)) return;
  judge_.cancelling(other);
  scope_.cancel_child(call.task);
}

void Simulation::change_limits(std::mt19937& random) {
  if (drain_) return;
  Limits changed = some_limits(random);
  // What is counted from a beginning keeps its measure.
  changed.pin_alarm = limits_.pin_alarm;
  changed.admission_timeout = limits_.admission_timeout;
  changed.close_timeout = limits_.close_timeout;
  changed.drain_timeout = limits_.drain_timeout;
  if (random() % 8 == 0) changed.max_sessions = 0;
  if (changed.max_sessions > 0 && random() % 8 == 0) changed.max_sessions_hard = changed.max_sessions - 1;
  set_limits(changed);
}

// For one of those that wait, and no other.
void Simulation::make_one_place() {
  if (drain_) return;
  Limits wider = manager_.limits();
  wider.max_sessions_hard = manager_.engines() + 1;
  set_limits(wider);
}

void Simulation::set_limits(const Limits& limits) {
  judge_.changing(limits);
  judge_.changed(manager_.set_limits(limits).has_value());
}

}  // namespace session::testing
