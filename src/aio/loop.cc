#include "aio/loop.h"

#include <array>
#include <cstdlib>
#include <ctime>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "aio/incidents.h"
#include "aio/turn_meter.h"
#include "base/activity.h"

namespace {

thread_local std::chrono::steady_clock::time_point woke_at;

}  // namespace

// The linker sends Asio's calls here (src/aio/layer.cmake): a turn that follows a wait begins when the wait ends, and
// nothing else says when that was.
extern "C" {
// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier)
int __real_epoll_wait(int epoll, epoll_event* events, int size, int timeout);
int __wrap_epoll_wait(int epoll, epoll_event* events, int size, int timeout) {
  const int n = __real_epoll_wait(epoll, events, size, timeout);
  woke_at = std::chrono::steady_clock::now();
  return n;
}
// NOLINTEND(bugprone-reserved-identifier)
}

namespace aio {
namespace {

// What the kernel knows of the calling thread.
class ThreadUsage {
 public:
  ThreadUsage() : schedstat_(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {}
  ThreadUsage(const ThreadUsage&) = delete;
  ThreadUsage& operator=(const ThreadUsage&) = delete;
  ~ThreadUsage() {
    if (schedstat_ >= 0) close(schedstat_);
  }

  TurnMeter::Usage read() const {
    timespec cpu{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    TurnMeter::Usage out;
    out.cpu = std::chrono::duration_cast<base::Duration>(std::chrono::seconds(cpu.tv_sec) +
                                                         std::chrono::nanoseconds(cpu.tv_nsec));
    // "152 77 9": ns on a processor, ns ready without one, how often. Without the file nothing can be told about
    // blocking: all that was not computing counts as waiting for a processor.
    std::array<char, 96> text{};
    const ssize_t n = schedstat_ < 0 ? -1 : pread(schedstat_, text.data(), text.size() - 1, 0);
    char* rest = text.data();
    if (n > 0) std::strtoull(rest, &rest, 10);
    out.queued = n > 0 ? std::chrono::nanoseconds(std::strtoull(rest, nullptr, 10))
                       : std::chrono::steady_clock::now().time_since_epoch() - out.cpu;
    rusage memory{};
    if (getrusage(RUSAGE_THREAD, &memory) == 0) out.faults = static_cast<std::uint64_t>(memory.ru_minflt);
    return out;
  }

 private:
  int schedstat_;
};

class TurnWatch {
 public:
  TurnWatch() : ended_(std::chrono::steady_clock::now()) {
    meter_.wants_usage(base::Duration::zero());
    meter_.took(base::Duration::zero(), usage_.read());
  }

  void turn_ended() {
    const auto now = std::chrono::steady_clock::now();
    const base::Duration wall = now - std::max(ended_, woke_at);
    ended_ = now;
    if (meter_.wants_usage(wall)) {
      if (auto stall = meter_.took(wall, usage_.read())) {
        stall->during = base::Activity::recent();
        stalled(*stall);
      }
      ended_ = std::chrono::steady_clock::now();
    }
    base::Activity::forget();
  }

 private:
  ThreadUsage usage_;
  TurnMeter meter_;
  std::chrono::steady_clock::time_point ended_;
};

}  // namespace

void Loop::run() {
  thread_ = std::this_thread::get_id();
  TurnWatch watch;
  for (bool dry = false; !dry;) {
    try {
      while (context_.run_one() != 0) watch.turn_ended();
      dry = true;
    } catch (...) {
      if (!is_listened_to()) throw;
      if (!is_canceled(std::current_exception())) survived("handler", std::current_exception());
      watch.turn_ended();
    }
  }
}

}  // namespace aio
