// House: a Manager on a seeded scheduler, a manual clock and engines without browsers, and what guests do in it.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "engine_api/testing/fake_engine.h"
#include "session/manager.h"

namespace session::testing {

using namespace std::chrono_literals;
using aio::testing::ManualClock;
using aio::testing::Scheduler;
using engine::testing::FakeFactory;
using Leased = std::expected<Lease, Failure>;

struct House {
  explicit House(std::uint32_t seed = 1, Limits limits = {.max_sessions = 2, .max_sessions_hard = 4, .min_idle = 0s},
                 Observer* observer = nullptr)
      : scheduler(seed), manager(scheduler.executor(), clock, log, factory, limits, observer) {}
  explicit House(Limits limits, Observer* observer = nullptr) : House(1, limits, observer) {}

  Scheduler scheduler;
  ManualClock clock;
  base::NullLogger log;
  FakeFactory factory;
  Manager manager;
  engine::NullSink sink;
  aio::Latch hurry;
  aio::Context ctx{.clock = &clock, .log = &log};

  template <class T>
  T run(aio::Task<T> task) {
    std::optional<aio::detail::Stored<T>> out;
    aio::testing::start(scheduler, aio::testing::keep<T>(std::move(task), out));
    for (int jumps = 0; !out && jumps < 10'000; ++jumps) {
      scheduler.run();
      if (out || clock.next_wake() == base::kNever) break;
      clock.advance_to(clock.next_wake());
    }
    CHECK(out.has_value(), "the task never ended");
    if constexpr (!std::is_void_v<T>) return std::move(*out);
  }
  // Starts a task and lets everything go on that can without time passing.
  void begin(aio::Task<void> task) {
    aio::testing::start(scheduler, std::move(task));
    scheduler.run();
  }
  void pass(base::Duration time) {
    const base::TimePoint until = clock.now() + time;
    scheduler.run();
    for (; clock.next_wake() <= until; scheduler.run()) clock.advance_to(clock.next_wake());
    clock.advance_to(until);
    scheduler.run();
  }

  static engine::SessionConfig config(bool eager) {
    engine::SessionConfig out;
    out.model.settings = llm::ModelSettings{.name = "openai/x"};
    out.browser = engine::LaunchOptions{};
    out.eager = eager;
    return out;
  }
  aio::Task<Leased> start(std::string id, bool eager = true) {
    return manager.start(ctx, config(eager), std::move(id), sink, "start");
  }
  aio::Task<Leased> lease(std::string id) { return manager.lease(ctx, std::move(id), sink, "act"); }
  void add(const std::string& id) { ASSERT_TRUE(run(start(id)).has_value()); }
  std::size_t alive() const { return factory.alive.size(); }
  void drain() { run(manager.drain(hurry)); }
};

inline aio::Task<void> use(House& house, std::string id, std::string& out) {
  auto lease = co_await house.lease(std::move(id));
  if (!lease) {
    const auto* error = std::get_if<base::Error>(&lease.error());
    out = error ? error->message : "refused";
    co_return;
  }
  Lease held = std::move(*lease);
  auto done = co_await house.manager.run(
      house.ctx, held, [&] { return held.engine().act(house.ctx, engine::ActRequest{}, house.sink); });
  out = done ? "ok" : done.error().message;
}

inline aio::Task<void> end(House& house, std::string id, bool& ended) {
  ended = (co_await house.manager.end(house.ctx, std::move(id), EndReason::client)).has_value();
}

// Leases until `deadline`; out becomes "ok" or why not.
inline aio::Task<void> lease_until(House& house, std::string id, base::TimePoint deadline, std::string& out) {
  const aio::Context ctx = house.ctx.with_deadline(deadline);
  auto leased = co_await house.manager.lease(ctx, std::move(id), house.sink, "act");
  out = leased ? "ok" : std::get<base::Error>(leased.error()).message;
}

}  // namespace session::testing
