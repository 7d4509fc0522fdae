// Mutants that these catch: an owner that counts by its pid, links that are followed, kept folders that are swept, a
// neighbour's browser that is killed, a mount that holds the sweep up.
#include "os/sweep.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "aio/loop.h"
#include "aio/testing/run.h"
#include "os/process.h"
#include "os/process_tree.h"
#include "os/testing/temp_folder.h"

namespace os {
namespace {
namespace fs = std::filesystem;

class Sweeping : public testing::TempFolder {
 protected:
  int sweep() {
    Sweep sweep(16);
    for (int steps = 0; steps < 100'000; ++steps) {
      const auto next = sweep.step();
      if (next == Sweep::Next::end) break;
      if (next == Sweep::Next::wait) usleep(5000);  // for the kernel, which is killing
    }
    problems_ = sweep.problems();
    return sweep.removed();
  }

  std::string leftover(const std::string& name) {
    const std::string path = root() + "/" + name;
    write(path + "/profile/Default/Cookies");
    chmod(root().c_str(), 0700);
    return path;
  }

  // A server of another process; returns once its folder is there.
  pid_t server(std::string& path, int unshared = 0) {
    int ready[2];
    if (pipe(ready) != 0) return -1;
    const pid_t pid = fork();
    if (pid == 0) {
      if (unshared != 0 && unshare(unshared) != 0) _exit(77);
      const pid_t inner = unshared == 0 ? 0 : fork();
      if (inner > 0) {
        close(ready[0]);
        close(ready[1]);
        int status = 0;
        waitpid(inner, &status, 0);
        _exit(0);
      }
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      auto folder = SessionFolder::make(*SessionFolder::new_path());
      if (!folder || ::write(ready[1], folder->path().c_str(), folder->path().size()) < 0) _exit(1);
      for (;;) pause();
    }
    close(ready[1]);
    char text[200] = {};
    if (read(ready[0], text, sizeof text - 1) <= 0) {
      waitpid(pid, nullptr, 0);
      close(ready[0]);
      return -1;
    }
    close(ready[0]);
    path = text;
    return pid;
  }

  std::vector<std::string> problems_;
};

TEST_F(Sweeping, RemovesWhatNobodyHoldsAndNothingElse) {
  const std::string left = leftover("s-aaaaaa");
  const std::string kept = leftover("kept-aaaaaa");
  const std::string strange = leftover("what");
  const auto mine = SessionFolder::make(*SessionFolder::new_path());
  std::string path;
  const pid_t pid = server(path);
  EXPECT_EQ(sweep(), 1);
  EXPECT_FALSE(exists(left));
  EXPECT_TRUE(exists(kept) && exists(strange) && exists(mine->path()) && exists(path));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  EXPECT_EQ(sweep(), 1);
  EXPECT_FALSE(exists(path));
  EXPECT_EQ(problems_, std::vector<std::string>());
}

TEST_F(Sweeping, SparesTheLiveFoldersOfAnotherPidNamespace) {
  std::string path;
  const pid_t pid = server(path, CLONE_NEWPID);
  if (pid < 0) GTEST_SKIP() << "no PID namespaces here";
  EXPECT_EQ(sweep(), 0);
  EXPECT_TRUE(exists(path));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

TEST_F(Sweeping, FollowsNoLink) {
  const std::string kept = write(tmp_ + "/elsewhere/s-bbbbbb/file");
  leftover("s-aaaaaa");
  fs::create_directory_symlink(tmp_ + "/elsewhere/s-bbbbbb", root() + "/s-bbbbbb");
  fs::create_directory_symlink(tmp_ + "/elsewhere", root() + "/s-aaaaaa/profile/out");
  EXPECT_EQ(sweep(), 1);
  EXPECT_TRUE(exists(kept));
}

TEST_F(Sweeping, DoesNotEnterARootThatIsALink) {
  const std::string kept = write(tmp_ + "/elsewhere/s-bbbbbb/file");
  chmod((tmp_ + "/elsewhere").c_str(), 0700);
  fs::create_directory_symlink(tmp_ + "/elsewhere", root());
  EXPECT_EQ(sweep(), 0);
  EXPECT_TRUE(exists(kept));
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_NE(problems_[0].find("a link"), std::string::npos) << problems_[0];
}

TEST_F(Sweeping, LeavesFoldersOfOtherUsersAlone) {
  const std::string left = leftover("s-aaaaaa");
  if (chown(left.c_str(), 65534, 65534) != 0) GTEST_SKIP() << "not root";
  EXPECT_EQ(sweep(), 0);
  EXPECT_TRUE(exists(left + "/profile/Default/Cookies"));
}

TEST_F(Sweeping, MakesNoRootWhereThereIsNone) {
  EXPECT_EQ(sweep(), 0);
  EXPECT_FALSE(exists(root()));
}

TEST_F(Sweeping, GoesOnAfterWhatCannotBeRemovedAndSaysWhat) {
  const std::string stuck = leftover("s-aaaaaa");
  const std::string left = leftover("s-bbbbbb");
  const pid_t pid = fork();
  if (pid == 0) {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) _exit(77);
    fs::create_directories(stuck + "/mounted");
    if (mount("none", (stuck + "/mounted").c_str(), "tmpfs", 0, nullptr) != 0) _exit(77);
    write(stuck + "/mounted/kept");
    Sweep sweep;
    int steps = 0;
    while (sweep.step() != Sweep::Next::end) ++steps;
    if (sweep.removed() != 1 || exists(left)) _exit(1);
    if (!exists(stuck + "/mounted/kept")) _exit(2);
    if (sweep.problems().size() != 1 || !sweep.problems()[0].starts_with(stuck)) _exit(3);
    _exit(steps < 10 ? 0 : 4);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no mounts here";
  EXPECT_EQ(status, 0);
}

// Mutant: killed by its number, which may be somebody else's by then.
TEST_F(Sweeping, SparesWhatIsNoBrowserOfTheLeftoverAnyMore) {
  const std::string argument = "--user-data-dir=" + leftover("s-aaaaaa") + "/profile";
  int words[2];
  ASSERT_EQ(pipe2(words, O_CLOEXEC), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(words[0], 0);
    execl("/bin/sh", "sh", "-c", "read word; exec sleep 1000", argument.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  while (told_of(pid, "cmdline").find(argument) == std::string::npos) {
  }
  Sweep sweep;
  EXPECT_EQ(sweep.step(), Sweep::Next::go_on);  // it has listed them
  EXPECT_EQ(::write(words[1], "go\n", 3), 3);
  while (!told_of(pid, "cmdline").starts_with("sleep")) {
  }
  while (sweep.step() != Sweep::Next::end) {
  }
  EXPECT_EQ(sweep.removed(), 1);
  EXPECT_EQ(waitpid(pid, nullptr, WNOHANG), 0);
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  for (const int end : words) close(end);
}

// Mutant: each of them, which may be a hundred thousand lines in the log.
TEST_F(Sweeping, NamesTheFirstFewProblemsOnly) {
  fs::create_directories(root());
  chmod(root().c_str(), 0700);
  for (int i = 0; i < 12; ++i) fs::create_directory_symlink("/nowhere", root() + "/s-aaaaa" + std::to_string(i));
  EXPECT_EQ(sweep(), 0);
  EXPECT_EQ(problems_.size(), 8U);
}

TEST_F(Sweeping, DoesABoundedPieceAtATime) {
  const std::string path = leftover("s-aaaaaa");
  for (int i = 0; i < 100; ++i) write(path + "/profile/" + std::to_string(i));
  Sweep sweep(16);
  int steps = 1;
  while (sweep.step() != Sweep::Next::end) ++steps;
  EXPECT_GE(steps, 7);
  EXPECT_EQ(sweep.removed(), 1);
}

// 500 folders come while another server sweeps without a pause: none is swept, and none fails for good.
TEST_F(Sweeping, NeverMeetsAFolderThatIsJustMadeAndTakesIt) {
  const pid_t maker = fork();
  if (maker == 0) {
    std::vector<SessionFolder> mine;
    for (int tries = 0; mine.size() < 500 && tries < 5000; ++tries)
      if (auto made = SessionFolder::make(*SessionFolder::new_path())) mine.push_back(std::move(*made));
    for (const SessionFolder& one : mine)
      if (!exists(one.path() + "/belay.lock")) _exit(1);
    _exit(mine.size() == 500 ? 0 : 2);
  }
  int status = 0;
  while (waitpid(maker, &status, WNOHANG) == 0) sweep();
  EXPECT_EQ(status, 0);
}

TEST_F(Sweeping, KillsABrowserThatStillRunsOnALeftoverAndNoOther) {
  leftover("s-aaaaaa");
  leftover("s-bbbbbb");
  leftover("s-cccccc");
  auto held = SessionFolder::make(root() + "/s-dddddd");
  ASSERT_TRUE(held);
  aio::Loop loop;
  const auto run = [&](const std::string& argument, const std::string& variable) {
    SpawnOptions options = {
        .path = "/bin/sh", .arguments = {"-c", "sleep 1000; true", "sh", argument}, .environment = {variable}};
    auto process = std::move(*aio::testing::run_real(loop, Process::spawn(std::move(options))));
    while (!told_of(process->pid(), "cmdline").contains(argument)) {
    }  // it is made once its program is there, which is a moment before its arguments are
    return process;
  };
  const auto by_profile = run("--user-data-dir=" + root() + "/s-aaaaaa/profile", "A=B");
  const auto by_crashes = run("--belay --crash-dumps-dir=" + root() + "/s-aaaaaa/crashes --x", "A=B");
  const auto by_tmpdir = run("--user-data-dir=/mine", "TMPDIR=" + root() + "/s-bbbbbb/t");
  const auto of_a_living_one =
      run("--user-data-dir=" + root() + "/s-dddddd/profile", "TMPDIR=" + root() + "/s-dddddd/t");
  const auto neighbour = run("--user-data-dir=" + root() + "/s-ccccccc/profile", "XTMPDIR=" + root() + "/s-cccccc/t");
  EXPECT_EQ(sweep(), 3);
  for (const auto* browser : {&by_profile, &by_crashes, &by_tmpdir}) {
    siginfo_t info{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>((*browser)->pid()), &info, WEXITED | WNOWAIT), 0);
    EXPECT_EQ(info.si_status, SIGKILL);
  }
  for (const auto* browser : {&of_a_living_one, &neighbour}) {
    siginfo_t info{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>((*browser)->pid()), &info, WEXITED | WNOWAIT | WNOHANG), 0);
    EXPECT_EQ(info.si_pid, 0) << "somebody else's browser was killed";
  }
}

}  // namespace
}  // namespace os
