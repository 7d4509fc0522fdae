// Mutants that these catch: no subreaper, no kill of a launch that is over, no wait for what was killed, a kill of one
// that lives, no wait for the dead, no look at the arguments, an exit status stolen from a Process, children from
// before that are killed.
#include "os/orphans.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aio/testing/run.h"
#include "os/launches.h"
#include "os/process.h"
#include "os/process_tree.h"
#include "os/testing/orphans.h"

namespace os {
namespace {

using namespace std::chrono_literals;

aio::Task<pid_t> pid_from(Process& process) {
  std::string out;
  std::array<char, 1> chunk;
  while (!out.ends_with('\n')) {
    auto [error, n] =
        co_await process.stderr_pipe().async_read_some(aio::asio::buffer(chunk), aio::asio::as_tuple(aio::use_task));
    if (error) break;
    out.append(chunk.data(), n);
  }
  co_return std::atoi(out.c_str());
}

class Adopted : public ::testing::Test {
 protected:
  void TearDown() override { testing::end_all_children(); }

  std::unique_ptr<Process> spawn(std::string script) {
    auto process = aio::testing::run_real(
        loop_, Process::spawn(
                   {.path = "/bin/sh", .arguments = {"-c", std::move(script)}, .environment = {"PATH=/usr/bin:/bin"}}));
    EXPECT_TRUE(process);
    return process ? std::move(*process) : nullptr;
  }
  pid_t told_by(Process& process) { return aio::testing::run_real(loop_, pid_from(process)); }
  bool is_child(pid_t pid) {
    const auto all = children_of(getpid());
    return std::ranges::find(all, pid) != all.end();
  }
  // Looks until it is gone: a test has no SIGCHLD.
  void look_until_gone(Orphans& orphans, pid_t pid) {
    while (kill(pid, 0) == 0) orphans.look();
  }

  aio::Loop loop_;
};

// A wrapper whose browser has left its session, and so its group.
constexpr const char* kLeaver = "setsid sleep 1000 2>&- & echo $! >&2; wait";

TEST_F(Adopted, AreKilledWhenTheirLaunchIsOver) {
  Orphans orphans;
  auto wrapper = spawn(kLeaver);
  const pid_t left = told_by(*wrapper);
  while (getsid(left) != left) {
  }
  wrapper->kill_group(SIGKILL);
  aio::testing::run_real(loop_, wrapper->wait_exit());
  look_until_gone(orphans, left);
  EXPECT_FALSE(is_child(left));
}

// A child to whom nobody has sent SIGKILL, which would come before this signal; that it still runs a moment later says
// nothing. It is gone then.
void expect_spared(pid_t child) {
  kill(child, SIGTERM);
  EXPECT_EQ(testing::ended_by(child), SIGTERM);
}

// Who removes its folders waits for that.
TEST_F(Adopted, AreAllDeadOnceNothingRemainsOfTheirLaunch) {
  Orphans orphans;
  auto wrapper = spawn("setsid sh -c 'echo $$ >&2; while :; do setsid sleep 1000 & done' & wait");
  auto other = spawn("(sleep 1000 2>&- & echo $! >&2); sleep 1000");
  const pid_t left = told_by(*wrapper);
  const pid_t others = told_by(*other);
  while (!is_child(others)) {
  }
  const std::uint64_t launch = wrapper->launch();
  wrapper->kill_group(SIGKILL);
  aio::testing::run_real(loop_, wrapper->wait_exit());
  while (!kill_remains(launch)) {
  }
  for (const pid_t pid : all_processes())
    if (const auto mark = launch_mark_of(pid)) {
      EXPECT_FALSE(mark->family == launch_family() && mark->number == launch) << pid;
    }
  EXPECT_EQ(waitpid(left, nullptr, WNOHANG), left) << "it lives";
  expect_spared(others);
  EXPECT_TRUE(kill_remains(launch));
  orphans.kill_everything();
  EXPECT_TRUE(orphans.end(10s));
}

// Whoever launched it may have left while it was made; it may yet execute.
TEST_F(Adopted, AreNotAllDeadWhileTheirLeaderIsMade) {
  Launches& launches = Launches::of_this_process();
  const std::uint64_t launch = launches.next();
  EXPECT_TRUE(kill_remains(launch)) << "it has not begun";
  launches.beginning(launch);
  EXPECT_FALSE(kill_remains(launch));
  launches.ended(launch);
  EXPECT_TRUE(kill_remains(launch));
}

// Without its arguments in its memory, and so without a mark.
[[noreturn]] void live_without_arguments() {
  std::ifstream file("/proc/self/stat");
  std::string word;
  for (int field = 1; field <= 48; ++field) file >> word;  // arg_start of proc(5)
  const std::uintptr_t page = std::stoull(word) / 4096 * 4096;
  std::array<volatile char, 65536> away{};  // its own frames are elsewhere
  away[0] = 1;
  munmap(reinterpret_cast<void*>(page), 4096);
  for (;;) pause();
}

// So looks one that is just becoming another program, or on its way out.
TEST_F(Adopted, RemainWhileItIsNotKnownWhatTheyAre) {
  Orphans orphans;
  const pid_t child = fork();
  if (child == 0) live_without_arguments();
  while (!tells_nothing(child)) {
  }
  EXPECT_FALSE(kill_remains(Launches::of_this_process().next()));
  kill(child, SIGKILL);
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_TRUE(kill_remains(Launches::of_this_process().next())) << "it is a zombie";
  EXPECT_EQ(testing::ended_by(child), SIGKILL);
}

TEST_F(Adopted, LiveAsLongAsTheirLaunch) {
  Orphans orphans;
  auto wrapper = spawn("(sleep 1000 2>&- & echo $! >&2); sleep 1000");
  const pid_t orphan = told_by(*wrapper);
  while (!is_child(orphan)) {
  }
  orphans.look();
  EXPECT_EQ(waitpid(orphan, nullptr, WNOHANG), 0) << "it was killed, or is no child";
  wrapper.reset();
  look_until_gone(orphans, orphan);
}

TEST_F(Adopted, OfAWrapperThatLeavesItsBrowserBehindGoWithIt) {
  Orphans orphans;
  auto wrapper = spawn("setsid sh -c 'setsid sleep 1000 2>&- & echo $! >&2'; exit 0");
  const pid_t left = told_by(*wrapper);
  EXPECT_EQ(aio::testing::run_real(loop_, wrapper->wait_exit()), "exit status 0");
  look_until_gone(orphans, left);
}

// As Chromium does, which writes its arguments anew over them and over its environment.
TEST_F(Adopted, AreKnownByTheirArgumentsWhereTheirEnvironmentIsGone) {
  Orphans orphans;
  std::string name = "/tmp/belay-wrapper-XXXXXX";
  const int file = mkstemp(name.data());
  const std::string text = "#!/bin/sh\nsetsid env -i /bin/sh -c 'sleep 1000; :' \"x $1 y\" 2>&- & echo $! >&2; wait\n";
  ASSERT_EQ(write(file, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  fchmod(file, 0700);
  close(file);
  auto wrapper = aio::testing::run_real(
      loop_, Process::spawn({.path = name, .environment = {"PATH=/usr/bin:/bin"}, .marks_arguments = true}));
  ASSERT_TRUE(wrapper);
  const pid_t left = told_by(**wrapper);
  while (getsid(left) != left || !told_of(left, "cmdline").starts_with("/bin/sh")) {  // through setsid and env
  }
  EXPECT_EQ(variable_of(left, kLaunchVariable), "");
  const pid_t leader = (*wrapper)->pid();
  wrapper->reset();
  EXPECT_TRUE(testing::is_buried(leader));  // who is found while it dies goes with all that is below it
  look_until_gone(orphans, left);
  unlink(name.c_str());
}

TEST_F(Adopted, ThatAreDeadAreWaitedFor) {
  Orphans orphans;
  auto wrapper = spawn("(sh -c 'echo $$ >&2' &); sleep 1000");
  const pid_t orphan = told_by(*wrapper);
  look_until_gone(orphans, orphan);
}

TEST_F(Adopted, LeaveTheStatusOfALaunchToItsProcess) {
  Orphans orphans;
  auto process = spawn("exit 3");
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(process->pid()), &info, WEXITED | WNOWAIT);
  orphans.look();
  EXPECT_EQ(aio::testing::run_real(loop_, process->wait_exit()), "exit status 3");
}

TEST_F(Adopted, AreNotThoseFromBefore) {
  const pid_t before = fork();
  if (before == 0)
    for (;;) pause();
  Orphans orphans;
  EXPECT_TRUE(orphans.end(0ms));
  orphans.kill_everything();
  expect_spared(before);
}

TEST_F(Adopted, AndAllThatIsLaunchedCanBeKilledAtOnce) {
  Orphans orphans;
  auto wrapper = spawn(kLeaver);
  const pid_t left = told_by(*wrapper);
  while (getsid(left) != left) {
  }
  EXPECT_EQ(orphans.kill_everything(), 1U);
  EXPECT_EQ(aio::testing::run_real(loop_, wrapper->wait_exit()), "signal 9");
  EXPECT_TRUE(orphans.end(10s));
  EXPECT_EQ(kill(left, 0), -1);
}

// Nobody looks a second time where the process is about to leave. Mutant: only what is a child already is killed.
TEST_F(Adopted, ThatLeftTheirGroupDieWithAllThatIsLaunched) {
  Orphans orphans;
  auto wrapper = spawn(kLeaver);
  const pid_t left = told_by(*wrapper);
  while (getsid(left) != left) {
  }
  orphans.kill_everything();
  aio::testing::run_real(loop_, wrapper->wait_exit());
  EXPECT_EQ(testing::ended_by(left), SIGKILL);
}

// A program of another server, or of an earlier one, whose launches have the same numbers.
pid_t start_with_mark(const std::string& mark) {
  const std::string variable = std::string(kLaunchVariable) + "=" + mark;
  const pid_t pid = fork();
  if (pid == 0) {
    execle("/bin/sleep", "sleep", "1000", static_cast<char*>(nullptr),
           std::array<const char*, 2>{variable.c_str(), nullptr}.data());
    _exit(127);
  }
  while (variable_of(pid, kLaunchVariable) != mark) {
  }
  return pid;
}

// Mutants: the number alone compared.
TEST_F(Adopted, OfAnotherFamilyAreNobodysToKill) {
  Orphans orphans;
  const std::uint64_t number = Launches::of_this_process().next();
  const pid_t stranger = start_with_mark("1.1." + std::to_string(number));
  EXPECT_TRUE(kill_remains(number));
  orphans.look();
  expect_spared(stranger);
}

// Mutant: left as zombies by a server that a shell became.
TEST_F(Adopted, FromBeforeAreWaitedForWhenTheyAreDead) {
  const pid_t before = fork();
  if (before == 0)
    for (;;) pause();
  Orphans orphans;
  kill(before, SIGKILL);
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(before), &info, WEXITED | WNOWAIT);
  orphans.look();
  EXPECT_FALSE(is_child(before));
}

// Mutant: the reaper goes with the rest, or its status is stolen.
TEST_F(Adopted, AreNotThoseThatHelp) {
  Orphans orphans;
  const std::uint64_t number = Launches::of_this_process().next();
  const pid_t helper = fork();
  if (helper == 0)
    for (;;) pause();
  Launches::of_this_process().helper_beginning(number) = helper;
  orphans.kill_everything();
  EXPECT_TRUE(orphans.end(std::chrono::milliseconds(0)));
  expect_spared(helper);
  Launches::of_this_process().helper_ended(number);
}

}  // namespace
}  // namespace os
