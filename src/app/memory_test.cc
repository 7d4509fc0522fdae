#include "app/memory.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace app {
namespace {

constexpr std::size_t kMib = 1 << 20;

// Mutant: what is free looked at alone. It stays free after it was given back, and would be given back for ever.
TEST(MemoryRelease, IsDueOnceAfterABurst) {
  MemoryRelease release;
  EXPECT_TRUE(release.due(100 * kMib, 200 * kMib));
  release.done(120 * kMib);
  EXPECT_FALSE(release.due(100 * kMib, 125 * kMib));
  EXPECT_TRUE(release.due(100 * kMib, 140 * kMib));
  EXPECT_FALSE(release.due(10 * kMib, 300 * kMib));  // it is in use
  EXPECT_FALSE(release.due(100 * kMib, 90 * kMib));
  EXPECT_TRUE(release.due(100 * kMib, 110 * kMib));  // less was resident since
}

TEST(MemoryRelease, GivesBackWhatSmallBlocksTook) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the sanitizer's allocator keeps what is freed";
#endif
  std::vector<std::unique_ptr<char[]>> blocks;
  for (int i = 0; i < 100'000; ++i) blocks.push_back(std::make_unique<char[]>(1000));
  const std::size_t full = resident_bytes();
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (i % 1000 != 0) blocks[i].reset();  // those that stay keep the heap from shrinking by itself
  EXPECT_GT(resident_bytes() + 10 * kMib, full);
  release_memory();
  EXPECT_LT(resident_bytes() + 50 * kMib, full);
}

}  // namespace
}  // namespace app
