// Mutants that these catch: nobody is waited for, one alone is not, or the first to go ends the wait.
#include "browser/pending_removals.h"

#include <gtest/gtest.h>

#include "aio/go.h"
#include "aio/loop.h"

namespace browser {
namespace {

TEST(PendingRemovals, EndWithTheLastHold) {
  aio::Loop loop;
  PendingRemovals removals;
  bool ended = false;
  const auto wait = [&]() -> aio::Task<void> {
    co_await removals.all_gone();
    ended = true;
  };
  PendingRemovals::Hold first(&removals);
  PendingRemovals::Hold second(&removals);
  aio::go(loop.executor(), "waiting", wait());
  loop.context().poll();
  EXPECT_FALSE(ended);
  first = {};
  loop.context().poll();
  EXPECT_FALSE(ended);
  PendingRemovals::Hold moved(std::move(second));
  moved = {};
  loop.context().restart();
  loop.context().poll();
  EXPECT_TRUE(ended);
}

// Who is woken by the end of one looks whether another has begun.
TEST(PendingRemovals, AreNotOverWhileOneHasBegunMeanwhile) {
  aio::Loop loop;
  PendingRemovals removals;
  bool ended = false;
  const auto wait = [&]() -> aio::Task<void> {
    co_await removals.all_gone();
    ended = true;
  };
  PendingRemovals::Hold only(&removals);
  aio::go(loop.executor(), "waiting", wait());
  loop.context().poll();
  EXPECT_FALSE(ended);
  only = {};
  PendingRemovals::Hold next(&removals);
  loop.context().restart();
  loop.context().poll();
  EXPECT_FALSE(ended);
  next = {};
  loop.context().restart();
  loop.context().poll();
  EXPECT_TRUE(ended);
}

TEST(PendingRemovals, AreOverWhereNothingIsHeld) {
  const PendingRemovals::Hold nowhere(nullptr);
  aio::Loop loop;
  PendingRemovals removals;
  bool ended = false;
  const auto wait = [&]() -> aio::Task<void> {
    co_await removals.all_gone();
    ended = true;
  };
  aio::go(loop.executor(), "waiting", wait());
  loop.context().poll();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace browser
