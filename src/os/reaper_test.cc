// Mutants that these catch: no setsid, the lifeline inherited, no second try at a reaper that was killed, no check of a
// leader's start time, a reaper that obeys SIGTERM.
#include "os/reaper.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/profile_dir.h"
#include "os/testing/orphans.h"

namespace os {
namespace {
namespace fs = std::filesystem;

// The reaper is this binary again: it must not run the tests.
[[gnu::constructor]] void become_the_reaper(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], kReaperArgument) == 0) _exit(reaper_main());
}

// What a server that is killed can still tell the test: memory of both.
struct Shared {
  pid_t reaper;
  pid_t browser;
  pid_t helper;
};

class Reaping : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::adopt_orphans();
    signal(SIGPIPE, SIG_IGN);  // as the server does
    ASSERT_NE(mkdtemp(tmp_.data()), nullptr);
    setenv("TMPDIR", tmp_.c_str(), 1);
    shared_ =
        static_cast<Shared*>(mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  }
  void TearDown() override {
    munmap(shared_, sizeof(Shared));
    unsetenv("TMPDIR");
    fs::remove_all(tmp_);
  }

  // A leader and a helper in one group, neither of which notices that the server dies.
  void launch() {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t browser = fork();
    if (browser == 0) {
      setpgid(0, 0);
      const pid_t helper = fork();
      if (helper != 0) {
        shared_->helper = helper;
        if (write(ready[1], "x", 1) < 0) _exit(1);
      }
      for (;;) pause();
    }
    shared_->browser = browser;
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
  }

  std::string make() {
    std::string path = profile_name();
    EXPECT_TRUE(make_profile(path));
    std::ofstream(path + "/Cookies") << "x";
    return path;
  }

  std::string tmp_ = "/tmp/belay-reaping-XXXXXX";
  Shared* shared_ = nullptr;
};

TEST_F(Reaping, KillsAndRemovesWhenTheServerIsKilled) {
  const std::string path = profile_name();
  testing::run_and_die([&] {
    Reaper reaper;
    launch();
    reaper.watch_group(shared_->browser);
    reaper.watch_profile(path);
    static_cast<void>(make_profile(path));
    shared_->reaper = reaper.pid();
    kill(getpid(), SIGKILL);
  });
  EXPECT_EQ(testing::ended_by(shared_->reaper), 0);
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Reaping, LeavesAloneWhatWasForgotten) {
  const std::string path = make();
  launch();
  {
    Reaper reaper;
    reaper.watch_group(shared_->browser);
    reaper.watch_profile(path);
    reaper.forget_group(shared_->browser);
    reaper.forget_profile(path);
  }
  EXPECT_TRUE(fs::exists(path));
  EXPECT_EQ(kill(shared_->browser, 0), 0);
  kill(-shared_->browser, SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

TEST_F(Reaping, KillsTheRestOfAGroupWhoseLeaderIsGone) {
  launch();
  {
    Reaper reaper;
    reaper.watch_group(shared_->browser);
    kill(shared_->browser, SIGKILL);
    EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  }
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

// The reaper alone, told by hand: a server never says a start time that is not the group's.
TEST_F(Reaping, SparesAGroupWhoseNumberHasComeBack) {
  launch();
  int lifeline[2];
  ASSERT_EQ(pipe2(lifeline, O_CLOEXEC), 0);
  const pid_t reaper = fork();
  if (reaper == 0) {
    dup2(lifeline[0], 0);
    execl("/proc/self/exe", "belay", kReaperArgument, static_cast<char*>(nullptr));
    _exit(127);
  }
  const std::string line =
      "+ " + std::to_string(shared_->browser) + " " + std::to_string(start_time(shared_->browser) + 1) + "\n";
  EXPECT_EQ(write(lifeline[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
  close(lifeline[0]);
  close(lifeline[1]);
  EXPECT_EQ(testing::ended_by(reaper), 0);
  // By another signal than the reaper's: what that has killed is a zombie still, which takes signals without a word.
  kill(-shared_->browser, SIGUSR1);
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGUSR1);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGUSR1);
}

TEST_F(Reaping, ThatWasKilledIsDoneByAnother) {
  const std::string path = make();
  launch();
  {
    Reaper reaper;
    reaper.watch_group(shared_->browser);
    const pid_t first = reaper.pid();
    kill(first, SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(first), &info, WEXITED | WNOWAIT);
    reaper.watch_profile(path);
    EXPECT_NE(reaper.pid(), first);
    EXPECT_EQ(waitpid(first, nullptr, WNOHANG), -1) << "the first reaper is left as a zombie";
  }
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Reaping, ThatIsStoppedDoesNotStopTheServer) {
  launch();
  {
    Reaper reaper;
    reaper.watch_group(shared_->browser);
    const pid_t first = reaper.pid();
    kill(first, SIGSTOP);
    const std::string name(1000, 'x');
    for (int i = 0; i < 1000; ++i) {  // more than a pipe holds
      reaper.watch_profile(tmp_ + "/" + name);
      reaper.forget_profile(tmp_ + "/" + name);
    }
    EXPECT_NE(reaper.pid(), first);
  }
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

TEST_F(Reaping, OutlivesTheSignalsThatEndAServer) {
  launch();
  {
    Reaper reaper;
    reaper.watch_group(shared_->browser);
    const pid_t pid = reaper.pid();
    const std::string line = "/proc/" + std::to_string(pid) + "/cmdline";
    // Until it has executed it is still a copy of this process, with its handlers.
    std::string text;
    while (text.find(kReaperArgument) == std::string::npos) {
      std::ifstream file(line);
      std::getline(file, text);
    }
    EXPECT_EQ(getsid(pid), pid);
  }
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

TEST_F(Reaping, NeverRemovesAFolderWhoseNameDoesNotFitALine) {
  const std::string mine = tmp_ + "/mine";
  fs::create_directories(mine + "\nbelay/profile-aaaaaa");
  fs::create_directories(mine);
  {
    Reaper reaper;
    reaper.watch_profile(mine + "\nbelay/profile-aaaaaa");
    reaper.watch_profile(std::string(5000, 'x'));
  }
  EXPECT_TRUE(fs::exists(mine));
}

}  // namespace
}  // namespace os
