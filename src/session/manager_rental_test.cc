// Rented browsers: whatever ends a session, what it rented is given back once, and nobody waits for ever for the owner.
#include <gtest/gtest.h>

#include "engine_api/testing/fake_rental.h"
#include "session/testing/house.h"

namespace session {
namespace {

using namespace testing;
using engine::testing::FakeRental;

std::shared_ptr<FakeRental> rent(House& house, const std::string& id) {
  auto rental = std::make_shared<FakeRental>();
  engine::SessionConfig config = House::config(false);
  config.rental = rental;
  EXPECT_TRUE(house.run(house.manager.start(house.ctx, std::move(config), id, house.sink, "start")).has_value());
  return rental;
}

void open(House& house, const std::string& id) { ASSERT_TRUE(house.run(house.lease(id)).has_value()); }

TEST(ManagerRental, AnEndIsAnsweredWhenTheRentalIsGivenBackWhetherItWasOpenedOrNot) {
  for (const bool opened : {false, true}) {
    House house;
    const auto rental = rent(house, "a");
    if (opened) open(house, "a");
    bool ended = false;
    house.run(end(house, "a", ended));
    EXPECT_TRUE(ended);
    EXPECT_EQ(rental->given, 1);
    EXPECT_EQ(house.alive(), 0U);
    house.drain();
    EXPECT_EQ(rental->asked, 1);
  }
}

TEST(ManagerRental, EveryReasonOfAnEndGivesBack) {
  House house({.max_sessions = 2, .max_sessions_hard = 4, .idle_ttl = 10s, .min_idle = 0s});
  const auto crashed = rent(house, "crashed");
  open(house, "crashed");
  (*house.factory.alive.begin())->die("gone");
  house.pass(1s);
  const auto evicted = rent(house, "evicted");
  house.add("one");
  house.add("two");
  house.pass(1s);
  EXPECT_EQ(house.manager.state_of("evicted"), "evicted");
  EXPECT_EQ(house.manager.state_of("crashed"), "crashed");
  const auto idle = rent(house, "idle");
  house.pass(20s);
  EXPECT_EQ(house.manager.state_of("idle"), "idle");
  const auto drained = rent(house, "drained");
  house.drain();
  EXPECT_EQ(house.manager.state_of("drained"), "drained");
  for (const auto& rental : {evicted, crashed, idle, drained}) EXPECT_EQ(rental->given, 1);
}

TEST(ManagerRental, Clause11AnEndDuringALazyStartClosesTheEngineAndGivesBackOnce) {
  House house;
  house.factory.next.open_is_stubborn = true;
  const auto rental = rent(house, "a");
  std::string used;
  house.begin(use(house, "a", used));
  bool ended = false;
  house.begin(end(house, "a", ended));
  house.pass(1s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(used, "Session was closed: client");
  EXPECT_EQ(house.alive(), 0U);
  EXPECT_EQ(rental->given, 1);
  house.drain();
}

TEST(ManagerRental, Clause3AFailedLazyStartKeepsTheRental) {
  House house;
  const auto rental = rent(house, "a");
  house.factory.next.open_fails = true;
  EXPECT_FALSE(house.run(house.lease("a")).has_value());
  EXPECT_EQ(rental->asked, 0);
  house.factory.next.open_fails = false;
  open(house, "a");
  house.drain();
  EXPECT_EQ(rental->given, 1);
}

TEST(ManagerRental, Clause12AnOwnerThatHangsOrFailsBlocksAnEndForItsTimeAndNobodyElse) {
  House house({.max_sessions = 2, .max_sessions_hard = 4, .close_timeout = 2s});
  const auto hanging = rent(house, "a");
  hanging->hangs = true;
  bool ended = false;
  house.begin(end(house, "a", ended));
  house.add("a");  // the id is free at once
  house.pass(1900ms);
  EXPECT_FALSE(ended);
  house.pass(200ms);
  EXPECT_TRUE(ended);
  EXPECT_EQ(house.manager.closing(), 0U);

  const auto failing = rent(house, "b");
  failing->fails = true;
  house.run(end(house, "b", ended));
  EXPECT_EQ(failing->asked, 1);
  house.drain();
}

TEST(ManagerRental, Clause25ADrainWaitsForAnOwnerThatHangsALittleLongerThanItsBudget) {
  for (const bool hurried : {false, true}) {
    House house({.max_sessions = 2, .max_sessions_hard = 4, .close_timeout = 60s, .drain_timeout = 2s});
    const auto rental = rent(house, "a");
    rental->hangs = true;
    const base::TimePoint began = house.clock.now();
    if (hurried) house.hurry.set();
    house.drain();
    EXPECT_EQ(rental->asked, 1);
    EXPECT_LE(house.clock.now() - began, hurried ? base::Duration(400ms) : base::Duration(2400ms));
  }
}

TEST(ManagerRental, AnIdleOwnerThatAnswersHoldsNoDrainUp) {
  House house({.max_sessions = 2, .max_sessions_hard = 4, .drain_timeout = 60s});
  const auto rental = rent(house, "a");
  const base::TimePoint began = house.clock.now();
  house.drain();
  EXPECT_EQ(rental->given, 1);
  EXPECT_LE(house.clock.now() - began, base::Duration(100ms));
}

}  // namespace
}  // namespace session
