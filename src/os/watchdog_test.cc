// Mutants that these catch: signals that are not blocked, no cut, a cut without its hook, a parent that is not watched,
// end_within without waking the thread, SIGCHLD taken for an end.
#include "os/watchdog.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/testing/orphans.h"

namespace os {
namespace {

using namespace std::chrono_literals;

// Each test runs its watchdog in a process of its own, for which a cut is the end.
class Watched {
 public:
  explicit Watched(const std::function<void(int told)>& life) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      Watchdog::block_signals();
      life(ends[1]);
      _exit(99);
    }
    close(ends[1]);
    told_ = ends[0];
  }
  ~Watched() {
    close(told_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

  // The next letter, or 0 when the process is gone.
  char next() {
    char letter = 0;
    return read(told_, &letter, 1) == 1 ? letter : '\0';
  }
  int status() {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_;
  int told_;
};

void tell(int to, char letter) {
  if (write(to, &letter, 1) < 0) _exit(98);
}

Watchdog::Hooks telling(int told) {
  return {.on_end = [told] { tell(told, 'e'); },
          .on_child = [told] { tell(told, 'c'); },
          .on_cut = [told](const Watchdog::Cut& cut) { tell(told, cut.step[0]); }};
}

[[noreturn]] void hang() {
  for (;;) pause();
}

TEST(Watchdogs, EndAProcessThatHangsAndSayInWhat) {
  Watched process([](int told) {
    Watchdog dog({0ms, 1ms}, telling(told), -1);
    dog.step("xyz");
    tell(told, 'r');
    hang();
  });
  EXPECT_EQ(process.next(), 'r');
  kill(process.pid(), SIGTERM);
  EXPECT_EQ(process.next(), 'e');
  EXPECT_EQ(process.next(), 'x');
  EXPECT_EQ(process.status(), Watchdog::kCutStatus);
}

TEST(Watchdogs, TakeASignalThatCameBeforeThem) {
  Watched process([](int told) {
    kill(getpid(), SIGINT);
    Watchdog dog({0ms, 1ms}, telling(told), -1);
    hang();
  });
  EXPECT_EQ(process.next(), 'e');
  EXPECT_EQ(process.next(), 's') << "starting";
  EXPECT_EQ(process.status(), Watchdog::kCutStatus);
}

TEST(Watchdogs, EndInOrderWhenTheTerminalCloses) {
  for (const int number : {SIGHUP, SIGQUIT}) {
    signal(number, SIG_DFL);  // who runs the test may ignore it
    Watched process([](int told) {
      Watchdog dog({0ms, 1ms}, telling(told), -1);
      tell(told, 'r');
      hang();
    });
    EXPECT_EQ(process.next(), 'r');
    kill(process.pid(), number);
    EXPECT_EQ(process.next(), 'e') << number;
  }
}

// As nohup(1) starts it.
TEST(Watchdogs, GoOnAfterAHangUpThatIsIgnored) {
  signal(SIGHUP, SIG_IGN);
  Watched process([](int told) {
    Watchdog dog({0ms, 1ms}, telling(told), -1);
    tell(told, 'r');
    hang();
  });
  signal(SIGHUP, SIG_DFL);
  EXPECT_EQ(process.next(), 'r');
  kill(process.pid(), SIGHUP);
  kill(process.pid(), SIGCHLD);
  EXPECT_EQ(process.next(), 'c');
}

TEST(Watchdogs, EndAtTheThirdSignalAtTheLatest) {
  Watched process([](int told) {
    Watchdog dog({24h, 12h}, telling(told), -1);
    tell(told, 'r');
    hang();
  });
  EXPECT_EQ(process.next(), 'r');
  for (int i = 0; i < 3; ++i) {
    kill(process.pid(), SIGTERM);
    EXPECT_EQ(process.next(), 'e');
  }
  EXPECT_EQ(process.next(), 's');
  EXPECT_EQ(process.status(), Watchdog::kCutStatus);
}

// Until each other thread of this process sleeps: the watchdog has nothing to do but to wait.
void wait_for_sleep() {
  for (bool all = false; !all;) {
    all = true;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      std::ifstream file(task.path() / "stat");
      std::string text;
      std::getline(file, text);
      if (task.path().filename() != std::to_string(gettid())) all = all && text.find(") S") != std::string::npos;
    }
  }
}

TEST(Watchdogs, LeaveWithTheStatusOfWhatIsDone) {
  Watched process([](int told) {
    Watchdog dog({24h, 12h}, telling(told), -1);
    dog.step("done");
    wait_for_sleep();
    dog.end_within(1ms, 0);
    hang();
  });
  EXPECT_EQ(process.next(), 'd');
  EXPECT_EQ(process.status(), 0);
}

TEST(Watchdogs, TellOfChildrenWithoutEndingForThem) {
  Watched process([](int told) {
    Watchdog dog({0ms, 1ms}, telling(told), -1);
    const pid_t child = fork();
    if (child == 0) _exit(0);
    hang();
  });
  EXPECT_EQ(process.next(), 'c');
  kill(process.pid(), SIGTERM);
  EXPECT_EQ(process.next(), 'e');
}

TEST(Watchdogs, TakeTheEndOfTheParentForASignal) {
  const pid_t parent = fork();
  if (parent == 0) hang();
  Watched process([parent](int told) {
    Watchdog dog({0ms, 1ms}, telling(told), static_cast<int>(syscall(SYS_pidfd_open, parent, 0)));
    tell(told, 'r');
    hang();
  });
  EXPECT_EQ(process.next(), 'r');
  kill(parent, SIGKILL);
  EXPECT_EQ(process.next(), 'e');
  EXPECT_EQ(process.next(), 's');
  EXPECT_EQ(process.status(), Watchdog::kCutStatus);
  waitpid(parent, nullptr, 0);
}

TEST(Watchdogs, CallTheHooksThatWereSetLast) {
  Watched process([](int told) {
    Watchdog dog({0ms, 1ms}, {.on_end = [told] { tell(told, '1'); }, .on_child = [] {}}, -1);
    dog.set_hooks(telling(told));
    tell(told, 'r');
    hang();
  });
  EXPECT_EQ(process.next(), 'r');
  kill(process.pid(), SIGTERM);
  EXPECT_EQ(process.next(), 'e');
  EXPECT_EQ(process.next(), 's');
}

TEST(Watchdogs, GoWithoutATraceWhereNothingHangs) {
  Watched process([](int told) {
    {
      Watchdog dog({24h, 12h}, telling(told), -1);
    }
    tell(told, 'g');
  });
  EXPECT_EQ(process.next(), 'g');
  EXPECT_EQ(process.status(), 99);
}

}  // namespace
}  // namespace os
