#include "os/testing/orphans.h"

#include <chrono>

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "os/process_tree.h"

namespace os::testing {
namespace {

std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(10); }

}  // namespace

void adopt_orphans() { CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0, "no orphans here"); }

void run_and_die(const std::function<void()>& work) {
  const pid_t pid = fork();
  CHECK(pid >= 0, "fork");
  if (pid == 0) {
    work();
    kill(getpid(), SIGKILL);
  }
  waitpid(pid, nullptr, 0);
}

int ended_by(pid_t pid) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return -1;
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  const int ended = poll(&wait, 1, 10'000);
  close(fd);
  if (ended != 1) return -1;
  // Dead, it stays its parent's until that is gone, too.
  int status = 0;
  const auto until = soon();
  while (waitpid(pid, &status, 0) != pid) {
    if (kill(pid, 0) != 0 || std::chrono::steady_clock::now() > until) return -1;
    sched_yield();
  }
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

bool is_buried(pid_t pid) {
  const auto until = soon();
  while (kill(pid, 0) == 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    sched_yield();
  }
  return true;
}

void end_all_children() {
  const auto until = soon();
  for (;;) {
    const std::vector<pid_t> children = children_of(getpid());
    if (children.empty() || std::chrono::steady_clock::now() > until) return;
    for (const pid_t child : children) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, WNOHANG);
    }
    sched_yield();
  }
}

}  // namespace os::testing
