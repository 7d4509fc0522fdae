#include "os/process.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace os {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  ~Pipe() {
    if (read >= 0) close(read);
    if (write >= 0) close(write);
  }
  int take(int Pipe::* end) { return std::exchange(this->*end, -1); }
};

bool open_pipe(Pipe& pipe) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return false;
  pipe.read = fds[0];
  pipe.write = fds[1];
  return true;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// Runs in the child between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(const char* path, char* const* argv, char* const* env, int err, int report, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // the parent died before the line above
  const int null = open("/dev/null", O_RDWR);
  dup2(null, 0);
  dup2(null, 1);
  dup2(err, 2);
  const int kept = dup2(report, 3);
  fcntl(kept, F_SETFD, FD_CLOEXEC);
  syscall(SYS_close_range, 4U, ~0U, 0U);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  execve(path, argv, env);
  const int error = errno;
  if (write(3, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

}  // namespace

Process::Process(const aio::Executor& executor, pid_t pid, int pid_fd, int stderr_fd)
    : pid_(pid), pid_fd_(executor, pid_fd), stderr_(executor, stderr_fd) {}

base::Result<std::unique_ptr<Process>> Process::spawn(const aio::Executor& executor, const SpawnOptions& options) {
  Pipe err;
  Pipe report;
  if (!open_pipe(err) || !open_pipe(report))
    return base::fail(base::Kind::internal, fmt::format("no pipe for {}: {}", options.path, std::strerror(errno)));
  std::vector<std::string> arguments = {options.path};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment = options.environment;
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> env = pointers(environment);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return base::fail(base::Kind::internal, fmt::format("cannot fork: {}", std::strerror(errno)));
  if (pid == 0) become(options.path.c_str(), argv.data(), env.data(), err.write, report.write, parent);

  close(report.take(&Pipe::write));
  int exec_error = 0;
  const ssize_t n = read(report.read, &exec_error, sizeof exec_error);
  if (n == sizeof exec_error) {
    waitpid(pid, nullptr, 0);
    return base::fail(base::Kind::browser, fmt::format("cannot run {}: {}", options.path, std::strerror(exec_error)));
  }
  const int pid_fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pid_fd < 0) {
    kill(-pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return base::fail(base::Kind::internal, fmt::format("pidfd_open: {}", std::strerror(errno)));
  }
  fcntl(pid_fd, F_SETFD, FD_CLOEXEC);
  fcntl(err.read, F_SETFL, O_NONBLOCK);
  return std::unique_ptr<Process>(new Process(executor, pid, pid_fd, err.take(&Pipe::read)));
}

Process::~Process() {
  if (ended_) return;
  kill_group(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::kill_group(int signal) {
  // A process of the group may outlive its leader; the number is ours until the leader is reaped, which is in reap().
  if (!ended_) ::kill(-pid_, signal);
}

void Process::reap() {
  siginfo_t info{};
  if (ended_ || waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
    return;
  ::kill(-pid_, SIGKILL);  // while the zombie still holds the number of its group
  waitpid(pid_, nullptr, 0);
  ended_ = info.si_code == CLD_EXITED ? fmt::format("exit status {}", info.si_status)
                                      : fmt::format("signal {}", info.si_status);
}

aio::Task<std::string> Process::wait_exit() {
  reap();
  while (!ended_) {
    co_await pid_fd_.async_wait(Descriptor::wait_read, aio::use_task);
    reap();
  }
  co_return *ended_;
}

}  // namespace os
