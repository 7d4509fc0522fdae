// Why a session ended (docs/session-contract.md, clause 14). The words are API: the header x-session-state, logs and
// metrics.
#pragma once
#include <string_view>

namespace session {

enum class EndReason {
  client,        // POST end, or a start whose answer could not be delivered
  idle,          // not used for idle_ttl
  evicted,       // the longest idle when a start needed its place
  crashed,       // its browser, or the connection to it, died
  start_failed,  // its browser never came up
  drained,       // the server was told to stop
  lost,          // its owner died (several servers)
};

inline constexpr EndReason kEndReasons[] = {EndReason::client,  EndReason::idle,         EndReason::evicted,
                                            EndReason::crashed, EndReason::start_failed, EndReason::drained,
                                            EndReason::lost};

constexpr std::string_view to_string(EndReason reason) {
  switch (reason) {
    case EndReason::client:
      return "client";
    case EndReason::idle:
      return "idle";
    case EndReason::evicted:
      return "evicted";
    case EndReason::crashed:
      return "crashed";
    case EndReason::start_failed:
      return "start_failed";
    case EndReason::drained:
      return "drained";
    case EndReason::lost:
      return "lost";
  }
  return "";
}

}  // namespace session
