#include "os/child.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/launcher.h"
#include "os/launches.h"

namespace os {
namespace {

// By descriptor: once it is no launch, whoever looks for orphans may be first, and its number be given out again.
void wait_for(const Fd& child) {
  siginfo_t info{};
  waitid(P_PIDFD, static_cast<id_t>(child.get()), &info, WEXITED);
}

void mark(SpawnOptions& options, std::uint64_t launch) {
  const std::string mark = fmt::format("{}.{}", launch_family(), launch);
  std::vector<std::string> before = {options.path};
  if (options.marks_arguments) before.push_back(kLaunchArgument + mark);
  options.arguments.insert(options.arguments.begin(), before.begin(), before.end());
  std::erase_if(options.environment, [](const std::string& entry) { return entry.starts_with(kLaunchVariable); });
  options.environment.push_back(fmt::format("{}={}", kLaunchVariable, mark));
}

}  // namespace

base::Result<Child> Child::make(std::uint64_t launch, SpawnOptions options, const Unwanted& unwanted) {
  if (options.after.valid()) options.after.wait();
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0)
    return base::fail(base::Kind::internal, fmt::format("no pipe for {}: {}", options.path, std::strerror(errno)));
  Child child(launch, Fd(fds[0]));
  const Fd writer(fds[1]);
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  mark(options, launch);
  Launches& launches = Launches::of_this_process();
  Birth& born = launches.beginning(launch);
  const base::Result<pid_t> made = make_child({.path = std::move(options.path),
                                               .arguments = std::move(options.arguments),
                                               .environment = std::move(options.environment),
                                               .err = writer.get(),
                                               .nice = options.nice,
                                               .dies_with_thread = true,
                                               .unwanted = &unwanted},
                                              born);
  child.pid_ = born;
  if (child.pid_ > 0) child.pid_fd_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, child.pid_, 0)));
  const int no_descriptor = child.pid_ > 0 && !child.pid_fd_ ? errno : 0;
  if (made && no_descriptor == 0) return child;
  launches.kill(launch);
  launches.ended(launch);
  if (child.pid_fd_) wait_for(std::exchange(child.pid_fd_, Fd()));
  if (no_descriptor == 0) return std::unexpected(made.error());
  waitpid(child.pid_, nullptr, 0);
  return base::fail(base::Kind::internal, fmt::format("pidfd_open: {}", std::strerror(no_descriptor)));
}

Child::~Child() {
  if (pid_fd_) end_launch(launch_, std::move(pid_fd_));
}

// One that the kernel does not let go of (a file system that hangs) dies in its time: nobody waits for it but a thread
// that has nothing else to do.
void end_launch(std::uint64_t launch, Fd pid_fd) {
  Launches& launches = Launches::of_this_process();
  launches.kill(launch);
  launches.ended(launch);
  bury(std::move(pid_fd));
}

void bury(Fd pid_fd) {
  if (pid_fd) Launcher::of_this_process().run([child = std::move(pid_fd)] { wait_for(child); });
}

}  // namespace os
