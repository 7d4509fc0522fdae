#include "llm/refusals.h"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "base/text.h"
#include "json/write.h"

namespace llm {
namespace {

constexpr std::size_t kMostIssues = 5;

bool holds(std::string_view text, std::initializer_list<std::string_view> signs) {
  return std::ranges::any_of(signs, [&](std::string_view sign) { return text.find(sign) != text.npos; });
}

// {"loc": ["body", "temperature"], "msg": "Extra inputs are not permitted"}
std::string issue(const json::Value& item) {
  if (item.is_string()) return std::string(json::view(item.get_string()));
  std::string text = json::text_at(item, "msg");
  if (text.empty()) text = json::text_at(item, "message");
  std::string place;
  if (const json::Array* loc = json::get_array(item, "loc"))
    for (const json::Value& step : *loc) {
      const std::string name = step.is_string() ? std::string(json::view(step.get_string())) : json::write(step);
      if (name != "body") place += (place.empty() ? "" : ".") + name;
    }
  return place.empty() || text.empty() ? text : place + ": " + text;
}

std::string issues(const json::Array& list) {
  std::string all;
  for (std::size_t i = 0; i < std::min(list.size(), kMostIssues); ++i)
    if (const std::string one = issue(list[i]); !one.empty()) all += (all.empty() ? "" : "; ") + one;
  return all;
}

// Text, a list of issues, or an object that holds one of them.
std::string words_in(const json::Value& value, int depth) {
  if (value.is_string()) return std::string(json::view(value.get_string()));
  if (const json::Array* list = value.if_array()) {
    if (list->empty()) return {};
    if (std::string all = issues(*list); !all.empty()) return all;
    return depth > 0 ? words_in(list->front(), depth - 1) : "";
  }
  const json::Object* object = value.if_object();
  if (!object || depth == 0) return {};
  for (const std::string_view member :
       {"error", "message", "Message", "detail", "details", "errors", "msg", "reason", "error_description", "title"})
    if (const json::Value* inner = object->if_contains(member)) {
      std::string text = words_in(*inner, depth - 1);
      if (text.empty()) continue;
      // What the provider behind a gateway said.
      const auto raw = json::get_text(value, member == "error" ? "error.metadata.raw" : "metadata.raw");
      if (raw && !raw->empty() && text.find(*raw) == text.npos) text += ": " + *raw;
      return text;
    }
  return {};
}

int status_of(std::string_view code) {
  if (holds(code, {"rate_limit", "quota", "overloaded", "resource_exhausted", "too_many"})) return 429;
  if (holds(code, {"authentication", "unauthorized", "api_key"})) return 401;
  if (holds(code, {"not_found"})) return 404;
  if (holds(code, {"invalid", "permission", "policy", "image", "context_length", "mismatch", "unsupported"}))
    return 400;
  return 500;
}

}  // namespace

std::optional<std::string> explanation(const json::Value& body) {
  std::string text = words_in(body, 5);
  if (text.empty()) return {};
  return text;
}

std::optional<std::string> plain_explanation(std::string_view body) {
  const std::string_view text = base::trim(body);
  if (text.empty() || text.starts_with('<') || text.starts_with('{') || text.starts_with('[')) return {};
  const bool readable = std::ranges::none_of(text.substr(0, 200), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
  if (!readable) return {};
  return std::string(text);
}

const json::Value* error_in(const json::Value& body) {
  if (const json::Array* list = body.if_array()) return list->size() == 1 ? error_in(list->front()) : nullptr;
  if (const json::Value* error = json::find(body, "error")) return error;
  const json::Array* choices = json::get_array(body, "choices");
  return choices && !choices->empty() ? json::find(choices->front(), "error") : nullptr;
}

std::optional<HiddenError> hidden_error(const json::Value& body) {
  const json::Value* error = error_in(body);
  const bool says = error && ((error->is_object() && !error->get_object().empty()) ||
                              (error->is_string() && !error->get_string().empty()));
  if (!says) return {};
  std::string message = words_in(*error, 4);
  if (message.empty()) message = json::write(*error);
  const auto number = json::get_int(*error, "code");
  if (number && *number >= 400 && *number < 600) return HiddenError{std::move(message), static_cast<int>(*number)};
  std::string code = json::text_at(*error, "code");
  if (code.empty()) code = json::text_at(*error, "type");
  return HiddenError{std::move(message), status_of(base::to_lower_ascii(code))};
}

bool refuses_schemas(int status, std::string_view message) {
  const std::string text = base::to_lower_ascii(message);
  const bool by_name = holds(text, {"response_format", "response format", "json_schema", "json schema", "grammar",
                                    "structured output", "guided", "responseschema", "response_schema"});
  if (status == 404 || status == 500 || status == 501) return by_name;
  if (status != 400 && status != 422) return false;
  if (holds(text, {"output_config"})) return !holds(text, {"effort"});
  return by_name || holds(text, {"text.format", "output_format", "response schema", "tool_choice", "toolchoice",
                                 "tool use", "toolconfig"});
}

bool refuses_pictures(int status, std::string_view message) {
  if (status < 400 || status == 401 || status == 403 || status == 408 || status == 413 || status == 429) return false;
  const std::string text = base::to_lower_ascii(message);
  if (holds(text,
            {"unknown variant `image_url`", "unknown variant 'image_url'", "image_url is only supported",
             "not a multimodal", "not multimodal", "at most 0 image", "image input is not supported",
             "images are not supported", "image content is not supported", "no endpoints found that support image",
             "vision is not supported", "content must be a string", "only supports text", "text-only"}))
    return true;
  return holds(text, {"image", "vision", "multimodal"}) &&
         holds(text, {"does not support image", "doesn't support image", "not support image", "not support vision",
                      "not support multimodal", "not supported by this model", "not supported with this model",
                      "not supported for this model"});
}

bool refuses_caching(int status, std::string_view message) {
  if (status != 400 && status != 403) return false;
  return holds(base::to_lower_ascii(message), {"cachepoint", "prompt caching"});
}

bool lacks_responses(int status, std::string_view message) {
  if (status != 404 && status != 405 && status != 501 && status != 400) return false;
  const std::string text = base::to_lower_ascii(message);
  const bool of_a_place =
      holds(text, {"unsupported endpoint", "unknown endpoint", "endpoint not found", "endpoint is not", "/responses",
                   "responses api", "unknown url", "invalid url", "no such route", "unsupported route"});
  if (status == 400) return of_a_place && holds(text, {"support", "unknown", "not found", "invalid url", "no such"});
  if (status != 404) return true;
  return of_a_place || !holds(text, {"model"});
}

}  // namespace llm
