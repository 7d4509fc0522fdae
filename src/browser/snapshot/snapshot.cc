#include "browser/snapshot/snapshot.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <string_view>

#include "aio/compute.h"
#include "browser/frame_tree.h"

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

// Bytes of the whole text. What the script gives is within max_chars but for frames, each of which may have a little; a
// character is up to three bytes, and a frame's lines are moved in. So only what no script of ours says is cut.
constexpr std::size_t kMostBytes = 64 * 1024 * 1024;
constexpr std::size_t kMostBeside = 1024 * 1024;

std::size_t most_bytes(std::optional<std::size_t> max_chars) {
  return max_chars && *max_chars < (kMostBytes - kMostBeside) / 4 ? 4 * *max_chars + kMostBeside : kMostBytes;
}

std::size_t level_of(std::string_view line) { return std::min(line.size(), line.find_first_not_of(' ')) / 2; }

// The lines, the numbers and the lines of iframes are what a browser says, who may be somebody else's: each frame is
// put in once, and what is made is bounded.
class Composer {
 public:
  Composer(std::size_t most, std::stop_token stop) : most_(most), stop_(std::move(stop)) {}

  void append(const FrameSnapshot& frame, std::size_t levels);
  Snapshot take() && { return std::move(out_); }

 private:
  // Appends `line` and a line break, `levels` deeper; false when there is no more room.
  bool append_line(std::string_view line, std::size_t levels) {
    const std::size_t room = most_ - out_.text.size();
    full_ = full_ || stop_.stop_requested() || line.size() >= room || levels > (room - line.size() - 1) / 2;
    if (full_) return false;
    if (!out_.text.empty()) out_.text += '\n';
    out_.text.append(2 * levels, ' ');
    out_.text += line;
    ++out_.lines;
    return true;
  }

  const std::size_t most_;
  const std::stop_token stop_;
  Snapshot out_;
  bool full_ = false;
};

void Composer::append(const FrameSnapshot& frame, std::size_t levels) {
  out_.elements += frame.own.elements;
  out_.folded = out_.folded || frame.own.folded;
  std::map<int, const FrameSnapshot*> left;  // by the number of the iframe
  for (const FrameSnapshot& child : frame.children) left.emplace(child.holder, &child);
  auto hole = frame.own.frames.begin();
  std::string_view rest = frame.own.text;
  for (std::size_t number = 0; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!append_line(line, levels)) {
      out_.folded = true;
      return;
    }
    for (; hole != frame.own.frames.end() && hole->line <= number; ++hole) {
      if (hole->line < number) continue;  // they rise
      if (const auto child = left.extract(hole->number)) append(*child.mapped(), levels + level_of(line) + 1);
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
    for (const json::Value& frame : *frames | std::views::take(FrameTree::kMostFrames))
      out.frames.push_back({static_cast<int>(count_of(frame, "number")), count_of(frame, "line")});
  return out;
}

aio::Task<base::Result<Snapshot>> read_snapshot(const aio::Context& ctx, cdp::Payload reply) {
  const std::size_t size = json::get_string(reply, "text").value_or("").size();
  co_return co_await aio::compute(ctx, size, [&reply](const std::stop_token&) { return read_snapshot(reply); });
}

Snapshot compose(const FrameSnapshot& page, std::optional<std::size_t> max_chars, std::stop_token stop) {
  Composer composer(most_bytes(max_chars), std::move(stop));
  composer.append(page, 0);
  return std::move(composer).take();
}

}  // namespace browser
