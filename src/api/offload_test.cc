// Mutants that these catch: what was done is told as cancelled, since its answer waited for a worker.
#include "api/offload.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "aio/race.h"
#include "aio/testing/one_worker.h"

namespace api {
namespace {

aio::Task<void> write_into(Offload& offload, std::optional<std::string>& out) {
  out = co_await offload.write(json::String(2 * Offload::kInPlace, 'a'));
}

TEST(Offload, WritesWhatWorkCameToAlsoForACancelledCaller) {
  aio::testing::OneWorker one;
  Offload offload(one.context().workers);
  std::optional<std::string> written;
  EXPECT_TRUE(one.see(aio::race(write_into(offload, written), aio::yield())).waited);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->size(), 2 * Offload::kInPlace + 2);
}

aio::Task<void> parse_into(Offload& offload, std::optional<std::string>& out) {
  out = co_await offload.run(true, [] { return std::string("parsed"); });
}

TEST(Offload, LetsACancelledCallerGoWhoseWorkHasNotBegun) {
  aio::testing::OneWorker one;
  Offload offload(one.context().workers);
  std::optional<std::string> parsed;
  EXPECT_FALSE(one.see(aio::race(parse_into(offload, parsed), aio::yield())).waited);
  EXPECT_FALSE(parsed);
}

}  // namespace
}  // namespace api
