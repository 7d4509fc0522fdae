// A child process in its own process group, whose end is noticed at once (pidfd_open(2)).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/types.h>

#include "aio/task.h"
#include "base/result.h"

namespace os {

using Descriptor = boost::asio::posix::basic_stream_descriptor<aio::Executor>;

struct SpawnOptions {
  std::string path;
  std::vector<std::string> arguments = {};    // without argv[0]
  std::vector<std::string> environment = {};  // NAME=value, all of it
};

class Process {
 public:
  // Starts it: own process group, killed by the kernel when this server's thread dies, stdin and stdout at /dev/null,
  // stderr into a pipe, no other descriptor of ours. The error names the path and the reason of exec.
  static base::Result<std::unique_ptr<Process>> spawn(const aio::Executor& executor, const SpawnOptions& options);
  ~Process();  // a child that still runs is killed with its group

  pid_t pid() const { return pid_; }
  Descriptor& stderr_pipe() { return stderr_; }

  // Returns when it has ended, with "exit status 1" or "signal 9".
  aio::Task<std::string> wait_exit();
  // Kills the whole group. Harmless when it is gone: the pid is ours until it is reaped.
  void kill_group(int signal);

 private:
  Process(const aio::Executor& executor, pid_t pid, int pid_fd, int stderr_fd);
  void reap();

  pid_t pid_;
  std::optional<std::string> ended_;
  Descriptor pid_fd_;
  Descriptor stderr_;
};

}  // namespace os
