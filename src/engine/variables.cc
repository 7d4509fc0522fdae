#include "engine/variables.h"

#include <algorithm>
#include <string_view>

#include "llm/percent.h"

namespace engine {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

std::vector<std::string> with_variables(std::vector<std::string> arguments, const Variables& variables) {
  for (std::string& argument : arguments)
    for (const auto& [name, value] : variables) replace_all(argument, "%" + name + "%", value.reveal());
  return arguments;
}

std::string without_values(std::string text, const Variables& variables) {
  for (const auto& [name, value] : variables)
    if (!value.empty()) replace_all(text, value.reveal(), "%" + name + "%");
  return text;
}

bool hold_values(const std::vector<std::string>& texts, const Variables& variables) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return without_values(text, variables) != text; });
}

std::string address_without_values(std::string url, const Variables& variables) {
  constexpr std::size_t kLeast = 3;
  for (const auto& [name, value] : variables) {
    if (value.reveal().size() < kLeast) continue;
    const std::string encoded = llm::percent_encode(value.reveal());
    std::string in_form = encoded;
    replace_all(in_form, "%20", "+");
    for (const std::string_view written : {value.reveal(), std::string_view(encoded), std::string_view(in_form)})
      replace_all(url, written, "%" + name + "%");
  }
  return url;
}

}  // namespace engine
