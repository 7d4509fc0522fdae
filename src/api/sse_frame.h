// The frames of an operation's stream (docs/wire/streaming.md).
#pragma once
#include <string>
#include <string_view>

#include "api/run.h"
#include "net/http.h"

namespace api {

enum class Framing {
  named,      // event: <status> and data: — every client but one
  data_only,  // for the TypeScript client, told by its x-bb-session-id, which can read no other
};

Framing framing_for(const net::HttpRequest& request);

// Status 200's headers, in the captured order.
net::Headers stream_headers();

std::string starting_frame(const Run& run, Framing framing);
std::string frame_text(const Run::Frame& frame, Framing framing);
std::string final_frame(const Run& run, Framing framing);  // REQUIRES: run.outcome()

}  // namespace api
