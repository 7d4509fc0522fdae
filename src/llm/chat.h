// A conversation with a model, free of any provider's words. Values only; provider/ turns them into requests and back.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "json/shared.h"
#include "json/value.h"

namespace llm {

struct Text {
  std::string text;
  std::string signature = {};  // as a ToolCall's
  std::string phase = {};      // where a provider tells words on the way from the answer; goes back as it is
};
inline constexpr std::string_view kCommentary = "commentary";  // a phase: words on the way

struct Image {
  std::string media_type;  // "image/png"
  std::string base64;
};

// What a provider wants a person to have agreed to before a call is done.
struct SafetyCheck {
  std::string id = {};
  std::string code = {};
  std::string message = {};
};

// The model asks for a tool to be used.
struct ToolCall {
  std::string id;  // pairs it with its result; made up by us where a provider gives none
  std::string name;
  json::Object arguments = {};
  std::string signature = {};  // opaque; providers that sign their calls want it back unchanged
  std::vector<SafetyCheck> checks = {};
  json::Value native = nullptr;  // the provider's own item where it is more than a name and arguments; goes back as is
  std::string unreadable = {};   // what it wrote for arguments when that is no JSON object; there are none then
  std::string fault = {};        // with `unreadable`: what is wrong with them, where it is something else
};

// What a tool gave, text and images.
struct ToolResult {
  std::string call_id;
  std::string name;
  std::vector<std::variant<Text, Image>> content = {};
  bool failed = false;
  std::string url = {};                        // of the page that the image shows; "" where that means nothing
  std::vector<SafetyCheck> acknowledged = {};  // of the call's checks
};

// Something of the provider's own (encrypted reasoning, signed thinking) that it wants back unchanged in the next
// request. Codecs of other dialects leave it out.
struct Opaque {
  std::string dialect;
  json::Value item;
};

using Part = std::variant<Text, Image, ToolCall, ToolResult, Opaque>;

enum class Role { user, assistant };  // tool results are parts of a user's message

struct Message {
  Role role = Role::user;
  std::vector<Part> parts = {};
};

struct Tool {
  std::string name;
  std::string description;
  json::Shared parameters;  // JSON Schema of an object
};

// The reply must be JSON of this schema. The codec says it in the provider's way, as strictly as that can; checking the
// reply is structured.h's.
struct JsonOutput {
  json::Shared schema;  // an object at its root
};

struct ToolChoice {
  enum class How { may, must, named } how = How::may;
  std::string name = {};  // of How::named
};

// A screen with a mouse and a keyboard that the model may use by the provider's own tool for that. Its calls are named
// and shaped as each provider has it (agent/screen/ reads them). Dialects without such a tool refuse it (has_screen).
struct Screen {
  int width = 0;  // CSS pixels, as of the pictures that it is shown
  int height = 0;
};

struct Chat {
  std::string system = {};
  std::vector<Message> messages = {};
  std::vector<Tool> tools = {};
  std::optional<Screen> screen = {};
  ToolChoice tool_choice = {};
  std::optional<JsonOutput> output = {};
  std::optional<int> max_tokens = {};  // absent: the provider's default, or the model's maximum where one must be given
  std::optional<double> temperature = {};
  // So many of the messages will be the same in the next call of this conversation: where a provider wants to be told
  // what to keep in its cache, it is told here.
  std::size_t stable_messages = 0;
  // Much work would be lost with this call: while the provider says when to come again, it is asked again until the
  // deadline, and not four times.
  bool patient = false;
};

// Tokens of one call, or of several added up. `input` counts everything that was read, cached or not, whatever the
// provider's own way of counting is; `cached` is the part of it that came from a cache. `output` holds the reasoning.
struct Usage {
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::int64_t reasoning = 0;
  std::int64_t cached = 0;

  Usage& operator+=(const Usage& other) {
    input += other.input;
    output += other.output;
    reasoning += other.reasoning;
    cached += other.cached;
    return *this;
  }
  friend bool operator==(const Usage&, const Usage&) = default;
};

// The calls among the parts, where they are: arguments may be large.
std::vector<const ToolCall*> tool_calls_of(const std::vector<Part>& parts);

// length: the reply was as long as it may be. window: the conversation and it were, so that the same conversation has
// no room for another either. paused: the model wants its own message back and will go on.
enum class Stop { finished, tool_calls, length, window, refused, paused };

struct Reply {
  std::vector<Part> parts = {};  // Text, ToolCall and Opaque, in the model's order
  Stop stop = Stop::finished;
  Usage usage = {};
  std::string reason = {};  // of a refusal, in the provider's words; "" where it gives none

  // All texts of the answer. Words on the way to it are no part of it, but for a reply that calls tools and says no
  // more than these.
  std::string text() const;
  bool calls_tools() const;
  std::vector<const ToolCall*> tool_calls() const;
  Message message() && { return {Role::assistant, std::move(parts)}; }  // to go on with
};

}  // namespace llm
