// Mutants that these catch: nobody is waited for, or the first to go ends the wait.
#include "browser/departures.h"

#include <gtest/gtest.h>

#include "aio/go.h"
#include "aio/loop.h"

namespace browser {
namespace {

TEST(Departures, EndWithTheLastGuest) {
  aio::Loop loop;
  Departures departures;
  bool ended = false;
  const auto wait = [&]() -> aio::Task<void> {
    co_await departures.all_gone();
    ended = true;
  };
  Departures::Guest first(&departures);
  Departures::Guest second(&departures);
  aio::go(loop.executor(), "waiting", wait());
  loop.context().poll();
  EXPECT_FALSE(ended);
  first = {};
  loop.context().poll();
  EXPECT_FALSE(ended);
  Departures::Guest moved(std::move(second));
  moved = {};
  loop.context().restart();
  loop.context().poll();
  EXPECT_TRUE(ended);
}

TEST(Departures, AreOverWhereNobodyIs) {
  const Departures::Guest nowhere(nullptr);
  aio::Loop loop;
  Departures departures;
  bool ended = false;
  const auto wait = [&]() -> aio::Task<void> {
    co_await departures.all_gone();
    ended = true;
  };
  aio::go(loop.executor(), "waiting", wait());
  loop.context().poll();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace browser
