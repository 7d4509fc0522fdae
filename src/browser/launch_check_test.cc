// Mutants that these catch: checks without a limit, a place that is given back while its check still hangs, a check of
// starts that name nothing.
#include "browser/launch_check.h"

#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "aio/race.h"
#include "aio/testing/run.h"

namespace browser {
namespace {

using Found = base::Result<std::optional<engine::UnusableValue>>;

class LaunchChecks : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe(ends_), 0); }

  // Hangs where a folder is named "hangs", until the pipe is closed.
  engine::LaunchCheck check(std::size_t most) const {
    const auto look = [end = ends_[0]](const engine::LaunchOptions& options, const std::vector<std::string>&) {
      char byte = 0;
      if (options.user_data_dir == "hangs") static_cast<void>(!read(end, &byte, 1));
      return std::optional<engine::UnusableValue>();
    };
    return launch_check({}, most, look);
  }
  Found run(const engine::LaunchCheck& check, engine::LaunchOptions options) {
    return aio::testing::run_real(loop_, check(std::move(options)));
  }
  // Its caller leaves at once.
  aio::Task<void> hang(const engine::LaunchCheck& check) {
    auto first = co_await aio::race(check({.user_data_dir = "hangs"}), clock_.sleep(base::Duration{}));
    EXPECT_EQ(first.index(), 1U);
  }

  int ends_[2] = {};
  aio::Loop loop_;
  aio::SteadyClock clock_;
};

TEST_F(LaunchChecks, ThatHangAreCountedUntilTheyComeBack) {
  const engine::LaunchCheck check = this->check(2);
  for (int i = 0; i < 2; ++i) aio::testing::run_real(loop_, hang(check));
  const Found third = run(check, {.executable_path = "/bin/true"});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, base::Kind::unavailable);
  EXPECT_EQ(third.error().message,
            "2 checks of folders and programs that starts name (launchOptions.userDataDir, downloadsPath, "
            "executablePath) are under way already, which is the limit; if this lasts, a file system of the server "
            "does not answer");
  EXPECT_TRUE(run(check, {})) << "it names no place";
  close(ends_[1]);
  while (!run(check, {.downloads_path = "/a"})) std::this_thread::yield();  // their threads are coming back
}

}  // namespace
}  // namespace browser
