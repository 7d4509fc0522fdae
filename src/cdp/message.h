// CDP messages as text (https://chromedevtools.github.io/devtools-protocol/, flat sessions). What an inbound one is,
// json/scan.h tells without building a DOM, because most events of a busy page are wanted by nobody; its inside is read
// here, for those who want it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cdp/payload.h"
#include "json/scan.h"
#include "json/value.h"

namespace cdp {

// {"id":…,"sessionId":…,"method":…,"params":…}; sessionId is left out for the browser's own session.
std::string command_text(std::uint64_t id, std::string_view session_id, std::string_view method,
                         const json::Object& params);

// What the beginning of a message tells of it: which call it answers, or which event it is. Neither, where it begins
// with something else than browsers write, or ends too soon.
struct Beginning {
  std::optional<std::uint64_t> id = {};
  std::string_view method = {};  // into the text
};
Beginning beginning_of(std::string_view text);

// What the caller of a command gets for this reply: the result ({} when there is none), or Kind::browser
// "<code> <message>". Kind::upstream when the inside of the reply is not JSON, Kind::full when it is more than
// kMaxValues.
base::Result<json::Value> outcome_of(const json::CdpFrame& reply);

// The params of an event; {} when it has none. Errors as above.
base::Result<json::Value> params_of(const json::CdpFrame& event);

// The one or the other. With workers: a large one, which they free.
base::Result<Payload> payload_of(const json::CdpFrame& message, aio::Workers* workers);

}  // namespace cdp
