// Incidents: what must not happen and does not end the process. An exception that nobody expected ends the one task or
// request that it came from; a turn of the loop that took too long is over already. Both are told to one listener,
// which logs and counts them. Broken invariants are no incidents: those are CHECKs.
#pragma once
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "aio/clock.h"
#include "aio/task.h"
#include "base/result.h"
#include "base/time.h"

namespace aio {

// A turn (one handler, from its begin until it gives the loop back) that kept everybody else waiting.
struct Stall {
  base::Duration cpu{};      // that the loop's thread spent on it
  base::Duration blocked{};  // that it slept in a call; waiting for a processor is neither
  std::uint64_t faults = 0;  // pages that the kernel had to give it
  std::string during;        // what it did (base/activity.h)
};

class IncidentListener {
 public:
  virtual ~IncidentListener() = default;
  // `where` is one of a few literals, `what` is the exception's own text, `about` what it was about, or "".
  virtual void survived(std::string_view where, std::string_view what, std::string_view about) = 0;
  virtual void stalled(const Stall& stall) = 0;
};

// One for the process, or null: then an exception that reached a Scope or the loop ends the process, as tests want it.
void listen_for_incidents(IncidentListener* listener) noexcept;
bool is_listened_to() noexcept;

// Tells of a stall, or of an exception that ended here. The error to answer with says nothing of what it was: its
// `detail` does. Rethrows a cancellation.
base::Error survived(std::string_view where, const std::exception_ptr& error, std::string_view about = {});
void stalled(const Stall& stall) noexcept;

// "std::bad_alloc", what() of any other.
std::string text_of(const std::exception_ptr& error);

// The work's outcome, be it an exception: that is told, and becomes Kind::internal. A cancellation goes on unwinding.
template <class T>
Task<base::Result<T>> contained(std::string_view where, Task<base::Result<T>> work) {
  std::exception_ptr error;
  try {
    co_return co_await std::move(work);
  } catch (...) {
    error = std::current_exception();
  }
  co_return std::unexpected(survived(where, error));
}

// For work that the server cannot do without (accepting connections): after an exception it is made anew, a moment
// later. `what` is a literal; the clock outlives the work.
Task<void> persistently(const char* what, Clock& clock, std::function<Task<void>()> make);

}  // namespace aio
