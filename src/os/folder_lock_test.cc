#include "os/folder_lock.h"

#include <array>
#include <atomic>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "os/testing/temp_folder.h"

namespace os {
namespace {

class FolderLocks : public testing::TempFolder {};

TEST_F(FolderLocks, AreOfAFileThatOthersFind) {
  const Fd folder(open(tmp_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::atomic<int> holders = 0, taken = 0, wrong = 0;
  const auto contend = [&] {
    for (int i = 0; i < 20'000; ++i) {
      auto lock = FolderLock::take(folder.get());
      if (!lock) continue;
      if (++holders != 1 || !lock->is_of(folder.get())) ++wrong;
      --holders;
      ++taken;
      lock->release(folder.get());
    }
  };
  {
    const std::array<std::jthread, 3> threads{std::jthread(contend), std::jthread(contend), std::jthread(contend)};
  }
  EXPECT_GT(taken, 0);
  EXPECT_EQ(wrong, 0) << "of " << taken << " locks";
}

}  // namespace
}  // namespace os
