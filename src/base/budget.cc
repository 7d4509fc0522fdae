#include "base/budget.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace base {
namespace {

constexpr std::uint64_t kStepsBetweenLooks = 512;

}  // namespace

Budget::Budget(std::uint64_t steps, Duration time, std::stop_token stop)
    : steps_(steps), left_(steps), time_(time), stop_(std::move(stop)) {
  if (time_ != Duration::max()) until_ = after(std::chrono::steady_clock::now(), time_);
  look_at_ = left_ - std::min(left_, kStepsBetweenLooks);
}

bool Budget::look() {
  if (over()) return false;
  look_at_ = left_ - std::min(left_, kStepsBetweenLooks);
  if (stop_.stop_requested()) return exhaust(Spent::stopped);
  if (until_ != kNever && std::chrono::steady_clock::now() >= until_) return exhaust(Spent::time);
  return true;
}

bool Budget::exhaust(Spent reason) {
  if (!over()) spent_ = reason;
  left_ = 0;
  look_at_ = 0;
  return false;
}

bool Budget::exhaust(std::string why) {
  if (!over()) why_ = std::move(why);
  return exhaust(Spent::otherwise);
}

std::string Budget::why() const {
  switch (spent_) {
    case Spent::no:
      return "";
    case Spent::steps:
      return fmt::format("it takes more than {} steps", steps_);
    case Spent::time:
      return fmt::format("it takes longer than {} ms", to_ms(time_));
    case Spent::stopped:
      return "it was given up";
    case Spent::otherwise:
      return why_;
  }
  return "";
}

}  // namespace base
