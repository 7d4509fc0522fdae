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
  const Allocated after{.used = 20 * kMib, .free = 100 * kMib};
  EXPECT_TRUE(release.due(after, 200 * kMib));
  release.done(after, 60 * kMib);
  EXPECT_FALSE(release.due(after, 65 * kMib));
  EXPECT_TRUE(release.due(after, 80 * kMib));
  EXPECT_FALSE(release.due({.used = 260 * kMib, .free = 10 * kMib}, 310 * kMib));  // it is in use
  EXPECT_FALSE(release.due(after, 30 * kMib));
  EXPECT_TRUE(release.due(after, 50 * kMib));  // less was resident since
}

// Mutant: what is resident looked at alone. What was used the last time is no more afterwards.
TEST(MemoryRelease, IsDueWhenWhatWasUsedTheLastTimeHasBecomeFree) {
  MemoryRelease release;
  const Allocated amid{.used = 60 * kMib, .free = 40 * kMib};
  EXPECT_TRUE(release.due(amid, 130 * kMib));
  release.done(amid, 90 * kMib);
  EXPECT_FALSE(release.due(amid, 90 * kMib));
  EXPECT_TRUE(release.due({.used = 10 * kMib, .free = 90 * kMib}, 90 * kMib));
}

TEST(MemoryRelease, TellsWhatIsUsedAndFree) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the sanitizer has an allocator of its own";
#endif
  const Allocated before = allocated();
  std::vector<std::unique_ptr<char[]>> blocks;
  blocks.push_back(std::make_unique<char[]>(8 * kMib));  // by itself from the system
  for (int i = 0; i < 8'000; ++i) blocks.push_back(std::make_unique<char[]>(1000));
  EXPECT_GE(allocated().used, before.used + 15 * kMib);
  blocks.clear();
  EXPECT_LT(allocated().used, before.used + kMib);
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
