// Empties a folder through descriptors: links are removed and never followed, other file systems are never entered, and
// a call does a bounded piece of the work.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace os {

struct Removal {
  enum class State {
    done,     // nothing is left
    more,     // not yet: the budget was used up, or somebody writes while we remove
    blocked,  // what is left cannot be removed: a mount, a missing permission
  };
  State state = State::done;
  std::size_t removed = 0;  // entries in this call; 0 with `more`: somebody writes
  std::string why = {};     // of `blocked`: the first that stands in the way, and the reason
};

// Removes what is in `folder`, but the entry `except`, at most `budget` entries in one call. Blocks: call on a worker.
Removal clear_folder(int folder, std::string_view except, std::size_t budget);

}  // namespace os
