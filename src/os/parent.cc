#include "os/parent.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace os {

base::Result<int> watch_process(pid_t pid) {
  const pid_t wanted = pid != 0 ? pid : getppid();
  if (wanted == 0)
    return base::fail(base::Kind::invalid, "the program that started this server is outside of its PID namespace");
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, wanted, 0));
  if (fd < 0)
    return base::fail(base::Kind::invalid,
                      fmt::format("process {} cannot be watched: {}", wanted, std::strerror(errno)));
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  // It may have ended before it was opened, and its number may be another's by now; whose child this is tells.
  if (pid == 0 && getppid() != wanted) {
    close(fd);
    return base::fail(base::Kind::invalid, "the program that started this server has ended already");
  }
  return fd;
}

}  // namespace os
