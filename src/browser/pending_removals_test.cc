// Mutants that these catch: nobody is waited for, one alone is not, or the first to go ends the wait.
#include "browser/pending_removals.h"

#include <gtest/gtest.h>

#include "aio/go.h"
#include "aio/loop.h"

namespace browser {
namespace {

// One who waits for them all.
class PendingRemovalsTest : public ::testing::Test {
 protected:
  void wait() { aio::go(loop_.executor(), "waiting", until_gone()); }
  bool over() {
    loop_.context().restart();
    loop_.context().poll();
    return over_;
  }

  PendingRemovals removals_;

 private:
  aio::Task<void> until_gone() {
    co_await removals_.all_gone();
    over_ = true;
  }

  aio::Loop loop_;
  bool over_ = false;
};

TEST_F(PendingRemovalsTest, EndWithTheLastHold) {
  PendingRemovals::Hold first(&removals_);
  PendingRemovals::Hold second(&removals_);
  wait();
  EXPECT_FALSE(over());
  first = {};
  EXPECT_FALSE(over());
  PendingRemovals::Hold moved(std::move(second));
  moved = {};
  EXPECT_TRUE(over());
}

// Who is woken by the end of one looks whether another has begun.
TEST_F(PendingRemovalsTest, AreNotOverWhileOneHasBegunMeanwhile) {
  PendingRemovals::Hold only(&removals_);
  wait();
  EXPECT_FALSE(over());
  only = {};
  PendingRemovals::Hold next(&removals_);
  EXPECT_FALSE(over());
  next = {};
  EXPECT_TRUE(over());
}

TEST_F(PendingRemovalsTest, AreOverWhereNothingIsHeld) {
  const PendingRemovals::Hold nowhere(nullptr);
  wait();
  EXPECT_TRUE(over());
}

}  // namespace
}  // namespace browser
