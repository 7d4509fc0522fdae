#include "api/sse_frame.h"

#include <fmt/format.h>

#include "json/write.h"

namespace api {
namespace {

std::string text(std::string_view event, std::string_view data, std::string_view type, std::string_view id,
                 Framing framing) {
  const std::string payload = fmt::format(R"({{"data":{},"type":"{}","id":"{}"}})", data, type, id);
  if (framing == Framing::data_only) return fmt::format("data: {}\n\n", payload);
  return fmt::format("event: {}\ndata: {}\n\n", event, payload);
}

}  // namespace

Framing framing_for(const net::HttpRequest& request) {
  return request.headers.find("x-bb-session-id") ? Framing::data_only : Framing::named;
}

net::Headers stream_headers() {
  net::Headers out;
  out.add("Content-Type", "text/event-stream");
  out.add("Cache-Control", "no-cache, no-transform");
  out.add("Connection", "keep-alive");
  out.add("Transfer-Encoding", "chunked");
  out.add("X-Accel-Buffering", "no");
  out.add("Access-Control-Allow-Origin", "*");
  out.add("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS");
  out.add("Access-Control-Allow-Headers", "*");
  return out;
}

std::string starting_frame(const Run& run, Framing framing) {
  return text("starting", R"({"status":"starting"})", "system", run.starting_id(), framing);
}

std::string frame_text(const Run::Frame& frame, Framing framing) {
  return text(frame.event, frame.data, frame.type, frame.id, framing);
}

std::string final_frame(const Run& run, Framing framing) {
  const Outcome& outcome = *run.outcome();
  if (const auto* failure = std::get_if<Failed>(&outcome)) {
    std::string data = R"({"status":"error","error":)";
    json::append_string(data, failure->message);
    if (!failure->result.empty()) data += R"(,"result":)" + failure->result;
    return text("error", data + "}", "system", run.final_id(), framing);
  }
  const auto& done = std::get<Succeeded>(outcome);
  std::string data =
      R"({"status":"finished","result":)" + (done.stream_result.empty() ? done.result : done.stream_result);
  if (!done.action_id.empty()) {
    data += R"(,"actionId":)";
    json::append_string(data, done.action_id);
  }
  if (!done.cache_entry.empty()) data += R"(,"cacheEntry":)" + done.cache_entry;
  return text("finished", data + "}", "system", run.final_id(), framing);
}

}  // namespace api
