// ManualClock: time moves only when a test says so.
#pragma once
#include <functional>
#include <map>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/error_code.hpp>

#include "aio/clock.h"

namespace aio::testing {

class ManualClock final : public Clock {
 public:
  base::TimePoint now() const override { return now_; }
  base::WallTime wall() const override {
    return base::WallTime{std::chrono::duration_cast<base::WallTime::duration>(now_.time_since_epoch())};
  }
  Task<void> sleep_until(base::TimePoint t) override;

  void advance(base::Duration d) { advance_to(now_ + d); }
  // Wakes everyone whose time has come, in order of their times, by post.
  void advance_to(base::TimePoint t);

  bool has_sleepers() const { return !sleepers_.empty(); }
  base::TimePoint next_wake() const { return sleepers_.empty() ? base::kNever : sleepers_.begin()->first; }

 private:
  struct Sleeper {
    Executor executor;
    asio::cancellation_slot slot;
    std::move_only_function<void(boost::system::error_code)> resume;
  };
  static void complete(Sleeper sleeper, boost::system::error_code error);

  std::multimap<base::TimePoint, Sleeper> sleepers_;
  base::TimePoint now_{std::chrono::seconds(1000)};
};

}  // namespace aio::testing
