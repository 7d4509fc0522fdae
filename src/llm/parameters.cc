#include "llm/parameters.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace llm {
namespace {

struct Parameter {
  std::string_view name;
  // As providers name it. Words that also mean something else count in quotes only.
  std::array<std::string_view, 4> words;
  std::array<std::string_view, 3> quoted_words;
  std::array<std::string_view, 4> paths;  // in bodies; "[]" stands for each member of a list
};

constexpr Parameter kParameters[] = {
    {"verbosity", {"verbosity"}, {}, {"verbosity", "text.verbosity"}},
    {"effort",
     {"reasoning_effort", "reasoning.effort", "output_config.effort"},
     {"effort", "reasoning"},
     {"reasoning_effort", "reasoning", "output_config.effort"}},
    {"temperature",
     {"temperature"},
     {},
     {"temperature", "generationConfig.temperature", "inferenceConfig.temperature", "options.temperature"}},
    {"tool_choice",
     {"tool_choice", "toolchoice", "functioncallingconfig"},
     {},
     {"tool_choice", "toolConfig.toolChoice", "toolConfig.functionCallingConfig"}},
    {"thinking", {"thinking.type", "adaptive thinking"}, {"thinking"}, {"thinking"}},
    {"include", {"encrypted_content", "encrypted content"}, {"include"}, {"include"}},
    {"store", {}, {"store"}, {"store"}},
    {"truncation", {}, {"truncation"}, {"truncation"}},
    {"reasoning_content", {"reasoning_content"}, {}, {"messages[].reasoning_content"}},
};

bool is_refusal(std::string_view text) {
  static constexpr std::string_view kSigns[] = {"support",       "unknown",     "unrecognized", "unexpected",
                                                "not permitted", "not allowed", "may only",     "extra",
                                                "deprecated",    "compatible",  "cannot",       "input should be",
                                                "no longer",     "must not",    "invalid"};
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return text.find(sign) != text.npos; });
}

bool is_named(const Parameter& parameter, std::string_view named) {
  const auto is = [&](std::string_view word) { return !word.empty() && named == word; };
  return std::ranges::any_of(parameter.words, is) || std::ranges::any_of(parameter.quoted_words, is) ||
         std::ranges::any_of(parameter.paths, is);
}

bool is_named_in(const Parameter& parameter, std::string_view text) {
  const auto quoted = [&](std::string_view word) {
    if (word.empty()) return false;
    for (const char mark : {'\'', '"', '`'})
      if (text.find(mark + std::string(word) + mark) != text.npos) return true;
    return text.starts_with(std::string(word) + ": ");
  };
  const auto said = [&](std::string_view word) { return !word.empty() && text.find(word) != text.npos; };
  return std::ranges::any_of(parameter.words, said) || std::ranges::any_of(parameter.quoted_words, quoted);
}

const Parameter* parameter_of(std::string_view name) {
  const auto* const it = std::ranges::find(kParameters, name, &Parameter::name);
  return it == std::end(kParameters) ? nullptr : it;
}

// Takes what is at the path out of the object, and objects that hold nothing after that. Whether there was anything.
bool take_out(json::Object& object, std::string_view path) {
  const std::size_t dot = path.find('.');
  std::string_view step = path.substr(0, dot);
  const bool list = step.ends_with("[]");
  if (list) step.remove_suffix(2);
  auto it = object.find(step);
  if (it == object.end()) return false;
  if (dot == std::string_view::npos) {
    object.stable_erase(it);
    return true;
  }
  const std::string_view rest = path.substr(dot + 1);
  bool found = false;
  if (json::Array* array = it->value().if_array(); array && list) {
    for (json::Value& each : *array)
      if (json::Object* inner = each.if_object()) found = take_out(*inner, rest) || found;
  } else if (json::Object* inner = it->value().if_object()) {
    found = take_out(*inner, rest);
    if (found && inner->empty()) object.stable_erase(it);
  }
  return found;
}

}  // namespace

std::string_view refused_parameter(int status, std::string_view named, std::string_view message) {
  if (status != 400 && status != 422) return {};
  const std::string text = base::to_lower_ascii(message);
  for (const Parameter& parameter : kParameters)
    if (is_named(parameter, named)) return parameter.name;
  if (!is_refusal(text)) return {};
  for (const Parameter& parameter : kParameters)
    if (is_named_in(parameter, text)) return parameter.name;
  return {};
}

bool leave_out(json::Value& body, std::span<const std::string> parameters) {
  json::Object* object = body.if_object();
  bool found = false;
  for (const std::string& name : parameters)
    if (const Parameter* parameter = parameter_of(name); parameter && object)
      for (const std::string_view path : parameter->paths)
        if (!path.empty()) found = take_out(*object, path) || found;
  return found;
}

}  // namespace llm
