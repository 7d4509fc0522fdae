#include "app/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace app {
namespace {

TEST(Descriptors, AllFitsIntoAHighLimit) {
  const Fit all = fit(1'048'576, 4096, 200);
  EXPECT_TRUE(all.all);
  EXPECT_EQ(all.connections, 4096U);
  EXPECT_EQ(all.sessions, 200U);
}

TEST(Descriptors, SessionsGoBeforeConnections) {
  const Fit some = fit(1024, 4096, 100);
  EXPECT_FALSE(some.all);
  EXPECT_EQ(some.sessions, 100U);
  EXPECT_EQ(some.connections, 1024U - 64U - 800U);
}

TEST(Descriptors, AFewConnectionsAreAlwaysLeft) {
  const Fit few = fit(128, 4096, 100);
  EXPECT_EQ(few.sessions, 4U);
  EXPECT_EQ(few.connections, 32U);
  EXPECT_EQ(fit(10, 4096, 100).connections, 32U);
}

TEST(Descriptors, TheLimitIsRaisedToTheHardOne) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 256;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace app
