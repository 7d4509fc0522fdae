// The Date header, made once a second. Internal to net.
#pragma once
#include <ctime>
#include <string>

#include "aio/clock.h"

namespace net {

class DateCache {
 public:
  explicit DateCache(aio::Clock& clock) : clock_(clock) {}
  const std::string& now();

 private:
  aio::Clock& clock_;
  std::time_t second_ = 0;
  std::string text_;
};

}  // namespace net
