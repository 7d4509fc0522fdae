#include "os/watchdog.h"

#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/check.h"

namespace os {
namespace {

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&set, number);
  // A terminal that closes, or asks to quit, ends the server in order too; what nohup(1) has set to be ignored stays so
  // (a blocked signal would come all the same, ignored or not).
  for (const int number : {SIGHUP, SIGQUIT}) {
    struct sigaction present{};
    if (sigaction(number, nullptr, &present) == 0 && present.sa_handler != SIG_IGN) sigaddset(&set, number);
  }
  return set;
}

base::TimePoint now() { return std::chrono::steady_clock::now(); }

}  // namespace

void Watchdog::block_signals() {
  const sigset_t set = our_signals();
  CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0, "signals cannot be blocked");
  signal(SIGCHLD, SIG_DFL);  // ignored, as whoever started us may have left it, the kernel buries our children unseen
}

Watchdog::Watchdog(EndPlan plan, Hooks hooks, int parent) : plan_(plan), hooks_(std::move(hooks)), parent_(parent) {
  const sigset_t set = our_signals();
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  CHECK(signals_ >= 0 && wake_ >= 0, std::string("no descriptors for signals: ") + std::strerror(errno));
  thread_ = std::thread([this] { run(); });
}

Watchdog::~Watchdog() {
  stop_ = true;
  eventfd_write(wake_, 1);
  thread_.join();
  for (const int fd : {signals_, wake_, parent_})
    if (fd >= 0) close(fd);
}

void Watchdog::set_hooks(Hooks hooks) {
  const std::scoped_lock lock(hooks_mutex_);
  hooks_ = std::move(hooks);
}

void Watchdog::end_within(base::Duration left, int status) {
  {
    const std::scoped_lock lock(mutex_);
    plan_.end_within(now(), left);
    status_ = status;
  }
  eventfd_write(wake_, 1);
}

int Watchdog::milliseconds_left() {
  const std::scoped_lock lock(mutex_);
  if (plan_.deadline() == base::kNever) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(plan_.deadline() - now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Watchdog::ended() {
  {
    const std::scoped_lock lock(mutex_);
    plan_.signal(now());
  }
  const std::scoped_lock lock(hooks_mutex_);
  hooks_.on_end();
}

void Watchdog::take_signals() {
  signalfd_siginfo info;
  while (read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
    if (info.ssi_signo == SIGCHLD) {
      const std::scoped_lock lock(hooks_mutex_);
      hooks_.on_child();
    } else {
      ended();
    }
}

void Watchdog::cut_if_due() {
  int status = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (now() < plan_.deadline()) return;
    status = status_;
  }
  const std::scoped_lock lock(hooks_mutex_);
  if (hooks_.on_cut) hooks_.on_cut({step_, status});
  _exit(status);
}

void Watchdog::run() {
  while (!stop_) {
    pollfd watched[] = {{.fd = signals_, .events = POLLIN, .revents = 0},
                        {.fd = wake_, .events = POLLIN, .revents = 0},
                        {.fd = parent_, .events = POLLIN, .revents = 0}};
    poll(watched, std::size(watched), milliseconds_left());
    cut_if_due();
    take_signals();
    eventfd_t ignored;
    eventfd_read(wake_, &ignored);
    if ((watched[2].revents & POLLIN) != 0) {
      close(std::exchange(parent_, -1));
      ended();
    }
  }
}

}  // namespace os
