#include "browser/snapshot/mask.h"

#include <string_view>
#include <vector>

#include "base/known_values.h"
#include "browser/snapshot/text.h"

namespace browser {
namespace {

constexpr std::size_t kShort = 3;

// All that a field holds, or all that a line says: its text ends at the end of the line or at its flags.
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view before = text.substr(0, begin);
  const std::string_view after = text.substr(end);
  return (before.ends_with("=\"") && after.starts_with('"')) ||
         (before.ends_with(": ") && (after.empty() || after.starts_with('\n') || after.starts_with(" [")));
}

}  // namespace

std::string masked(std::string text, const std::map<std::string, base::Secret>& variables) {
  std::vector<base::KnownValue> values;
  for (const auto& [name, secret] : variables) {
    const std::string mask = base::variable_mark(name);
    std::string printed = as_printed(secret.reveal());
    std::string quoted = in_quotes(printed);
    quoted = quoted.substr(1, quoted.size() - 2);
    const auto counts = characters(printed) < kShort ? stands_alone : nullptr;
    if (quoted != printed) values.push_back({std::move(quoted), mask, counts});
    values.push_back({std::move(printed), mask, counts});
  }
  return base::KnownValues(values, text.size()).hide(text);
}

}  // namespace browser
