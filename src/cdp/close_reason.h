// Why a session or a whole connection takes no more commands, and the error that its calls end with.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace cdp {

enum class CloseReason {
  none,      // it is usable
  closed,    // we closed the connection
  crashed,   // the target's renderer crashed; the session lives on and a navigation brings the page back
  detached,  // the target was closed or detached
  socket,    // the other side ended the connection, or it broke
  protocol,  // the other side broke the WebSocket protocol, sent what is no CDP message, or went beyond a limit
};

// The error of a call that ends for this reason. Kind::gone for the connection's ends, Kind::browser for the target's.
// detail is for logs; of `protocol` it is told to callers too. REQUIRES: reason != none.
base::Error error_of(CloseReason reason, std::string detail = {});

std::string_view name_of(CloseReason reason);

}  // namespace cdp
