// Mutants that these catch: no limit, a place that is given back while the call still hangs.
#include "os/aside_limit.h"

#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "aio/clock.h"
#include "aio/race.h"
#include "aio/testing/run.h"

namespace os {
namespace {

using Outcome = base::Result<bool>;

// Its caller leaves at once, and the call stays.
aio::Task<void> leave_hanging(AsideLimit& limit, aio::Clock& clock, int end) {
  auto job = [end]() -> Outcome {
    char byte = 0;
    return read(end, &byte, 1) == 0;
  };
  auto first = co_await aio::race(aside(limit, std::move(job)), clock.sleep(base::Duration{}));
  EXPECT_EQ(first.index(), 1U);
}

TEST(AsideLimit, WhatHangsHasItsPlaceUntilItComesBack) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  aio::Loop loop;
  aio::SteadyClock clock;
  AsideLimit limit(2, "looks at pipes");
  const auto look = [&] { return aio::testing::run_real(loop, aside(limit, [] { return Outcome(true); })); };
  for (int i = 0; i < 2; ++i) aio::testing::run_real(loop, leave_hanging(limit, clock, ends[0]));
  const Outcome third = look();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, base::Kind::unavailable);
  EXPECT_TRUE(third.error().message.starts_with("2 looks at pipes are under way already")) << third.error().message;
  close(ends[1]);
  while (!look()) std::this_thread::yield();  // their threads are coming back
  close(ends[0]);
}

}  // namespace
}  // namespace os
