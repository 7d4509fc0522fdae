#include "llm/reply_body.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

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

// The pieces of one chat completion.
class ChatPieces {
 public:
  void add(json::Value piece) {
    json::Object& given = piece.get_object();
    for (const std::string_view key : {"id", "model", "usage", "error"})
      if (json::Value* each = given.if_contains(key); each && !each->is_null()) whole_[key] = std::move(*each);
    const json::Array* choices = json::get_array(piece, "choices");
    if (!choices || choices->empty()) return;
    const json::Value& choice = choices->front();
    if (json::get_int(choice, "index").value_or(0) != 0) return;
    if (const auto reason = json::get_string(choice, "finish_reason")) choice_["finish_reason"] = *reason;
    const json::Object* delta = json::get_object(choice, "delta");
    if (!delta) return;
    for (const auto& [key, value] : *delta)
      if (key == "tool_calls")
        add_calls(value);
      else
        append(message_, key, value);
  }

  json::Value whole() {
    json::Array calls;
    for (json::Object& each : calls_) calls.emplace_back(std::move(each));
    if (!calls.empty()) message_["tool_calls"] = std::move(calls);
    if (!message_.contains("content")) message_["content"] = nullptr;
    message_["role"] = "assistant";
    choice_["index"] = 0;
    choice_["message"] = std::move(message_);
    whole_["choices"] = json::Array{std::move(choice_)};
    return std::move(whole_);
  }

 private:
  static constexpr std::size_t kMostCalls = 1000;

  // Texts grow, other values are the last.
  static void append(json::Object& to, std::string_view key, const json::Value& value) {
    json::Value& known = to[key];
    if (known.is_string() && value.is_string())
      known.get_string().append(value.get_string());
    else if (!value.is_null())
      known = value;
  }

  void add_calls(const json::Value& pieces) {
    if (!pieces.is_array()) return;
    for (const json::Value& piece : pieces.get_array()) {
      const auto index = static_cast<std::size_t>(json::get_int(piece, "index").value_or(0));
      if (!piece.is_object() || index >= kMostCalls) continue;
      if (index >= calls_.size()) calls_.resize(index + 1);
      json::Object& call = calls_[index];
      for (const std::string_view key : {"id", "type"})
        if (const auto text = json::get_string(piece, key)) call[key] = *text;
      if (const json::Object* function = json::get_object(piece, "function")) {
        json::Value& known = call["function"];
        if (!known.is_object()) known = json::Object();
        for (const auto& [key, value] : *function) append(known.get_object(), key, value);
      }
    }
  }

  json::Object whole_;
  json::Object choice_;
  json::Object message_;
  std::vector<json::Object> calls_;
};

base::Result<json::Value> read_events(const std::vector<std::string>& events, const json::ReadLimits& limits) {
  ChatPieces pieces;
  bool any_piece = false;
  base::Result<json::Value> last = base::fail(base::Kind::invalid, "JSON: an event stream without data");
  for (const std::string& each : events) {
    last = json::read(each, limits);
    if (!last) return last;
    const bool is_piece = json::get_string(*last, "object") == "chat.completion.chunk";
    any_piece = any_piece || is_piece;
    if (is_piece) pieces.add(std::move(*last));
  }
  if (any_piece) return pieces.whole();
  if (last && last->is_object())
    if (json::Value* response = last->get_object().if_contains("response"); response && response->is_object()) {
      json::Value out = std::move(*response);
      return out;
    }
  return last;
}

}  // namespace

base::Result<json::Value> read_body(std::string_view body, json::ReadLimits limits) {
  auto whole = json::read(body, limits);
  if (whole || whole.error().kind == base::Kind::full) return whole;
  const std::string_view rest = without_comments(body);
  if (is_event_stream(rest)) return read_events(events_of(rest), limits);
  return rest.size() == body.size() ? std::move(whole) : json::read(rest, limits);
}

}  // namespace llm
