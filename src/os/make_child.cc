#include "os/make_child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/fd.h"

// A sanitizer that is told of no new stack and no second process in its memory gets a copy to look at (fork(2)).
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BELAY_COPIES_ITSELF 1
#endif

namespace os {
namespace {

constexpr int kAbove = 10;  // where descriptors do not collide with those that the child is to have

static_assert(sizeof(Birth) == sizeof(pid_t) && Birth::is_always_lock_free, "the kernel writes it");

struct Newborn {
  const char* path;
  char* const* argv;
  char* const* env;
  int in, out, err;
  int report;
  int nice;
  pid_t parent;
  bool dies_with_thread;
  const Unwanted* unwanted;
};

// What is caught would be caught in the parent's memory.
void forget_handlers() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_DFL &&
        (action.sa_handler != SIG_IGN || number == SIGPIPE || number == SIGXFSZ))
      signal(number, SIG_DFL);
  }
}

// Its own priority, and that of its session, which is what counts between sessions where the kernel groups by them
// (sched(7), autogroup). Never a reason not to start.
void be_nice(int by) {
  if (by == 0) return;
  const int priority = std::min(getpriority(PRIO_PROCESS, 0) + by, 19);
  setpriority(PRIO_PROCESS, 0, priority);
  const std::array<char, 2> text = {static_cast<char>('0' + by / 10), static_cast<char>('0' + by % 10)};
  const int group = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  const bool told = group >= 0 && write(group, text.data(), text.size()) > 0;
  static_cast<void>(told);
}

// Runs in the child, in the parent's memory, while the thread that made it waits: only async-signal-safe calls, and
// nothing is written that is not the child's own.
int become(void* argument) {
  const Newborn& child = *static_cast<const Newborn*>(argument);
  setsid();
  be_nice(child.nice);
  if (child.dies_with_thread) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != child.parent) _exit(127);  // the parent died before the line above
  }
  const int null = fcntl(open("/dev/null", O_RDWR | O_CLOEXEC), F_DUPFD_CLOEXEC, kAbove);
  const int report = fcntl(child.report, F_DUPFD_CLOEXEC, kAbove);
  const std::array<int, 3> wanted = {child.in, child.out, child.err};
  std::array<int, 3> above{};
  for (std::size_t i = 0; i < above.size(); ++i) above[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, kAbove);
  for (std::size_t i = 0; i < above.size(); ++i) dup2(above[i] >= 0 ? above[i] : null, static_cast<int>(i));
  dup3(report, 3, O_CLOEXEC);
  syscall(SYS_close_range, 4U, ~0U, 0U);
  forget_handlers();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  int error = ECANCELED;
  if (child.unwanted == nullptr || !child.unwanted->load()) {
    execve(child.path, child.argv, child.env);
    error = errno;
  }
  if (write(3, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

#if !defined(BELAY_COPIES_ITSELF)
constexpr std::size_t kChildStack = 128 * 1024;

class Stack {
 public:
  Stack()
      : start_(mmap(nullptr, kChildStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {}
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() {
    if (*this) munmap(start_, kChildStack);
  }
  explicit operator bool() const { return start_ != MAP_FAILED; }
  void* top() const { return static_cast<char*>(start_) + kChildStack; }

 private:
  void* start_;
};
#endif

// Returns when the child has executed, or has ended.
pid_t start(Newborn& child, Birth& born) {
#if defined(BELAY_COPIES_ITSELF)
  // As fork(2) does it, but `born` is told before the child runs.
  const auto pid = static_cast<pid_t>(
      syscall(SYS_clone, CLONE_PARENT_SETTID | SIGCHLD, nullptr, reinterpret_cast<pid_t*>(&born), nullptr, nullptr));
  if (pid == 0) _exit(become(&child));
  return pid;
#else
  const Stack stack;
  if (!stack) return -1;
  constexpr int kFlags = CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD;
  return clone(become, stack.top(), kFlags, &child, reinterpret_cast<pid_t*>(&born));
#endif
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

base::Result<pid_t> make_child(ChildPlan plan, Birth& born) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0)
    return base::fail(base::Kind::internal, fmt::format("no pipe for {}: {}", plan.path, std::strerror(errno)));
  const Fd report(fds[0]);
  Fd reporter(fds[1]);
  const std::vector<char*> argv = pointers(plan.arguments);
  const std::vector<char*> env = pointers(plan.environment);
  Newborn child{.path = plan.path.c_str(),
                .argv = argv.data(),
                .env = env.data(),
                .in = plan.in,
                .out = plan.out,
                .err = plan.err,
                .report = reporter.get(),
                .nice = plan.nice,
                .parent = getpid(),
                .dies_with_thread = plan.dies_with_thread,
                .unwanted = plan.unwanted};
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a handler must not run in the child
  const pid_t pid = start(child, born);
  const int cause = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    born = 0;
    return base::fail(base::Kind::internal, fmt::format("cannot fork: {}", std::strerror(cause)));
  }
  reporter.reset();
  int error = 0;
  if (read(report.get(), &error, sizeof error) == sizeof error)  // the end of the pipe says that it has executed
    return base::fail(base::Kind::browser, fmt::format("cannot run {}: {}", plan.path, std::strerror(error)));
  return pid;
}

}  // namespace os
