#include "net/date_cache.h"

#include <chrono>

#include "base/time.h"

namespace net {

const std::string& DateCache::now() {
  const base::WallTime wall = clock_.wall();
  const std::time_t second = std::chrono::system_clock::to_time_t(wall);
  if (second != second_ || text_.empty()) {
    second_ = second;
    text_ = base::http_date(wall);
  }
  return text_;
}

}  // namespace net
