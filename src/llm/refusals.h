// What providers say when something goes wrong, in their many shapes, and what it is about. Decides only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace llm {

// The provider's own words in an answer that is no reply.
std::optional<std::string> explanation(const json::Value& body);
// The same of an answer that is no JSON: plain words, and no web page.
std::optional<std::string> plain_explanation(std::string_view body);

// What an answer calls its error, at its root, in the only member of a list, or in its first choice; null without one.
const json::Value* error_in(const json::Value& body);

// An error in an answer that calls itself a success, and the status that it should have had.
struct HiddenError {
  std::string message;
  int status = 0;
};
std::optional<HiddenError> hidden_error(const json::Value& body);

// Whether a refusal is about the way in which JSON was asked for, and not about the question.
bool refuses_schemas(int status, std::string_view message);
// That the model cannot be shown pictures, whatever they hold.
bool refuses_pictures(int status, std::string_view message);
bool refuses_caching(int status, std::string_view message);
// That the server has no Responses API. What is said of a model is never that.
bool lacks_responses(int status, std::string_view message);

}  // namespace llm
