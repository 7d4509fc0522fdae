#include "engine/choice.h"

#include <algorithm>

#include <fmt/format.h>

namespace engine {
namespace {

json::Object text_type(std::string_view description) {
  return {{"type", "string"}, {"description", boost::json::string(description.data(), description.size())}};
}

json::Object item_schema() {
  json::Object id = text_type("The id between the brackets of the element's line, such as 0-17");
  id["pattern"] = R"(^\d+-\d+$)";
  json::Object method{{"type", "string"}};
  method["enum"] = json::Array(choosable_methods().begin(), choosable_methods().end());
  return {{"type", "object"},
          {"properties", json::Object{{"elementId", std::move(id)},
                                      {"description", text_type("What the element is, in a few words")},
                                      {"method", std::move(method)},
                                      {"arguments", json::Object{{"type", "array"},
                                                                 {"items", json::Object{{"type", "string"}}},
                                                                 {"default", json::Array()}}}}},
          {"required", json::Array{"elementId", "description", "method", "arguments"}},
          {"additionalProperties", false}};
}

Choice read_choice(const json::Value& value) {
  Choice out;
  out.id = json::get_text(value, "elementId").value_or("");
  out.description = json::get_text(value, "description").value_or("");
  out.method = json::get_text(value, "method").value_or("");
  if (const json::Value* arguments = json::find(value, "arguments"); arguments && arguments->is_array())
    for (const json::Value& one : arguments->get_array())
      if (one.is_string()) out.arguments.emplace_back(one.get_string());
  return out;
}

}  // namespace

const std::vector<std::string>& choosable_methods() {
  static const std::vector<std::string> kMethods = {
      "click",       "fill",         "type",   "press",     "selectOptionFromDropdown",
      "hover",       "doubleClick",  "scroll", "nextChunk", "prevChunk",
      "dragAndDrop", "setInputFiles"};
  return kMethods;
}

json::Value one_choice_schema() {
  return json::Object{
      {"type", "object"},
      {"properties",
       json::Object{{"action", json::Object{{"anyOf", json::Array{item_schema(), json::Object{{"type", "null"}}}}}},
                    {"twoStep", json::Object{{"type", "boolean"}, {"default", false}}}}},
      {"required", json::Array{"action", "twoStep"}},
      {"additionalProperties", false}};
}

json::Value choices_schema() {
  return json::Object{
      {"type", "object"},
      {"properties", json::Object{{"elements", json::Object{{"type", "array"}, {"items", item_schema()}}}}},
      {"required", json::Array{"elements"}},
      {"additionalProperties", false}};
}

OneChoice read_one_choice(const json::Value& value) {
  OneChoice out;
  if (const json::Value* action = json::find(value, "action"); action && action->is_object())
    out.choice = read_choice(*action);
  out.two_step = json::get_bool(value, "twoStep").value_or(false);
  return out;
}

std::vector<Choice> read_choices(const json::Value& value) {
  std::vector<Choice> out;
  if (const json::Value* elements = json::find(value, "elements"); elements && elements->is_array())
    for (const json::Value& one : elements->get_array()) {
      if (out.size() == kMostChoices) break;
      out.push_back(read_choice(one));
    }
  return out;
}

namespace {

// Adds up what choices take, and says what is too much.
class Sizes {
 public:
  std::optional<std::string> add(const json::Value& choice) {
    if (const auto n = size_of(json::find(choice, "elementId")); n > kLongestId)
      return beyond("the elementId", n, "bytes", kLongestId);
    if (const auto n = size_of(json::find(choice, "description")); n > kLongestDescription)
      return beyond("the description", n, "bytes", kLongestDescription);
    const json::Array* arguments = json::get_array(choice, "arguments");
    if (!arguments) return std::nullopt;
    count_ += arguments->size();
    if (count_ > kMostChosenArguments) return beyond("the arguments", count_, "texts", kMostChosenArguments);
    for (const json::Value& each : *arguments) bytes_ += size_of(&each);
    if (bytes_ > kMostArgumentBytes) return beyond("the arguments", bytes_, "bytes", kMostArgumentBytes);
    return std::nullopt;
  }

 private:
  static std::size_t size_of(const json::Value* text) {
    return text && text->is_string() ? text->get_string().size() : 0;
  }
  static std::string beyond(std::string_view what, std::size_t n, std::string_view unit, std::size_t most) {
    return fmt::format("{} {} {} {}, more than the {} allowed", what, what.ends_with('s') ? "have" : "has", n, unit,
                       most);
  }

  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

std::optional<std::string> beyond_limits(const json::Value& answer) {
  Sizes sizes;
  if (const json::Value* action = json::find(answer, "action")) return sizes.add(*action);
  const json::Array* elements = json::get_array(answer, "elements");
  if (!elements) return std::nullopt;
  const std::size_t count = std::min(elements->size(), kMostChoices);
  for (std::size_t i = 0; i < count; ++i)
    if (auto wrong = sizes.add((*elements)[i])) return wrong;
  return std::nullopt;
}

bool takes_target(std::string_view method) { return method == "dragAndDrop"; }

}  // namespace engine
