#include "browser/snapshot/mask.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "browser/snapshot/text.h"

namespace browser {
namespace {

constexpr std::size_t kShort = 3;

struct Needle {
  std::string value;
  std::string mask;
};

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// A line's text ends at the end of the line or at its flags.
void replace_whole(std::string& text, const Needle& needle) {
  replace_all(text, '=' + in_quotes(needle.value), "=\"" + needle.mask + '"');
  const std::string line = ": " + needle.value;
  for (std::size_t at = text.find(line); at != std::string::npos; at = text.find(line, at + 1)) {
    const std::size_t end = at + line.size();
    const bool whole = end == text.size() || text[end] == '\n' || text.compare(end, 2, " [") == 0;
    if (whole) text.replace(at + 2, needle.value.size(), needle.mask);
  }
}

}  // namespace

std::string masked(std::string text, const std::map<std::string, base::Secret>& variables) {
  std::vector<Needle> needles;
  for (const auto& [name, secret] : variables) {
    std::string mask = '%' + name + '%';
    std::string printed = as_printed(secret.reveal());
    const std::string quoted = in_quotes(printed);
    if (quoted.size() != printed.size() + 2) needles.push_back({quoted.substr(1, quoted.size() - 2), mask});
    if (!printed.empty()) needles.push_back({std::move(printed), std::move(mask)});
  }
  std::ranges::sort(needles, std::greater{},
                    [](const Needle& n) { return std::tuple(n.value.size(), n.value, n.mask); });
  for (const Needle& needle : needles) {
    if (characters(needle.value) < kShort)
      replace_whole(text, needle);
    else
      replace_all(text, needle.value, needle.mask);
  }
  return text;
}

}  // namespace browser
