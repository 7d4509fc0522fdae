// Mutants that these catch: no setsid, the lifeline inherited, no second try at a reaper that was killed, no check of a
// leader's start time, a reaper that obeys SIGTERM,
// no look at a reaper that was stopped, no limit of replacements, a wait for one that is stopped, no search by mark.
#include "os/reaper.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aio/testing/run.h"
#include "os/process.h"
#include "os/session_folder.h"
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
    testing::end_all_children();
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
    std::string path = *SessionFolder::new_path();
    EXPECT_TRUE(SessionFolder::make(path));  // and let go of
    std::ofstream(path + "/Cookies") << "x";
    return path;
  }

  std::string tmp_ = "/tmp/belay-reaping-XXXXXX";
  Shared* shared_ = nullptr;
};

TEST_F(Reaping, KillsAndRemovesWhenTheServerIsKilled) {
  const std::string path = *SessionFolder::new_path();
  testing::run_and_die([&] {
    Reaper reaper;
    launch();
    reaper.watch_group(shared_->browser);
    reaper.watch_profile(path);
    const auto folder = SessionFolder::make(path);
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
  const std::string other = make();
  launch();
  {
    Reaper reaper;
    reaper.watch_group(shared_->browser);
    reaper.watch_profile(path);
    reaper.watch_profile(other);
    reaper.forget_group(shared_->browser);
    reaper.forget_profile(path);
  }
  EXPECT_FALSE(fs::exists(other));  // it had something to do
  EXPECT_TRUE(fs::exists(path));
  EXPECT_EQ(waitpid(shared_->browser, nullptr, WNOHANG), 0);  // it lives; a dead one can be sent a signal, too
  kill(-shared_->browser, SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

// Mutant: a path ends at its first blank.
TEST_F(Reaping, RemovesAFolderWhoseNameHasBlanks) {
  const std::string tmp = tmp_ + "/a b  c";
  ASSERT_TRUE(fs::create_directory(tmp));
  setenv("TMPDIR", tmp.c_str(), 1);
  const std::string path = make();
  {
    Reaper reaper;
    reaper.watch_profile(path);
  }
  EXPECT_TRUE(path.starts_with(tmp));
  EXPECT_FALSE(fs::exists(path));
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
    EXPECT_TRUE(testing::is_buried(first));
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

TEST_F(Reaping, ThatIsStoppedIsReplacedWhenThatIsNoticed) {
  launch();
  {
    Reaper reaper;
    reaper.watch_group(shared_->browser);
    const pid_t first = reaper.pid();
    reaper.look();
    EXPECT_EQ(reaper.pid(), first) << "nothing had happened to it";
    kill(first, SIGSTOP);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(first), &info, WSTOPPED | WNOWAIT);
    reaper.look();
    EXPECT_NE(reaper.pid(), first);
    EXPECT_TRUE(testing::is_buried(first));
  }
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

TEST_F(Reaping, ThatCannotRunIsNotTriedForEver) {
  launch();
  Reaper reaper;
  reaper.watch_group(shared_->browser);
  for (int i = 0; i < 10 && reaper.pid() > 0; ++i) {
    const pid_t pid = reaper.pid();
    kill(pid, SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
    reaper.look();
  }
  EXPECT_EQ(reaper.pid(), -1);
  reaper.watch_profile(tmp_ + "/x");
  EXPECT_GT(reaper.pid(), 0) << "the next thing said starts another";
  reaper.end(std::chrono::seconds(10));
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

TEST_F(Reaping, ThatIsStoppedAtTheEndGoesOnAndIsNotWaitedFor) {
  launch();
  Reaper reaper;
  reaper.watch_group(shared_->browser);
  kill(reaper.pid(), SIGSTOP);
  reaper.end(std::chrono::seconds(0));
  EXPECT_EQ(testing::ended_by(shared_->browser), SIGKILL);
  EXPECT_EQ(testing::ended_by(shared_->helper), SIGKILL);
}

TEST_F(Reaping, ThatIsStoppedWithNothingToDoIsGoneAtTheEnd) {
  Reaper reaper;
  reaper.watch_profile(tmp_ + "/x");
  reaper.forget_profile(tmp_ + "/x");
  const pid_t pid = reaper.pid();
  kill(pid, SIGSTOP);
  reaper.end(std::chrono::hours(1));
  EXPECT_EQ(kill(pid, 0), -1);
}

// A wrapper whose browser has left its session, and so its group and, once the wrapper is gone, its family.
TEST_F(Reaping, KillsWhatHasLeftItsGroup) {
  testing::run_and_die([&] {
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    Reaper reaper;
    aio::Loop loop;
    auto wrapper = aio::testing::run_real(
        loop, Process::spawn({.path = "/bin/sh",
                              .arguments = {"-c", "setsid sleep 1000 2>&- & echo $! >" + tmp_ + "/pid; wait"},
                              .environment = {"PATH=/usr/bin:/bin"}}));
    reaper.watch_group((*wrapper)->pid());
    shared_->reaper = reaper.pid();
    pid_t left = 0;
    while (left == 0 || getsid(left) != left) std::ifstream(tmp_ + "/pid") >> left;
    shared_->helper = left;
    kill(getpid(), SIGKILL);
  });
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

TEST_F(Reaping, KnowsOfTheEnvironmentOnlyWhereTheFoldersAre) {
  Reaper reaper;
  reaper.watch_profile(tmp_ + "/x");
  while (!told_of(reaper.pid(), "cmdline").contains(kReaperArgument)) {
  }  // until then it shows what the test has
  std::string environment;
  while (environment.empty()) environment = told_of(reaper.pid(), "environ");
  EXPECT_EQ(environment, "TMPDIR=" + tmp_ + '\0');
  reaper.forget_profile(tmp_ + "/x");
}

TEST_F(Reaping, NeverRemovesAFolderWhoseNameDoesNotFitALine) {
  const std::string mine = tmp_ + "/mine";
  fs::create_directories(mine + "\nbelay/s-aaaaaa");
  fs::create_directories(mine);
  {
    Reaper reaper;
    reaper.watch_profile(mine + "\nbelay/s-aaaaaa");
    reaper.watch_profile(std::string(5000, 'x'));
  }
  EXPECT_TRUE(fs::exists(mine));
}

TEST(StartTime, DoesNotDependOnTheNameOfTheProcess) {
  const auto before = start_time(getpid());
  EXPECT_NE(before, 0U);
  std::array<char, 16> name{};
  prctl(PR_GET_NAME, name.data());
  prctl(PR_SET_NAME, ") R 1 2 3 (");
  EXPECT_EQ(start_time(getpid()), before);
  prctl(PR_SET_NAME, name.data());
  EXPECT_EQ(start_time(0), 0U);
}

}  // namespace
}  // namespace os
