// The Manager in random company (testing/simulation.h), each outcome judged by a sequential model of
// docs/session-contract.md (testing/judge.h).
//
//   BELAY_SEEDS=10000 session_test --gtest_filter='ManagerSim*'
//   BELAY_SEED=17 session_test --gtest_filter='ManagerSim*'          only that one
#include <cstdlib>

#include <gtest/gtest.h>

#include "session/testing/simulation.h"

namespace session::testing {
namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::uint32_t kSeeds = 40;  // a sanitizer looks for other things
#else
constexpr std::uint32_t kSeeds = 180;
#endif

std::uint32_t number(const char* variable, std::uint32_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? static_cast<std::uint32_t>(std::atoi(text)) : otherwise;
}

TEST(ManagerSim, KeepsTheContractInEveryOrder) {
  const std::uint32_t only = number("BELAY_SEED", 0);
  const std::uint32_t seeds = number("BELAY_SEEDS", kSeeds);
  std::uint64_t judged = 0;
  int opened = 0;
  for (std::uint32_t seed = only ? only : 1; seed <= (only ? only : seeds); ++seed) {
    Simulation simulation(seed);
    ASSERT_EQ(simulation.run(), "") << "BELAY_SEED=" << seed;
    judged += simulation.judged();
    opened += simulation.opened();
  }
  std::printf("%u seeds, %d engines opened, %llu outcomes judged\n", only ? 1 : seeds, opened,
              static_cast<unsigned long long>(judged));
}

TEST(ManagerSim, TellsOfTheLastTenThousandEnds) {
  Simulation simulation(1);
  EXPECT_EQ(simulation.run_until_forgotten(), "");
}

}  // namespace
}  // namespace session::testing
