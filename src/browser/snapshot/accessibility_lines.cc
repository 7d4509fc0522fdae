#include "browser/snapshot/accessibility_lines.h"

#include "browser/snapshot/text.h"

namespace browser {
namespace {

void put(json::Array& out, const Line& line, const Census& census, Census::Place around, int depth) {
  if (const Census::Place* own = census.find(line.backend_id)) around = *own;
  json::Array flags;
  for (const std::string& flag : line.flags) flags.emplace_back(flag);
  out.push_back(
      json::Array{depth, around.element, around.text, around.in_root, line.role, line.name, std::move(flags)});
  for (const Line& kid : line.kids) put(out, kid, census, around, depth + 1);
}

}  // namespace

void add_text(Line& into, std::int64_t backend_id, std::string_view text) {
  if (into.open) {
    into.kids.back().name += text;
  } else if (!as_printed(text).empty()) {
    into.kids.push_back({.backend_id = backend_id, .role = "text", .name = std::string(text)});
    into.open = true;
  }
}

void add_line(Line& into, Line line) {
  into.open = false;
  into.kids.push_back(std::move(line));
}

void spill(Line& into, Line line) {
  if (!line.name.empty() && line.kids.empty()) return add_text(into, line.backend_id, line.name);
  for (Line& kid : line.kids) {
    if (kid.role == "text")
      add_text(into, kid.backend_id, kid.name);
    else
      add_line(into, std::move(kid));
  }
}

json::Array to_json(const Line& page, const Census& census) {
  json::Array out;
  put(out, page, census, {}, 0);
  return out;
}

}  // namespace browser
