// The Manager in random company, judged: actors start, use, end, kill, cancel and change limits in every order that the
// seed makes, and a sequential model of the contract (testing/judge.h) judges each outcome.
//
//   BELAY_SEEDS=10000 session_test --gtest_filter='ManagerSim*'      BELAY_SEED=17 …   only that one, with its
//   objection
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "session/testing/house.h"
#include "session/testing/judge.h"

namespace session {
namespace {

using namespace testing;

constexpr int kActors = 6;
constexpr int kCallsInAll = 12;
constexpr base::Duration kLongestOpening = 500ms;

Limits some_limits(std::mt19937& random) {
  Limits out;
  out.max_sessions = 1 + random() % 3;
  out.max_sessions_hard = out.max_sessions + random() % 3;
  out.idle_ttl = random() % 2 ? base::Duration{} : std::chrono::milliseconds(50 + random() % 200);
  out.admission_timeout = std::chrono::milliseconds(20 + random() % 150);
  out.min_idle = std::chrono::milliseconds(random() % 3 ? random() % 120 : 0);
  out.admission_waiters = 1 + random() % 5;
  out.close_timeout = std::chrono::milliseconds(80 + random() % 500);
  out.pin_alarm = std::chrono::milliseconds(60 + random() % 100);
  out.drain_timeout = std::chrono::milliseconds(random() % 150);
  return out;
}

class Simulation {
 public:
  explicit Simulation(std::uint32_t seed)
      : random_(seed),
        limits_(some_limits(random_)),
        scheduler_(seed),
        judge_(scheduler_, clock_, limits_),
        manager_(scheduler_.executor(), clock_, judge_, factory_, limits_, &judge_),
        scope_(scheduler_.executor()) {
    judge_.watch(manager_);
    factory_.watcher = &judge_;
  }

  // The first objection, or "".
  std::string run() {
    aio::testing::start(scheduler_, begin());
    if (random_() % 3 == 0) drain_at_ = clock_.now() + std::chrono::milliseconds(random_() % 600);
    until([this] { return scope_.empty(); });
    if (!drain_) scope_.spawn(drain());
    until([this] { return scope_.empty(); });
    if (judge_.objection().empty() &&
        (factory_.abandoned > 0 || factory_.used_after_end > 0 || !factory_.alive.empty()))
      return "11: a browser was left behind, or used after its end";
    return judge_.objection();
  }
  std::uint64_t judged() const { return judge_.judged(); }
  int opened() const { return factory_.opened; }

 private:
  template <class Done>
  void until(Done done) {
    for (int moment = 0; moment < 20'000; ++moment) {
      scheduler_.run();
      judge_.settled();
      if (done()) return;
      if (drain_at_ && clock_.now() >= *drain_at_ && !std::exchange(drain_, true)) {
        scope_.spawn(drain());
        continue;
      }
      CHECK(clock_.next_wake() != base::kNever, "somebody waits for ever: " + judge_.objection());
      clock_.advance_to(drain_at_ && !drain_ ? std::min(*drain_at_, clock_.next_wake()) : clock_.next_wake());
    }
    CHECK(false, "it never ends: " + judge_.objection());
  }

  aio::Task<void> drain() {
    drain_ = true;
    const base::TimePoint called = clock_.now();
    judge_.draining();
    co_await manager_.drain(hurry_);
    // Browsers have 300 ms beyond the drain's budget; an opening that cannot be cancelled takes what it takes.
    judge_.drained(called, 300ms + kLongestOpening);
  }

  // From within the scheduler, so that an actor has begun before another can cancel it.
  aio::Task<void> begin() {
    for (std::size_t n = 0; n < kActors; ++n) {
      actors_[n] = scope_.spawn(act(static_cast<int>(n), std::mt19937(random_())));
      alive_[n] = true;
    }
    co_return;
  }

  aio::Task<void> act(int actor, std::mt19937 random) {
    for (int n = 0; n < kCallsInAll; ++n) {
      co_await clock_.sleep(std::chrono::milliseconds(random() % 40));
      const std::string id(1, static_cast<char>('a' + random() % 5));
      switch (random() % 16) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
          co_await start(actor, id, random);
          break;
        case 5:
        case 6:
        case 7:
        case 8:
        case 9:
          co_await use(id, random);
          break;
        case 10:
        case 11:
          co_await end(id);
          break;
        case 12:
          kill_one(random);
          break;
        case 13:
          cancel_one(actor, random);
          break;
        case 14:
          change_limits(random);
          break;
        default:
          if (drain_ && random() % 2) {
            judge_.hurrying();
            hurry_.set();
          }
      }
    }
    alive_[static_cast<std::size_t>(actor)] = false;
  }

  aio::Task<void> start(int actor, std::string id, std::mt19937& random) {
    const base::Duration long_opening = kLongestOpening - std::chrono::milliseconds(random() % 100);
    factory_.next = {.open_time = random() % 10 ? std::chrono::milliseconds(random() % 60) : long_opening,
                     .close_time = std::chrono::milliseconds(random() % 60),
                     .verb_time = std::chrono::milliseconds(random() % 60),
                     .open_fails = random() % 8 == 0,
                     .open_is_stubborn = random() % 8 == 0,
                     .close_hangs = random() % 8 == 0,
                     .open_throws = random() % 12 == 0,
                     .act_throws = random() % 12 == 0,
                     .close_throws = random() % 12 == 0};
    Judge::Start judged(judge_, id, std::string(1, static_cast<char>('x' + actor % 3)), actor, random() % 3 != 0);
    const std::string call = std::to_string(judged.call);
    engine::SessionConfig config;
    config.model.settings = llm::ModelSettings{.name = call};
    config.browser = engine::LaunchOptions{};
    config.eager = judged.eager;
    const aio::Context ctx{.clock = &clock_, .log = &judge_, .request_id = call};
    const Leased lease = co_await manager_.start(ctx, std::move(config), std::move(id), sink_, "start", judged.caller);
    judge_.start_answered(judged, lease);
    if (lease && random() % 4 == 0) co_await clock_.sleep(std::chrono::milliseconds(random() % 60));
    judged.done();  // before the lease lets go
  }

  aio::Task<void> use(std::string id, std::mt19937& random) {
    const bool patient = random() % 4 != 0;
    const base::TimePoint deadline = patient ? base::kNever : clock_.now() + std::chrono::milliseconds(random() % 80);
    const aio::Context ctx{.clock = &clock_, .log = &judge_, .deadline = deadline};
    Judge::Use judged(judge_, id);
    const Leased lease = co_await manager_.lease(ctx, std::move(id), sink_, "act");
    judge_.leased(judged, deadline, lease);
    for (std::uint32_t n = 0; lease && n < 1 + random() % 2; ++n) {
      const base::TimePoint began = clock_.now();
      auto outcome =
          co_await manager_.run(ctx, *lease, [&] { return lease->engine().act(ctx, engine::ActRequest{}, sink_); });
      judge_.worked(judged, began, deadline, outcome ? "ok" : outcome.error().message);
      if (random() % 3 == 0) co_await clock_.sleep(std::chrono::milliseconds(random() % 90));
    }
    judged.done();
  }

  aio::Task<void> end(std::string id) {
    const aio::Context ctx{.clock = &clock_, .log = &judge_};
    const base::TimePoint called = clock_.now();
    const bool exists = judge_.ending(id);
    const auto outcome = co_await manager_.end(ctx, id, EndReason::client);
    judge_.end_returned(id, exists, called, outcome ? "" : outcome.error().state, outcome.has_value());
  }

  void kill_one(std::mt19937& random) {
    std::vector<engine::testing::FakeEngine*> open;
    for (engine::testing::FakeEngine* one : factory_.alive)
      if (!one->closing()) open.push_back(one);
    if (open.empty()) return;
    // By name, since the order of addresses differs from run to run.
    std::ranges::sort(open, {}, [](const auto* one) { return std::stoull(one->session()); });
    engine::testing::FakeEngine* victim = open[random() % open.size()];
    judge_.dying(victim->session());
    victim->die("fault");
    judge_.died();
  }

  void cancel_one(int self, std::mt19937& random) {
    const int other = static_cast<int>(random() % kActors);
    if (other == self || !alive_[static_cast<std::size_t>(other)]) return;
    judge_.cancelling(other);
    alive_[static_cast<std::size_t>(other)] = false;
    scope_.cancel_child(actors_[static_cast<std::size_t>(other)]);
  }

  void change_limits(std::mt19937& random) {
    if (drain_) return;
    Limits changed = some_limits(random);
    // What is counted from a beginning keeps its measure.
    changed.pin_alarm = limits_.pin_alarm;
    changed.admission_timeout = limits_.admission_timeout;
    changed.close_timeout = limits_.close_timeout;
    changed.drain_timeout = limits_.drain_timeout;
    judge_.changing(changed);
    CHECK(manager_.set_limits(changed).has_value(), "limits were refused");
    judge_.changed();
  }

  std::mt19937 random_;
  Limits limits_;
  Scheduler scheduler_;
  ManualClock clock_;
  engine::NullSink sink_;
  FakeFactory factory_;
  Judge judge_;
  Manager manager_;
  aio::Latch hurry_;
  bool drain_ = false;
  std::optional<base::TimePoint> drain_at_;
  std::vector<bool> alive_ = std::vector<bool>(kActors);
  std::vector<aio::Scope::ChildId> actors_ = std::vector<aio::Scope::ChildId>(kActors);
  aio::Scope scope_;
};

std::uint32_t number(const char* variable, std::uint32_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? static_cast<std::uint32_t>(std::atoi(text)) : otherwise;
}

TEST(ManagerSim, KeepsTheContractInEveryOrder) {
  const std::uint32_t only = number("BELAY_SEED", 0);
  const std::uint32_t seeds = number("BELAY_SEEDS", 400);
  std::uint64_t judged = 0;
  int opened = 0;
  for (std::uint32_t seed = only ? only : 1; seed <= (only ? only : seeds); ++seed) {
    Simulation simulation(seed);
    ASSERT_EQ(simulation.run(), "") << "BELAY_SEED=" << seed;
    judged += simulation.judged();
    opened += simulation.opened();
  }
  std::printf("%u seeds, %d engines opened, %llu outcomes judged\n", only ? 1 : seeds, opened,
              static_cast<unsigned long long>(judged));
}

}  // namespace
}  // namespace session
