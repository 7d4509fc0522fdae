#include "os/testing/orphans.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

namespace os::testing {

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
  int status = 0;
  if (ended != 1 || waitpid(pid, &status, 0) != pid) return -1;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace os::testing
