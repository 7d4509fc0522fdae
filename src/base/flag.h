// A flag that any thread may set, once and for all, and any may look at.
#pragma once
#include <atomic>

namespace base {

class Flag {
 public:
  void set() { set_ = true; }
  bool is_set() const { return set_; }

 private:
  std::atomic<bool> set_ = false;
};

}  // namespace base
