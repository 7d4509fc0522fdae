#include "llm/reply_body.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "llm/reply_pieces.h"

namespace llm {
namespace {

constexpr std::size_t kMostEvents = 200'000;

std::string_view take_body_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
  return line;
}

std::string_view without_comments(std::string_view text) {
  for (;;) {
    std::string_view rest = text;
    const std::string_view line = base::trim(take_body_line(rest));
    if (rest.size() == text.size() || !(line.empty() || line.starts_with(':') || line.starts_with("//"))) return text;
    text = rest;
  }
}

// The data of each event.
std::vector<std::string> events_of(std::string_view text) {
  std::vector<std::string> out;
  std::optional<std::string> data;
  const auto end_event = [&] {
    if (data && base::trim(*data) != "[DONE]") out.push_back(std::move(*data));
    data.reset();
  };
  while (!text.empty() && out.size() < kMostEvents) {
    std::string_view line = take_body_line(text);
    if (line.empty()) end_event();
    if (!line.starts_with("data:")) continue;
    line.remove_prefix(line.starts_with("data: ") ? 6 : 5);
    if (data) *data += '\n';
    if (!data) data.emplace();
    *data += line;
  }
  end_event();
  return out;
}

bool is_event_stream(std::string_view text) {
  return text.starts_with("data:") || text.starts_with("event:") || text.starts_with("id:") ||
         text.starts_with("retry:");
}

base::Result<json::Value> read_events(const std::vector<std::string>& events, const json::ReadLimits& limits) {
  std::unique_ptr<ReplyPieces> pieces;
  base::Result<json::Value> last = base::fail(base::Kind::invalid, "JSON: an event stream without data");
  for (const std::string& each : events) {
    last = json::read(each, limits);
    if (!last) return last;
    if (!pieces) pieces = pieces_like(*last);
    if (pieces && last->is_object()) pieces->add(std::move(last->get_object()));
  }
  if (pieces) return pieces->whole();
  if (last && last->is_object())
    if (json::Value* response = last->get_object().if_contains("response"); response && response->is_object()) {
      json::Value out = std::move(*response);
      return out;
    }
  return last;
}

// An object a line, as Ollama streams.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty() && out.size() < kMostEvents)
    if (const std::string_view line = base::trim(take_body_line(text)); !line.empty()) out.emplace_back(line);
  return out;
}

bool is_lines_of_json(std::string_view text, const json::ReadLimits& limits) {
  std::string_view rest = text;
  const auto first = json::read(take_body_line(rest), limits);
  return first && pieces_like(*first) && !base::trim(rest).empty();
}

// Gemini's stream where no events were asked for: a list of what would be one each.
json::Value joined(json::Value whole) {
  json::Array* list = whole.if_array();
  auto pieces = list && !list->empty() ? pieces_like(list->front()) : nullptr;
  if (!pieces) return whole;
  for (json::Value& each : *list)
    if (each.is_object()) pieces->add(std::move(each.get_object()));
  return pieces->whole();
}

}  // namespace

base::Result<json::Value> read_body(std::string_view body, json::ReadLimits limits) {
  auto whole = json::read(body, limits);
  if (whole) return joined(std::move(*whole));
  if (whole.error().kind == base::Kind::full) return whole;
  const std::string_view rest = without_comments(body);
  if (is_event_stream(rest)) return read_events(events_of(rest), limits);
  if (is_lines_of_json(rest, limits)) return read_events(lines_of(rest), limits);
  return rest.size() == body.size() ? std::move(whole) : json::read(rest, limits);
}

}  // namespace llm
