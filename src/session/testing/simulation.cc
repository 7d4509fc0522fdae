#include "session/testing/simulation.h"

namespace session::testing {

Simulation::Simulation(std::uint32_t seed)
    : random_(seed),
      unit_(seed % 4 == 0 ? 25 : 1),
      limits_(some_limits(random_)),
      scheduler_(seed),
      judge_(scheduler_, clock_, limits_),
      manager_(scheduler_.executor(), clock_, judge_, factory_, limits_, &judge_),
      scope_(scheduler_.executor()) {
  judge_.watch(manager_);
  factory_.watcher = &judge_;
}

std::string Simulation::run() {
  aio::testing::start(scheduler_, begin());
  if (random_() % 3 == 0) drain_at_ = clock_.now() + ms(random_() % 600);
  until_all_is_over();
  if (!drain_) {
    drain_at_.reset();
    scope_.spawn(outlive_graves());
    until_all_is_over();
    scope_.spawn(drain());
  }
  until_all_is_over();
  if (judge_.objection().empty() && (factory_.abandoned > 0 || factory_.used_after_end > 0 || !factory_.alive.empty()))
    return "11: a browser was left behind, or used after its end";
  return judge_.objection();
}

std::string Simulation::run_until_forgotten() {
  scope_.spawn(end_more_than_are_told());
  until_all_is_over();
  scope_.spawn(drain());
  until_all_is_over();
  return judge_.objection();
}

Limits Simulation::some_limits(std::mt19937& random) const {
  Limits out;
  out.max_sessions = 1 + random() % 3;
  out.max_sessions_hard = out.max_sessions + random() % 3;
  out.idle_ttl = random() % 2 ? base::Duration{} : ms(50 + random() % 200);
  out.admission_timeout = ms(20 + random() % 150);
  out.min_idle = ms(random() % 3 ? random() % 120 : 0);
  out.admission_waiters = 1 + random() % 5;
  out.close_timeout = ms(80 + random() % 500);
  out.pin_alarm = ms(60 + random() % 100);
  out.drain_timeout = ms(random() % 150);
  return out;
}

void Simulation::until_all_is_over() {
  for (int moment = 0; moment < 20'000; ++moment) {
    scheduler_.run();
    judge_.settled();
    if (scope_.empty()) return;
    if (drain_at_ && clock_.now() >= *drain_at_ && !std::exchange(drain_, true)) {
      scope_.spawn(drain());
      continue;
    }
    CHECK(clock_.next_wake() != base::kNever, "somebody waits for ever: " + judge_.objection());
    clock_.advance_to(drain_at_ && !drain_ ? std::min(*drain_at_, clock_.next_wake()) : clock_.next_wake());
  }
  CHECK(false, "it never ends: " + judge_.objection());
}

aio::Task<void> Simulation::drain() {
  drain_ = true;
  judge_.draining();
  co_await manager_.drain(hurry_);
  judge_.drained();
}

// What ended is told of for an hour, to the millisecond.
aio::Task<void> Simulation::outlive_graves() {
  judge_.look_at_graves();
  std::set<base::TimePoint> ends;
  for (const Graves::Grave& grave : judge_.graves().all()) ends.insert(grave.since + Graves::kKept);
  for (const base::TimePoint end : ends)
    for (const base::TimePoint moment : {end - 1ms, end}) {
      co_await clock_.sleep_until(moment);
      judge_.look_at_graves();
    }
}

aio::Task<void> Simulation::end_more_than_are_told() {
  for (std::size_t n = 0; n < Graves::kCount + 2; ++n) {
    const std::string id = "many-" + std::to_string(n);
    co_await begin_lazily(id);
    co_await end(id);
  }
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, Graves::kCount, Graves::kCount + 1})
    judge_.look_at_grave("many-" + std::to_string(n));
}

aio::Task<void> Simulation::begin_lazily(std::string id) {
  Judge::Start judged(judge_, id, "x", 0, false, base::kNever);
  engine::SessionConfig config;
  config.model.settings = llm::ModelSettings{.name = std::to_string(judged.call)};
  config.browser = engine::LaunchOptions{};
  config.eager = false;
  const aio::Context ctx{.clock = &clock_, .log = &judge_, .request_id = std::to_string(judged.call)};
  const Leased lease = co_await manager_.start(ctx, std::move(config), id, *judged.listener, "start", "x");
  judge_.start_answered(judged, lease);
  judged.done();
}

// From within the scheduler, so that an actor has begun before another can cancel its call.
aio::Task<void> Simulation::begin() {
  for (std::size_t n = 0; n < kActors; ++n) scope_.spawn(act(static_cast<int>(n), std::mt19937(random_())));
  co_return;
}

aio::Task<void> Simulation::act(int actor, std::mt19937 random) {
  Call& call = calls_[static_cast<std::size_t>(actor)];
  for (int n = 0; n < kCalls; ++n) {
    co_await clock_.sleep(ms(random() % 40));
    aio::Latch over;
    call = {.under_way = true};
    call.task = scope_.spawn(make(actor, random, over));
    co_await over.wait();
    call.under_way = false;
  }
}

}  // namespace session::testing
