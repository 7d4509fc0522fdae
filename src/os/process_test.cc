// Mutants that these catch: no setsid, no kill of the group in reap() or in ~Process, no PR_SET_PDEATHSIG, no
// close_range, environ instead of the given environment, no report of exec's failure, no kill by who leaves, one thread
// for all launches.
#include "os/process.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/fanotify.h>
#include <sys/resource.h>
#include <unistd.h>

#include "aio/race.h"
#include "aio/testing/run.h"
#include "os/launches.h"
#include "os/testing/orphans.h"

namespace os {
namespace {

struct ProcessOutcome {
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
  void TearDown() override { testing::end_all_children(); }

  base::Result<std::unique_ptr<Process>> spawn(std::string script, std::vector<std::string> environment = {}) {
    return spawn_program(
        {.path = "/bin/sh", .arguments = {"-c", std::move(script)}, .environment = std::move(environment)});
  }
  base::Result<std::unique_ptr<Process>> spawn_program(SpawnOptions options) {
    return aio::testing::run_real(loop_, Process::spawn(std::move(options)));
  }

  ProcessOutcome run(std::string script, std::vector<std::string> environment = {}) {
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
  const auto missing = spawn_program({.path = "/no/such/browser"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "cannot run /no/such/browser: No such file or directory");
  const auto text = spawn_program({.path = "/etc/passwd"});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "cannot run /etc/passwd: Permission denied");
}

TEST_F(Children, LeadASessionAndAGroupOfTheirOwn) {
  auto process = spawn("echo ready >&2; exec sleep 1000");
  ASSERT_TRUE(process);
  EXPECT_EQ(getpgid((*process)->pid()), (*process)->pid());
  EXPECT_EQ(getsid((*process)->pid()), (*process)->pid());
}

// Mutant: they are not.
TEST_F(Children, AreAsNiceAsIsAsked) {
  const int own = getpriority(PRIO_PROCESS, 0);
  auto process = spawn_program({.path = "/bin/sleep", .arguments = {"1000"}, .nice = 5});
  ASSERT_TRUE(process);
  EXPECT_EQ(getpriority(PRIO_PROCESS, static_cast<id_t>((*process)->pid())), std::min(own + 5, 19));
  std::ifstream file(fmt::format("/proc/{}/autogroup", (*process)->pid()));
  std::string group, word, nice;
  if (file >> group >> word >> nice) EXPECT_EQ(nice, "5") << "where the kernel groups processes by their sessions";
}

TEST_F(Children, GetTheirStandardDescriptorsAndNoOther) {
  ASSERT_EQ(dup2(0, 50), 50);  // without O_CLOEXEC
  const ProcessOutcome outcome = run("exec ls /proc/self/fd /proc/self/fd/0 >&2", {"PATH=/usr/bin:/bin"});
  close(50);
  EXPECT_EQ(outcome.words, "/proc/self/fd/0\n\n/proc/self/fd:\n0\n1\n2\n3\n") << "3 is the folder that ls reads";
}

TEST_F(Children, GetTheEnvironmentThatIsGivenAMarkAndNoOther) {
  setenv("BELAY_TEST_SECRET", "x", 1);
  // The mark of whoever launched the server is not for its children.
  const ProcessOutcome outcome =
      run("tr '\\0' '\\n' < /proc/$$/environ >&2", {"PATH=/usr/bin:/bin", "BELAY_LAUNCH=1.1.1", "A=1"});
  unsetenv("BELAY_TEST_SECRET");
  const std::string given = "PATH=/usr/bin:/bin\nA=1\nBELAY_LAUNCH=" + launch_family() + ".";
  EXPECT_EQ(outcome.words.substr(0, given.size()), given);
  EXPECT_EQ(std::ranges::count(outcome.words, '\n'), 3);
}

TEST_F(Children, StartWithNoSignalBlockedOrIgnored) {
  // What a shell ignores for its background jobs stays ignored, so that those take ours for an interactive one's.
  for (const int number : {SIGHUP, SIGINT, SIGQUIT}) signal(number, SIG_DFL);
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

TEST_F(Children, ThatSomebodyElseHasBuriedHaveEnded) {
  auto process = spawn("exit 0");
  ASSERT_TRUE(process);
  EXPECT_EQ(waitpid((*process)->pid(), nullptr, 0), (*process)->pid());
  EXPECT_EQ(aio::testing::run_real(loop_, (*process)->wait_exit()), "an end that nobody saw");
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
  EXPECT_TRUE(testing::is_buried(leader));
  EXPECT_EQ(testing::ended_by(grandchild), SIGKILL);
}

// Mutants: it leads for ever, and an orphan that gets its number is never killed.
TEST_F(Children, LeadNoLaunchOnceTheyAreGone) {
  const Launches& launches = Launches::of_this_process();
  for (const bool let_go_of : {false, true}) {
    auto process = spawn(let_go_of ? "sleep 1000" : "exit 0");
    ASSERT_TRUE(process);
    const pid_t pid = (*process)->pid();
    EXPECT_TRUE(launches.leads(pid));
    if (let_go_of)
      process->reset();
    else
      aio::testing::run_real(loop_, (*process)->wait_exit());
    EXPECT_FALSE(launches.leads(pid));
  }
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
    auto process = aio::testing::run_real(loop, Process::spawn({.path = "/bin/sleep", .arguments = {"1000"}}));
    const pid_t pid = process ? (*process)->pid() : 0;
    if (write(pipe_ends[1], &pid, sizeof pid) < 0) _exit(1);
    kill(getpid(), SIGKILL);  // before anything here is destroyed
  });
  pid_t pid = 0;
  ASSERT_EQ(read(pipe_ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  EXPECT_EQ(testing::ended_by(pid), SIGKILL);
  for (const int end : pipe_ends) close(end);
}

// Executing its file waits for the test's permission, as it would for a server of files that hangs.
class HeldFile {
 public:
  HeldFile() {
    std::filesystem::copy_file("/bin/true", path_, std::filesystem::copy_options::overwrite_existing);
    events_ = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC);
    if (events_ >= 0 && fanotify_mark(events_, FAN_MARK_ADD, FAN_OPEN_EXEC_PERM, AT_FDCWD, path_.c_str()) == 0) return;
    if (events_ >= 0) close(std::exchange(events_, -1));
  }
  ~HeldFile() {
    if (events_ >= 0) close(events_);
    std::filesystem::remove(path_);
  }
  bool holds() const { return events_ >= 0; }
  const std::string& path() const { return path_; }
  // The process that executes it, which goes on waiting.
  pid_t wait() const {
    fanotify_event_metadata event{};
    EXPECT_GT(read(events_, &event, sizeof event), 0);
    close(event.fd);
    return event.pid;
  }
  void answer(std::uint32_t response) const {
    fanotify_event_metadata event{};
    ASSERT_GT(read(events_, &event, sizeof event), 0);
    const fanotify_response reply{.fd = event.fd, .response = response};
    ASSERT_EQ(write(events_, &reply, sizeof reply), static_cast<ssize_t>(sizeof reply));
    close(event.fd);
  }

 private:
  std::string path_ = "/tmp/belay-held-" + std::to_string(getpid());
  int events_ = -1;
};

// One that waits for its file to be opened is born, and no launch that begins meanwhile waits for it.
aio::Task<std::string> run_when_held(std::function<pid_t()> wait_for_held) {
  const pid_t pid = wait_for_held();
  EXPECT_TRUE(Launches::of_this_process().leads(pid)) << "it would be taken for an orphan";
  auto process = co_await Process::spawn({.path = "/bin/true"});
  if (!process) co_return process.error().message;
  co_return co_await (*process)->wait_exit();
}

aio::Task<std::string> run_beside(SpawnOptions held, std::function<pid_t()> wait_for_held) {
  auto first = co_await aio::race(Process::spawn(std::move(held)), run_when_held(std::move(wait_for_held)));
  co_return first.index() == 1 ? std::get<1>(first) : "the held one was first";
}

TEST_F(Children, ThatCannotExecuteYetHoldUpNobodyAndGoWithWhoeverWantedThem) {
  const HeldFile file;
  if (!file.holds()) GTEST_SKIP() << "files cannot be held here";
  pid_t held = 0;
  EXPECT_EQ(aio::testing::run_real(loop_, run_beside({.path = file.path()}, [&] { return held = file.wait(); })),
            "exit status 0");
  EXPECT_TRUE(testing::is_buried(held));
  EXPECT_FALSE(Launches::of_this_process().leads(held));
}

TEST_F(Children, ThatAreNotAllowedToExecuteAreNamedWithTheReason) {
  const HeldFile file;
  if (!file.holds()) GTEST_SKIP() << "files cannot be held here";
  std::thread guard([&] { file.answer(FAN_DENY); });
  const auto refused = spawn_program({.path = file.path()});
  guard.join();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "cannot run " + file.path() + ": Operation not permitted");
}

}  // namespace
}  // namespace os
