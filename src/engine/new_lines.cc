#include "engine/new_lines.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace engine {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::size_t indent(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

// What makes a line the same line although its state has changed: the id of its element; of a line without one, all.
std::string_view identity(std::string_view line) {
  line.remove_prefix(indent(line));
  const std::size_t end = line.starts_with('[') ? line.find(']') : std::string_view::npos;
  return line.substr(0, end);
}

}  // namespace

std::string new_lines(std::string_view before, std::string_view after) {
  std::unordered_set<std::string_view> known;
  for (const std::string_view line : lines_of(before)) known.insert(identity(line));
  std::vector<std::string_view> fresh;
  std::size_t least = std::string_view::npos;
  for (const std::string_view line : lines_of(after)) {
    if (known.contains(identity(line))) continue;
    fresh.push_back(line);
    least = std::min(least, indent(line));
  }
  if (fresh.empty()) return std::string(after);
  std::string out;
  for (const std::string_view line : fresh) {
    if (!out.empty()) out += '\n';
    out += line.substr(least);
  }
  return out;
}

}  // namespace engine
