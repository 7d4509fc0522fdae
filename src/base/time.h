// Points in time and durations. Code that decides takes `now` as an argument; only aio::Clock reads a clock.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace base {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
using Milliseconds = std::chrono::milliseconds;
using WallTime = std::chrono::system_clock::time_point;

// The end of time: a deadline that never comes. Safe to compare with, not to add to.
inline constexpr TimePoint kNever = TimePoint::max();

// now + d without overflow: kNever when the sum does not fit.
constexpr TimePoint after(TimePoint now, Duration d) { return d >= kNever - now ? kNever : now + d; }

constexpr std::int64_t to_ms(Duration d) { return std::chrono::duration_cast<Milliseconds>(d).count(); }

// "2026-11-23T21:21:53.638Z", as ECMAScript's Date.prototype.toISOString prints it.
std::string iso8601(WallTime t);

// "Mon, 23 Nov 2026 21:22:31 GMT" (RFC 9110 §5.6.7, IMF-fixdate), for the Date header.
std::string http_date(WallTime t);

}  // namespace base
