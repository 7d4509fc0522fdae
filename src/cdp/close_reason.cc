#include "cdp/close_reason.h"

#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace cdp {

namespace {

// Some reasons are whole sentences for callers already, others name a limit ("the browser attached more than …").
std::string broken_protocol(std::string_view detail) {
  constexpr std::string_view kWhole = "The browser's endpoint ";
  if (detail.empty()) return "The browser's endpoint broke the DevTools protocol";
  return detail.starts_with(kWhole) ? std::string(detail) : fmt::format("{}cannot be used: {}", kWhole, detail);
}

}  // namespace

base::Error error_of(CloseReason reason, std::string detail) {
  switch (reason) {
    case CloseReason::closed:
      return {base::Kind::gone, "the connection to the browser was closed", std::move(detail)};
    case CloseReason::crashed:
      return {base::Kind::browser, "The page crashed", std::move(detail)};
    case CloseReason::detached:
      return {base::Kind::browser, "The page was closed", std::move(detail)};
    case CloseReason::protocol:
      return {base::Kind::gone, broken_protocol(detail), std::move(detail)};
    case CloseReason::socket:
      return {base::Kind::gone, "the connection to the browser was lost", std::move(detail)};
    case CloseReason::none:
      break;
  }
  base::check_failed("reason != none", "a usable session has no error");
}

std::string_view name_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::none:
      return "none";
    case CloseReason::closed:
      return "closed";
    case CloseReason::crashed:
      return "crashed";
    case CloseReason::detached:
      return "detached";
    case CloseReason::socket:
      return "socket";
    case CloseReason::protocol:
      return "protocol";
  }
  return "unknown";
}

}  // namespace cdp
