#include "base/time.h"

#include <ctime>

#include <fmt/compile.h>
#include <fmt/format.h>

namespace base {
namespace {

std::tm utc(WallTime t) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(t));
  std::tm out{};
  gmtime_r(&seconds, &out);
  return out;
}

}  // namespace

std::string iso8601(WallTime t) {
  const std::tm tm = utc(t);
  const auto ms = std::chrono::duration_cast<Milliseconds>(t - std::chrono::floor<std::chrono::seconds>(t)).count();
  // Compiled: every answer of /healthz carries one, and reading the format was its largest single cost.
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"), tm.tm_year + 1900, tm.tm_mon + 1,
                     tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, ms);
}

std::string http_date(WallTime t) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm tm = utc(t);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[tm.tm_wday], tm.tm_mday, kMonths[tm.tm_mon],
                     tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

}  // namespace base
