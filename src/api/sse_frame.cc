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

constexpr std::string_view kResult = R"("result":)";

const std::string& stream_result(const Succeeded& done) {
  return done.stream_result.empty() ? done.result : done.stream_result;
}

std::string final_frame(const Run& run, std::string_view result, Framing framing) {
  const Outcome& outcome = *run.outcome();
  if (const auto* failure = std::get_if<Failed>(&outcome)) {
    std::string data = R"({"status":"error","error":)";
    json::append_string(data, failure->message);
    if (!failure->result.empty()) data += R"(,"result":)" + failure->result;
    return text("error", data + "}", "system", run.final_id(), framing);
  }
  const auto& done = std::get<Succeeded>(outcome);
  std::string data = fmt::format(R"({{"status":"finished",{}{})", kResult, result);
  if (!done.action_id.empty()) {
    data += R"(,"actionId":)";
    json::append_string(data, done.action_id);
  }
  if (!done.cache_entry.empty()) data += R"(,"cacheEntry":)" + done.cache_entry;
  return text("finished", data + "}", "system", run.final_id(), framing);
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

std::string heartbeat_frame(std::string_view id, base::Duration since, Framing framing) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  const std::string data = fmt::format(
      R"({{"status":"running","message":{{"category":"session","message":"at work for {} s","level":2}}}})", seconds);
  return text("running", data, "log", id, framing);
}

net::Chunk frame_chunk(const Run::Frame& frame, Framing framing) {
  std::string head = text(frame.event, "", frame.type, frame.id, framing);
  constexpr std::string_view kData = R"({"data":)";
  const std::size_t end = head.find(kData) + kData.size();
  std::string tail = head.substr(end);
  head.resize(end);
  return {.text = std::move(head), .shared = frame.data, .tail = std::move(tail)};
}

std::string final_frame(const Run& run, Framing framing) {
  const auto* done = std::get_if<Succeeded>(&*run.outcome());
  return final_frame(run, done ? stream_result(*done) : "", framing);
}

net::Chunk final_chunk(const std::shared_ptr<const Run>& run, Framing framing) {
  const auto* done = std::get_if<Succeeded>(&*run->outcome());
  if (!done || stream_result(*done).size() < kWrittenInPlace) return {.text = final_frame(*run, framing)};
  std::string text = final_frame(*run, "", framing);
  const std::size_t end = text.find(kResult) + kResult.size();
  std::string tail = text.substr(end);
  text.resize(end);
  return {.text = std::move(text),
          .shared = std::shared_ptr<const std::string>(run, &stream_result(*done)),
          .tail = std::move(tail)};
}

}  // namespace api
