// Lines: the tree that the accessibility tree becomes, before the script folds it and writes its text.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "browser/snapshot/census.h"

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

// For the script's tell(). A line whose node it cannot find goes by the place of the line around it.
json::Array to_json(const Line& page, const Census& census);

}  // namespace browser
