#include "os/process.h"

#include <cerrno>

#include <boost/asio/prefer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include "os/handover.h"
#include "os/launcher.h"
#include "os/launches.h"

namespace os {

aio::Task<base::Result<std::unique_ptr<Process>>> Process::spawn(SpawnOptions options) {
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  const auto work = aio::asio::prefer(executor, aio::asio::execution::outstanding_work.tracked);
  struct Wish {
    std::uint64_t launch;
    std::shared_ptr<Handover<base::Result<Child>>> handover;
    ~Wish() {
      // It may be executing for as long as it likes.
      handover->leave([this] { Launches::of_this_process().kill(launch); });
    }
  } const wish{options.launch != 0 ? options.launch : Launches::of_this_process().next(),
               std::make_shared<Handover<base::Result<Child>>>(executor)};
  auto job = [handover = wish.handover, launch = wish.launch, options = std::move(options)]() mutable {
    Handover<base::Result<Child>>::give(handover, Child::make(launch, std::move(options), handover->unwanted()));
  };
  if (!Launcher::of_this_process().run(std::move(job)))
    co_return base::fail(base::Kind::internal, "no thread to start a process from");
  CO_TRY(Child child, co_await wish.handover->take());
  std::unique_ptr<Process> process(new Process(executor, child));
  CO_TRY_VOID(process->watch(std::move(child)));
  co_return process;
}

// Takes the child's descriptors; where the loop does not (no memory in the kernel), its destructor kills it.
base::Result<void> Process::watch(Child child) {
  boost::system::error_code error;
  stderr_.assign(child.err_.get(), error);
  if (!error) {
    child.err_.release();
    pid_fd_.assign(child.pid_fd_.get(), error);
  }
  if (error) {
    ended_ = "never watched";  // the child kills itself
    return base::fail(base::Kind::internal, fmt::format("cannot watch a process: {}", error.message()));
  }
  child.pid_fd_.release();
  return {};
}

Process::~Process() {
  if (ended_) return;
  end_launch(launch_, Fd(pid_fd_.release()));
}

void Process::kill_group(int signal) {
  // A process of the group may outlive its leader; the number is ours until the leader is reaped, which is in reap().
  if (!ended_) ::kill(-pid_, signal);
}

void Process::reap() {
  siginfo_t info{};
  if (ended_) return;
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    if (errno != ECHILD) return;
    Launches::of_this_process().ended(launch_);  // somebody else has buried it; its number may be another's by now
    ended_ = "an end that nobody saw";
    return;
  }
  if (info.si_pid == 0) return;
  ::kill(-pid_, SIGKILL);  // while the zombie still holds the number of its group
  Launches::of_this_process().ended(launch_);
  bury(Fd(fcntl(pid_fd_.native_handle(), F_DUPFD_CLOEXEC, 0)));
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
