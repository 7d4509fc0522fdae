#include "browser/snapshot/snapshot.h"

#include <algorithm>
#include <string_view>

namespace browser {
namespace {

json::Array texts(const std::vector<std::string>& from) {
  json::Array out;
  for (const std::string& text : from) out.emplace_back(text);
  return out;
}

std::size_t count_of(const json::Value& reply, std::string_view name) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, json::get_int(reply, name).value_or(0)));
}

// Appends `line` and a line break, `levels` deeper.
void append_line(std::string& out, std::string_view line, std::size_t levels) {
  if (!out.empty()) out += '\n';
  out.append(2 * levels, ' ');
  out += line;
}

std::size_t level_of(std::string_view line) { return line.find_first_not_of(' ') / 2; }

void append_frame(Snapshot& out, const FrameSnapshot& frame, std::size_t levels) {
  out.elements += frame.own.elements;
  out.folded = out.folded || frame.own.folded;
  auto hole = frame.own.frames.begin();
  std::string_view rest = frame.own.text;
  for (std::size_t number = 0; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    append_line(out.text, line, levels);
    ++out.lines;
    for (; hole != frame.own.frames.end() && hole->line == number; ++hole) {
      const auto child = std::ranges::find(frame.children, hole->number, &FrameSnapshot::holder);
      if (child != frame.children.end()) append_frame(out, *child, levels + level_of(line) + 1);
    }
  }
}

}  // namespace

json::Object to_json(const SnapshotOptions& options) {
  json::Object out{{"frame", options.frame}, {"scope", texts(options.scope)}, {"ignore", texts(options.ignore)}};
  if (options.max_chars) out["maxChars"] = *options.max_chars;
  return out;
}

base::Result<Snapshot> read_snapshot(const json::Value& reply) {
  if (auto error = json::get_text(reply, "error")) return base::fail(base::Kind::browser, std::move(*error));
  auto text = json::get_text(reply, "text");
  if (!text) return base::fail(base::Kind::browser, "the page's script gave no snapshot");
  Snapshot out{.text = std::move(*text),
               .elements = count_of(reply, "elements"),
               .lines = count_of(reply, "lines"),
               .frames = {},
               .folded = json::get_bool(reply, "folded").value_or(false)};
  if (const json::Array* frames = json::get_array(reply, "frames"))
    for (const json::Value& frame : *frames)
      out.frames.push_back({static_cast<int>(count_of(frame, "number")), count_of(frame, "line")});
  return out;
}

Snapshot compose(const FrameSnapshot& page) {
  Snapshot out;
  out.text.reserve(page.own.text.size());
  append_frame(out, page, 0);
  return out;
}

}  // namespace browser
