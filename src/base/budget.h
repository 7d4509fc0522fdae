// Budget: how much a computation over foreign data may cost, in steps, time and a stop from outside. A plain value for
// one thread; whoever computes asks before each step and ends when there is no more. Steps make the end the same on
// each machine; time is for what steps measure badly.
#pragma once
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/time.h"

namespace base {

class Budget {
 public:
  explicit Budget(std::uint64_t steps, Duration time = Duration::max(), std::stop_token stop = {});

  // Whether that many steps more may be done. What was refused once stays refused.
  bool spend(std::uint64_t steps = 1) {
    if (steps > left_) return exhaust(Spent::steps);
    left_ -= steps;
    return left_ > look_at_ || look();
  }
  // Ends it for a reason of the computation's own: "the pattern … needs too much memory".
  bool exhaust(std::string why);

  bool over() const { return spent_ != Spent::no; }
  // "it takes more than 5000000 steps", "it takes longer than 2000 ms"; of one that is over.
  std::string why() const;

 private:
  enum class Spent { no, steps, time, stopped, otherwise };
  bool exhaust(Spent reason);
  bool look();

  std::uint64_t steps_;
  std::uint64_t left_;
  std::uint64_t look_at_ = 0;  // how many steps are left when the clock is read next
  Duration time_;
  TimePoint until_ = kNever;
  std::stop_token stop_;
  Spent spent_ = Spent::no;
  std::string why_;
};

}  // namespace base
