// Simulation: the Manager in random company. Actors start, use, end, kill, cancel, change limits and drain in every
// order that the seed makes; each of their calls is told to the Judge.
#pragma once
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "session/testing/house.h"
#include "session/testing/judge.h"

namespace session::testing {

class Simulation {
 public:
  explicit Simulation(std::uint32_t seed);

  // The first objection, or "".
  std::string run();
  // The same of a server that lived for so long that it may forget the first ends.
  std::string run_until_forgotten();
  std::uint64_t judged() const { return judge_.judged(); }
  int opened() const { return factory_.opened; }

 private:
  static constexpr int kActors = 6;
  static constexpr int kCalls = 12;

  // In some simulations everything takes its time, so that what is told in whole seconds differs.
  base::Duration ms(std::uint64_t count) const { return std::chrono::milliseconds(count * unit_); }
  Limits some_limits(std::mt19937& random) const;
  void until_all_is_over();

  // --- tasks; simulation.cc
  aio::Task<void> begin();
  aio::Task<void> act(int actor, std::mt19937 random);
  aio::Task<void> drain();
  aio::Task<void> outlive_graves();
  aio::Task<void> end_more_than_are_told();
  aio::Task<void> begin_lazily(std::string id);

  // --- what actors do; simulation_calls.cc
  aio::Task<void> make(int actor, std::mt19937& random, aio::Latch& over);
  std::string some_id(std::mt19937& random) const;
  std::optional<std::string> some_id_in_work(std::mt19937& random) const;
  base::TimePoint some_deadline(std::mt19937& random, std::uint64_t longest) const;
  engine::testing::FakeBehaviour some_behaviour(std::mt19937& random) const;
  std::shared_ptr<engine::Rental> some_rental(const std::string& call, std::mt19937& random);
  aio::Task<void> start(int actor, std::string id, std::mt19937& random);
  aio::Task<void> use(int actor, std::string id, std::mt19937& random);
  aio::Task<void> end(std::string id);
  void kill_one(std::mt19937& random);
  void kill_one_of(const std::string& id, std::mt19937& random);
  void kill(engine::testing::FakeEngine& victim, std::mt19937& random);
  void cancel_one(int self, std::mt19937& random);
  void cancel_one_that_waits(std::mt19937& random);
  void cancel(int actor);
  void change_limits(std::mt19937& random);
  void make_one_place();
  void set_limits(const Limits& limits);

  struct Call {
    bool under_way = false;
    aio::Scope::ChildId task = 0;
  };

  std::mt19937 random_;
  std::uint64_t unit_;
  Limits limits_;
  Scheduler scheduler_;
  ManualClock clock_;
  FakeFactory factory_;
  Judge judge_;
  Manager manager_;
  aio::Latch hurry_;
  bool drain_ = false;
  std::optional<base::TimePoint> drain_at_;
  std::vector<std::string> fresh_;  // ids that sessions were given
  std::vector<Call> calls_ = std::vector<Call>(kActors);
  aio::Scope scope_;
};

}  // namespace session::testing
