#include "browser/snapshot/accessibility_lines.h"

#include <fmt/format.h>

#include "browser/snapshot/text.h"

namespace browser {
namespace {

void print_line(Snapshot& out, const Line& line, int frame, std::size_t level) {
  const std::string name = as_printed(line.name);
  if (line.role == "text" && name.empty()) return;
  if (line.role == "iframe") out.frames.push_back({static_cast<int>(line.backend_id), out.lines});
  if (out.lines++ > 0) out.text += '\n';
  out.text.append(2 * level, ' ');
  out.text += fmt::format("[{}-0{}] {}", frame, line.backend_id, line.role);
  if (!name.empty()) out.text += ": " + name;
  if (!line.flags.empty())
    out.text += fmt::format(" [{}]", fmt::join(line.flags, " "));
  else if (name.ends_with(']'))
    out.text += " []";
  for (const Line& kid : line.kids) print_line(out, kid, frame, level + 1);
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

Snapshot print(const Line& page, int frame) {
  Snapshot out;
  print_line(out, page, frame, 0);
  return out;
}

}  // namespace browser
