// Choice: what a model picks to be done, as it says it (an element of the tree, a method, arguments), and the schemas
// that ask for it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"

namespace engine {

// Of an id that a model names. Those of lines are two numbers.
inline constexpr std::size_t kLongestId = 64;

struct Choice {
  std::string id;  // of the tree, "0-17"
  std::string description;
  std::string method;
  std::vector<std::string> arguments = {};
};

// The methods that a model may choose (docs/wire/act.md), in the order in which it is told of them.
const std::vector<std::string>& choosable_methods();

// {action: {elementId, description, method, arguments} | null, twoStep}
json::Value one_choice_schema();
// {elements: [{elementId, description, method, arguments}]}
json::Value choices_schema();

struct OneChoice {
  std::optional<Choice> choice;  // nothing: the page has nothing that fits
  bool two_step = false;
};

// Of values that fit the schemas.
OneChoice read_one_choice(const json::Value& value);
// The first kMostChoices of them.
inline constexpr std::size_t kMostChoices = 1000;
std::vector<Choice> read_choices(const json::Value& value);

// What is wrong with its size, for a value that fits one_choice_schema (or choices_schema): it is copied, compared and
// looked through again and again. A model has no use for more.
inline constexpr std::size_t kLongestDescription = 16 * 1024;
inline constexpr std::size_t kMostArgumentBytes = 256 * 1024;  // of all choices together
inline constexpr std::size_t kMostChosenArguments = 10'000;    // of all choices together
std::optional<std::string> beyond_limits(const json::Value& answer);

// The arguments of a choice that are ids of the tree themselves: dragAndDrop's target.
bool takes_target(std::string_view method);

}  // namespace engine
