// The frames of an operation's stream (docs/wire/streaming.md).
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "api/run.h"
#include "base/time.h"
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
// For a stream that has been silent: proxies close those. A log line like others, since each client takes another kind
// of comment for the end or for an event; its id is that of the frame before it, after which the stream can go on.
std::string heartbeat_frame(std::string_view id, base::Duration since, Framing framing);
net::Chunk frame_chunk(const Run::Frame& frame, Framing framing);
std::string final_frame(const Run& run, Framing framing);  // REQUIRES: run.outcome()
// The same; a large result is not copied, and lives as long as the run.
net::Chunk final_chunk(const std::shared_ptr<const Run>& run, Framing framing);

}  // namespace api
