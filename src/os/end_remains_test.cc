// Mutants that these catch: a look that hangs holds up other ends, the first look is the last.
#include "os/end_remains.h"

#include <atomic>

#include <gtest/gtest.h>
#include <unistd.h>

#include "aio/race.h"
#include "aio/testing/run.h"

namespace os {
namespace {

// More than any pool of workers here has threads.
constexpr int kHanging = 8;

aio::Task<void> hang_beside(aio::Task<void> other, aio::Clock& clock, int end, int hanging) {
  if (hanging == 0) co_return co_await std::move(other);
  auto hang = [end](std::uint64_t) {
    char byte = 0;
    return read(end, &byte, 1) == 0;
  };
  auto first = co_await aio::race(end_remains(1, clock, std::move(hang)),
                                  hang_beside(std::move(other), clock, end, hanging - 1));
  EXPECT_EQ(first.index(), 1U);
}

TEST(EndRemains, ProcessesThatCannotBeReadHoldUpNobodyElse) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  aio::Loop loop;
  aio::SteadyClock clock;
  std::atomic<int> looks = 0;
  std::atomic<pid_t> thread = 0;
  const auto third_time = [&](std::uint64_t launch) {
    EXPECT_EQ(launch, 7U);
    thread = gettid();
    return ++looks == 3;
  };
  aio::testing::run_real(loop, hang_beside(end_remains(7, clock, third_time), clock, ends[0], kHanging));
  EXPECT_EQ(looks, 3);
  EXPECT_NE(thread, gettid());
  close(ends[1]);
}

}  // namespace
}  // namespace os
