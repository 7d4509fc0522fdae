// A child process in a session and a group of its own, whose end is noticed at once (pidfd_open(2)).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/types.h>

#include "aio/task.h"
#include "base/result.h"
#include "os/child.h"

namespace os {

using Descriptor = boost::asio::posix::basic_stream_descriptor<aio::Executor>;

class Process {
 public:
  // Starts it: own session and group (a signal to the server's group is not for it), its environment marked with
  // kLaunchVariable (os/launches.h), killed by the kernel when this server dies, stdin and stdout at /dev/null, stderr
  // into a pipe, no other descriptor of ours. Returns when it has executed its program; the error names the path and
  // the reason. The loop goes on meanwhile. A cancelled caller leaves at once, and the child is killed.
  static aio::Task<base::Result<std::unique_ptr<Process>>> spawn(SpawnOptions options);
  ~Process();  // a child that still runs is killed with its group

  pid_t pid() const { return pid_; }
  std::uint64_t launch() const { return launch_; }  // its number in os/launches.h
  Descriptor& stderr_pipe() { return stderr_; }

  // Returns when it has ended, with "exit status 1" or "signal 9".
  aio::Task<std::string> wait_exit();
  // Kills the whole group. Harmless when it is gone: the pid is ours until it is reaped.
  void kill_group(int signal);

 private:
  Process(const aio::Executor& executor, const Child& child)
      : launch_(child.launch_), pid_(child.pid_), pid_fd_(executor), stderr_(executor) {}
  base::Result<void> watch(Child child);
  void reap();

  std::uint64_t launch_;
  pid_t pid_;
  std::optional<std::string> ended_;
  Descriptor pid_fd_;
  Descriptor stderr_;
};

}  // namespace os
