// Snapshot: a page as the text that a language model reads. The walk is the page's script (browser/script/tree.js);
// here are its options, its result, and how the frames of a page become one text. The form of a line:
// docs/internals/snapshot.md.
#pragma once
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aio/context.h"
#include "base/result.h"
#include "browser/page.h"
#include "browser/snapshot/source.h"
#include "json/value.h"

namespace browser {

struct SnapshotOptions {
  SnapshotSource source = SnapshotSource::walk;
  std::vector<std::string> scope = {};        // selectors; the first element of each is told, nothing else
  std::vector<std::string> ignore = {};       // selectors; all their elements are left out
  std::optional<std::size_t> max_chars = {};  // what does not fit is folded by the rules of docs/internals/snapshot.md
  int frame = 0;                              // the ordinal that starts the ids of this frame's lines
};

struct Snapshot {
  // An iframe element that has a line, by which the frame it holds is put in place.
  struct Frame {
    int number = 0;
    std::size_t line = 0;
  };
  std::string text;          // lines without a last line break
  std::size_t elements = 0;  // how many the walk has seen
  std::size_t lines = 0;
  std::vector<Frame> frames;  // by line; no more than a page has (FrameTree)
  bool folded = false;        // something was left out to keep within max_chars
};

// What the script's snapshot() takes and gives, for whoever calls it in another frame than the main one.
json::Object to_json(const SnapshotOptions& options);
base::Result<Snapshot> read_snapshot(const json::Value& reply);
// The same, of a long text by the context's workers.
aio::Task<base::Result<Snapshot>> read_snapshot(const aio::Context& ctx, cdp::Payload reply);

// A frame and the frames in it.
struct FrameSnapshot {
  Snapshot own;
  int holder = 0;  // the number, in the frame around it, of the iframe element that holds it
  std::vector<FrameSnapshot> children = {};
};
// One text: each child's lines one level below the line of its iframe. Without that line (it was folded, or ignored) a
// child is left out, and each is put in once. `frames` of the result is empty: nothing can be put in any more. What is
// far beyond max_chars, or 64 MiB, is cut and counts as folded; so is the rest once `stop` asks for the end.
Snapshot compose(const FrameSnapshot& page, std::optional<std::size_t> max_chars = {}, std::stop_token stop = {});

}  // namespace browser
