// Mutants that these catch: the mark written after the name is there, an owner that counts by its pid alone, links that
// are followed, kept folders that are swept.
#include "os/profile_dir.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aio/loop.h"
#include "os/process.h"
#include "os/reaper.h"
#include "os/testing/orphans.h"

namespace os {
namespace {
namespace fs = std::filesystem;

class Profiles : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(tmp_.data()), nullptr);
    setenv("TMPDIR", tmp_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("TMPDIR");
    fs::remove_all(tmp_);
  }

  std::string root() const { return tmp_ + "/belay"; }

  std::string made() {
    const std::string path = profile_name();
    EXPECT_TRUE(make_profile(path));
    return path;
  }

  std::string folder(const std::string& name, const std::string& mark) {
    const std::string path = root() + "/" + name;
    fs::create_directories(path + "/Default");
    if (!mark.empty()) std::ofstream(path + "/belay-owner") << mark;
    return path;
  }

  static std::string mark_of_a_dead_process() {
    const pid_t pid = fork();
    if (pid == 0) _exit(0);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
    const auto started = start_time(pid);  // of the zombie
    waitpid(pid, nullptr, 0);
    return fmt::format("{} {}\n", pid, started);
  }

  std::string tmp_ = "/tmp/belay-profiles-XXXXXX";
};

TEST_F(Profiles, ArePrivateAndSayWhoseTheyAre) {
  const std::string path = made();
  EXPECT_TRUE(std::regex_match(path, std::regex(root() + "/profile-[A-Za-z0-9]{6}"))) << path;
  struct stat info{};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
  pid_t pid = 0;
  unsigned long long started = 0;
  std::ifstream(path + "/belay-owner") >> pid >> started;
  EXPECT_EQ(pid, getpid());
  EXPECT_EQ(started, start_time(getpid()));
}

TEST_F(Profiles, DoNotTakeANameThatExists) {
  const std::string path = made();
  std::ofstream(path + "/kept") << "x";
  const auto again = make_profile(path);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find(path), std::string::npos);
  EXPECT_TRUE(fs::exists(path + "/kept"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root()), fs::directory_iterator()), 1)
      << "something half made is left";
}

TEST_F(Profiles, OfALivingServerAreNotSwept) {
  const std::string path = made();
  EXPECT_EQ(sweep_profiles(), 0);
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(Profiles, OfADeadServerAreSwept) {
  const std::string path = folder("profile-aaaaaa", mark_of_a_dead_process());
  EXPECT_EQ(sweep_profiles(), 1);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Profiles, OfAServerWhosePidHasComeBackAreSwept) {
  const std::string path = folder("profile-aaaaaa", fmt::format("{} {}\n", getpid(), start_time(getpid()) - 1));
  EXPECT_EQ(sweep_profiles(), 1);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Profiles, WithoutAReadableMarkAreSwept) {
  folder("profile-aaaaaa", "");
  folder("profile-bbbbbb", "who knows");
  EXPECT_EQ(sweep_profiles(), 2);
}

TEST_F(Profiles, ThatWereLeftHalfMadeAreSweptOnlyWhenTheirMakerIsGone) {
  std::string dead = mark_of_a_dead_process();
  dead[dead.find(' ')] = '-';
  dead.back() = '-';
  const std::string left = folder(".making-" + dead + "aaaaaa", "");
  const std::string growing = folder(fmt::format(".making-{}-{}-bbbbbb", getpid(), start_time(getpid())), "");
  EXPECT_EQ(sweep_profiles(), 1);
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(growing));
}

TEST_F(Profiles, ThatAreToBePreservedAreNeverSwept) {
  const std::string path = profile_name();
  testing::run_and_die([&] { static_cast<void>(make_profile(path, Keep::for_ever)); });
  EXPECT_EQ(sweep_profiles(), 0);
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(Profiles, SweepingTouchesNothingElse) {
  const std::string mine = tmp_ + "/mine";
  fs::create_directories(mine);
  std::ofstream(mine + "/file") << "x";
  fs::create_directories(root() + "/other");
  std::ofstream(root() + "/profile-file") << "x";
  fs::create_directory_symlink(mine, root() + "/profile-link");
  const std::string dead = folder("profile-aaaaaa", mark_of_a_dead_process());
  fs::create_directory_symlink(mine, dead + "/link");
  EXPECT_EQ(sweep_profiles(), 1);
  EXPECT_TRUE(fs::exists(mine + "/file"));
  EXPECT_TRUE(fs::exists(root() + "/other"));
  EXPECT_TRUE(fs::exists(root() + "/profile-file"));
  EXPECT_TRUE(fs::is_symlink(root() + "/profile-link"));
}

TEST_F(Profiles, SweepingWithoutAnyDoesNothing) { EXPECT_EQ(sweep_profiles(), 0); }

TEST_F(Profiles, NoSweepOfAnotherServerMeetsOneWithoutItsMark) {
  const pid_t maker = fork();
  if (maker == 0) {
    for (int i = 0; i < 500; ++i)
      if (!make_profile(profile_name())) _exit(1);
    pause();  // a living owner
  }
  int swept = 0;
  const auto count = [&] {
    int out = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root(), error))
      out += entry.path().filename().string().starts_with("profile-") ? 1 : 0;
    return out;
  };
  int status = 0;
  while (swept == 0 && count() < 500 && waitpid(maker, &status, WNOHANG) == 0) swept += sweep_profiles();
  kill(maker, SIGKILL);
  waitpid(maker, nullptr, 0);
  EXPECT_EQ(swept, 0);
  EXPECT_EQ(count(), 500);
}

TEST_F(Profiles, ABrowserThatStillRunsOnASweptProfileIsKilled) {
  const std::string path = folder("profile-aaaaaa", mark_of_a_dead_process());
  aio::Loop loop;
  const auto browser = Process::spawn(
      loop.executor(), {.path = "/bin/sh", .arguments = {"-c", "sleep 1000; true", "sh", "--user-data-dir=" + path}});
  const auto other = Process::spawn(
      loop.executor(),
      {.path = "/bin/sh", .arguments = {"-c", "sleep 1000; true", "sh", "--user-data-dir=" + path + "b"}});
  ASSERT_TRUE(browser && other);
  EXPECT_EQ(sweep_profiles(), 1);
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>((*browser)->pid()), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(info.si_status, SIGKILL);
  info = {};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>((*other)->pid()), &info, WEXITED | WNOWAIT | WNOHANG), 0);
  EXPECT_EQ(info.si_pid, 0) << "the neighbour was killed too";
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
