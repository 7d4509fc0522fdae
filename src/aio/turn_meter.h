// TurnMeter: decides which turns of the loop were stalls. Time on the processor counts, and time asleep in a call; time
// that the thread only waited for a processor, because others used it, does not. It is given readings and takes none
// itself: the fast clock each turn, the slow ones (system calls) when it asks for them.
#pragma once
#include <cstdint>
#include <optional>

#include "aio/incidents.h"
#include "base/time.h"

namespace aio {

inline constexpr base::Duration kLongestTurn = std::chrono::milliseconds(20);    // of the processor
inline constexpr base::Duration kLongestBlock = std::chrono::milliseconds(100);  // asleep

class TurnMeter {
 public:
  // What the kernel knows of this thread, since it began.
  struct Usage {
    base::Duration cpu{};
    base::Duration queued{};  // ready to run, without a processor
    std::uint64_t faults = 0;
  };

  // After each turn that took `wall`: whether a reading is wanted, which is now and then, and after a long one.
  bool wants_usage(base::Duration wall) {
    busy_ += wall;
    return busy_ >= kStep;
  }
  // The reading. What the turn had to itself is known but for kStep, in which other turns ran: they are not counted.
  std::optional<Stall> took(base::Duration wall, const Usage& usage);

 private:
  // A reading costs about 2 µs; this keeps it to a thousandth of the time.
  static constexpr base::Duration kStep = std::chrono::milliseconds(2);

  Usage last_;
  base::Duration busy_{};  // in turns, since the last reading, the latest turn included
};

}  // namespace aio
