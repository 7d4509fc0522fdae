// Mutants that these catch: no setpgid, no kill of the group in reap() or in ~Process, no PR_SET_PDEATHSIG, no
// close_range, environ instead of the given environment, no report of exec's failure.
#include "os/process.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "aio/testing/run.h"
#include "os/testing/orphans.h"

namespace os {
namespace {

struct Outcome {
  std::string words;
  std::string status;
};

aio::Task<std::string> words_of(Process& process) {
  std::string out;
  std::array<char, 512> chunk;
  for (;;) {
    auto [error, n] =
        co_await process.stderr_pipe().async_read_some(aio::asio::buffer(chunk), aio::asio::as_tuple(aio::use_task));
    out.append(chunk.data(), n);
    if (error) co_return out;
  }
}

aio::Task<std::string> first_line_of(Process& process) {
  std::string out;
  std::array<char, 1> chunk;
  while (!out.ends_with('\n')) {
    auto [error, n] =
        co_await process.stderr_pipe().async_read_some(aio::asio::buffer(chunk), aio::asio::as_tuple(aio::use_task));
    if (error) break;
    out.append(chunk.data(), n);
  }
  co_return out;
}

class Children : public ::testing::Test {
 protected:
  void SetUp() override { testing::adopt_orphans(); }

  base::Result<std::unique_ptr<Process>> spawn(std::string script, std::vector<std::string> environment = {}) {
    return Process::spawn(
        loop_.executor(),
        {.path = "/bin/sh", .arguments = {"-c", std::move(script)}, .environment = std::move(environment)});
  }

  Outcome run(std::string script, std::vector<std::string> environment = {}) {
    auto process = spawn(std::move(script), std::move(environment));
    if (!process) return {process.error().message, ""};
    std::string words = aio::testing::run_real(loop_, words_of(**process));
    return {std::move(words), aio::testing::run_real(loop_, (*process)->wait_exit())};
  }

  pid_t pid_from(Process& process) { return std::stoi(aio::testing::run_real(loop_, first_line_of(process))); }

  aio::Loop loop_;
};

TEST_F(Children, SayHowTheyEnded) {
  EXPECT_EQ(run("exit 3").status, "exit status 3");
  EXPECT_EQ(run("kill -9 $$").status, "signal 9");
}

TEST_F(Children, ThatCannotBeExecutedAreNamedWithTheReason) {
  const auto missing = Process::spawn(loop_.executor(), {.path = "/no/such/browser"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "cannot run /no/such/browser: No such file or directory");
  const auto text = Process::spawn(loop_.executor(), {.path = "/etc/passwd"});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "cannot run /etc/passwd: Permission denied");
}

TEST_F(Children, LeadAGroupOfTheirOwn) {
  auto process = spawn("echo ready >&2; exec sleep 1000");
  ASSERT_TRUE(process);
  EXPECT_EQ(getpgid((*process)->pid()), (*process)->pid());
}

TEST_F(Children, GetTheirStandardDescriptorsAndNoOther) {
  ASSERT_EQ(dup2(0, 50), 50);  // without O_CLOEXEC
  const Outcome outcome = run("exec ls /proc/self/fd /proc/self/fd/0 >&2", {"PATH=/usr/bin:/bin"});
  close(50);
  EXPECT_EQ(outcome.words, "/proc/self/fd/0\n\n/proc/self/fd:\n0\n1\n2\n3\n") << "3 is the folder that ls reads";
}

TEST_F(Children, GetTheEnvironmentThatIsGivenAndNoOther) {
  setenv("BELAY_TEST_SECRET", "x", 1);
  const Outcome outcome = run("tr '\\0' '\\n' < /proc/$$/environ >&2", {"PATH=/usr/bin:/bin", "A=1"});
  unsetenv("BELAY_TEST_SECRET");
  EXPECT_EQ(outcome.words, "PATH=/usr/bin:/bin\nA=1\n");
}

TEST_F(Children, StartWithNoSignalBlockedOrIgnored) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  signal(SIGPIPE, SIG_IGN);
  auto process = spawn("grep -E 'Sig(Blk|Ign)' /proc/self/status >&2", {"PATH=/usr/bin:/bin"});
  sigprocmask(SIG_SETMASK, &before, nullptr);
  signal(SIGPIPE, SIG_DFL);
  ASSERT_TRUE(process);
  EXPECT_EQ(aio::testing::run_real(loop_, words_of(**process)),
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(Children, TakeTheirGroupWithThemWhenTheyEnd) {
  auto process = spawn("sleep 1000 2>&- & echo $! >&2; exit 0");
  ASSERT_TRUE(process);
  const pid_t left = pid_from(**process);
  EXPECT_EQ(aio::testing::run_real(loop_, (*process)->wait_exit()), "exit status 0");
  EXPECT_EQ(testing::ended_by(left), SIGKILL);
}

TEST_F(Children, ThatIgnoreSigtermEndByASigkillOfTheirGroup) {
  auto process = spawn("trap '' TERM; sleep 1000 & echo $! >&2; while :; do wait; done");
  ASSERT_TRUE(process);
  const pid_t grandchild = pid_from(**process);
  (*process)->kill_group(SIGTERM);
  EXPECT_EQ(kill((*process)->pid(), 0), 0);
  (*process)->kill_group(SIGKILL);
  EXPECT_EQ(aio::testing::run_real(loop_, (*process)->wait_exit()), "signal 9");
  EXPECT_EQ(testing::ended_by(grandchild), SIGKILL);
}

TEST_F(Children, DieWithTheirGroupWhenNobodyHoldsThem) {
  auto process = spawn("sleep 1000 & echo $! >&2; wait");
  ASSERT_TRUE(process);
  const pid_t leader = (*process)->pid();
  const pid_t grandchild = pid_from(**process);
  process->reset();
  EXPECT_EQ(kill(leader, 0), -1) << "not reaped";
  EXPECT_EQ(testing::ended_by(grandchild), SIGKILL);
}

TEST_F(Children, AKillAfterTheEndReachesNobody) {
  auto process = spawn("exit 0");
  ASSERT_TRUE(process);
  aio::testing::run_real(loop_, (*process)->wait_exit());
  (*process)->kill_group(SIGKILL);  // the number may belong to somebody else now
  EXPECT_EQ(aio::testing::run_real(loop_, (*process)->wait_exit()), "exit status 0");
}

TEST_F(Children, DieWhenTheServerIsKilled) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe2(pipe_ends.data(), O_CLOEXEC), 0);
  testing::run_and_die([&] {
    aio::Loop loop;
    auto process = Process::spawn(loop.executor(), {.path = "/bin/sleep", .arguments = {"1000"}});
    const pid_t pid = process ? (*process)->pid() : 0;
    if (write(pipe_ends[1], &pid, sizeof pid) < 0) _exit(1);
    kill(getpid(), SIGKILL);  // before anything here is destroyed
  });
  pid_t pid = 0;
  ASSERT_EQ(read(pipe_ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  EXPECT_EQ(testing::ended_by(pid), SIGKILL);
  for (const int end : pipe_ends) close(end);
}

}  // namespace
}  // namespace os
