#include "base/memory_budget.h"

#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace base {
namespace {

// A peer that lets go of what it holds when it is told to give way.
struct MemoryPeer {
  explicit MemoryPeer(MemoryBudget& budget)
      : peer(budget, [this](const std::string& told) {
          why = told;
          hold = {};
        }) {
    hold = peer.hold();
  }
  std::string why;
  MemoryBudget::Hold hold;
  MemoryBudget::Peer peer;
};

TEST(MemoryBudget, ThePeerThatHoldsMostGivesWay) {
  MemoryBudget budget(100);
  MemoryPeer small(budget);
  MemoryPeer large(budget);
  MemoryPeer last(budget);
  small.hold.set(20);
  large.hold.set(50);
  last.hold.set(30);
  EXPECT_EQ(small.why + large.why + last.why, "");
  EXPECT_EQ(budget.held(), 100U);
  last.hold.set(31);
  EXPECT_EQ(
      large.why,
      "what others sent and is still held takes more than the 100 bytes allowed for all of them together, and most "
      "of it, 50 bytes, came from this one");
  EXPECT_EQ(small.why + last.why, "");
  EXPECT_EQ(budget.held(), 51U);
}

TEST(MemoryBudget, AsManyGiveWayAsNeeded) {
  MemoryBudget budget(100);
  MemoryPeer a(budget);
  MemoryPeer b(budget);
  a.hold.set(60);
  b.hold.set(1000);
  EXPECT_EQ(a.why, "");
  EXPECT_NE(b.why, "");
  a.hold.set(101);
  EXPECT_NE(a.why, "");
  EXPECT_EQ(budget.held(), 0U);
  const auto late = a.peer.hold().also(1000);  // it was told, and is about to let go of it
  EXPECT_EQ(budget.held(), 0U);
}

TEST(MemoryBudget, WhatAPeerHoldsIsAddedUp) {
  MemoryBudget budget(100);
  MemoryPeer many(budget);
  MemoryPeer one(budget);
  one.hold.set(41);
  std::vector<MemoryBudget::Hold> holds;
  for (int i = 0; i < 6; ++i) holds.push_back(many.hold.also(10));
  EXPECT_NE(many.why, "");
  EXPECT_EQ(one.why, "");
}

TEST(MemoryBudget, WhatIsLetGoOfElsewhereCountsNoMore) {
  MemoryBudget budget(100);
  MemoryPeer peer(budget);
  for (int i = 0; i < 100; ++i)
    std::thread([hold = std::make_optional(peer.hold.also(60))]() mutable { hold.reset(); }).join();
  EXPECT_EQ(peer.why, "");
  EXPECT_EQ(budget.held(), 0U);
}

TEST(MemoryBudget, MayBeOutlivedByWhatIsHeld) {
  MemoryBudget::Hold left;
  {
    MemoryBudget budget(100);
    MemoryPeer peer(budget);
    left = peer.hold.also(10);
    EXPECT_EQ(budget.held(), 10U);
  }
  EXPECT_EQ(left.bytes(), 10U);
}

TEST(MemoryBudget, NobodyCountsWithoutOne) {
  const MemoryBudget::Peer nobody;
  MemoryBudget::Hold hold = nobody.hold();
  hold.set(1 << 30);
  EXPECT_EQ(hold.also(5).bytes(), 5U);
}

}  // namespace
}  // namespace base
