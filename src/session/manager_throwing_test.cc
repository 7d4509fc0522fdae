// Engines that throw: whoever asked is told, everybody else goes on, and nothing is kept that was held.
#include <gtest/gtest.h>

#include "session/testing/house.h"

namespace session {
namespace {

using namespace testing;

struct Told final : aio::IncidentListener {
  Told() { aio::listen_for_incidents(this); }
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;
  ~Told() override { aio::listen_for_incidents(nullptr); }
  void survived(std::string_view where, std::string_view, std::string_view) override { all.emplace_back(where); }
  void stalled(const aio::Stall&) override {}
  std::vector<std::string> all;
};

constexpr std::string_view kInternal = "An internal error of the server, which its log tells (\"internal error\")";

TEST(ThrowingEngine, AnOpeningThatThrowsIsToldAndCanBeTriedAgain) {
  const Told told;
  House house;
  house.factory.next.open_throws = true;
  ASSERT_TRUE(house.run(house.start("a", false)).has_value());
  std::string out;
  house.begin(use(house, "a", out));
  house.pass(1s);
  EXPECT_EQ(out, kInternal);
  EXPECT_EQ(told.all, std::vector<std::string>{"opening a session"});
  EXPECT_EQ(house.manager.pinned(), 0U);
  house.factory.next.open_throws = false;
  house.begin(use(house, "a", out));
  house.pass(1s);
  EXPECT_EQ(out, "ok");
  house.drain();
}

TEST(ThrowingEngine, AnEagerStartThatThrowsFailsAndLeavesNoSession) {
  const Told told;
  House house;
  house.factory.next.open_throws = true;
  const auto started = house.run(house.start("a"));
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(std::get<base::Error>(started.error()).kind, base::Kind::internal);
  EXPECT_EQ(house.manager.state_of("a"), "start_failed");
  house.pass(1s);
  EXPECT_EQ(house.manager.engines(), 0U);
  house.drain();
}

TEST(ThrowingEngine, AnOperationThatThrowsGivesTheTurnAndTheLeaseBack) {
  const Told told;
  House house;
  house.factory.next.act_throws = true;
  house.add("a");
  std::string first, second;
  house.begin(use(house, "a", first));
  house.begin(use(house, "a", second));
  house.pass(1s);
  EXPECT_EQ(first, kInternal);
  EXPECT_EQ(second, kInternal);
  EXPECT_EQ(house.manager.pinned(), 0U);
  EXPECT_EQ(house.manager.sessions(), 1U);
  house.drain();
}

TEST(ThrowingEngine, ACloseThatThrowsKillsTheBrowserAndFreesItsPlace) {
  const Told told;
  House house;
  house.factory.next.close_throws = true;
  house.add("a");
  bool ended = false;
  house.begin(end(house, "a", ended));
  house.pass(1s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(house.factory.killed, 1);
  EXPECT_EQ(house.manager.engines(), 0U);
  house.drain();
}

}  // namespace
}  // namespace session
