// Lines: the tree that a snapshot prints, and its text.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "browser/snapshot/snapshot.h"

namespace browser {

struct Line {
  std::int64_t backend_id = 0;
  std::string role;
  std::string name;
  std::vector<std::string> flags = {};
  std::vector<Line> kids = {};
  bool open = false;  // more text may join the last line in it
};

void add_text(Line& into, std::int64_t backend_id, std::string_view text);
void add_line(Line& into, Line line);
// Leaves the content of `line` to `into`.
void spill(Line& into, Line line);

Snapshot print(const Line& page, int frame);

}  // namespace browser
