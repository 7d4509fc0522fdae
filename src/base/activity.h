// Activity: what this thread is doing, for the report of a turn of the loop that took too long (aio/turn_meter.h). Put
// one into whatever may take long because of what it was given:
//
//   const base::Activity activity("reading JSON");
//
// Two reads of a fast clock. Where one stands within another, both count what they took.
#pragma once
#include <string>

#include "base/time.h"

namespace base {

class Activity {
 public:
  explicit Activity(const char* what) : what_(what), began_(std::chrono::steady_clock::now()) {}  // a literal
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;
  ~Activity();

  // What this thread did since the last forget(), the longest first: "reading JSON 31 ms, writing JSON 4 ms".
  static std::string recent();
  static void forget() noexcept;

 private:
  const char* what_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace base
