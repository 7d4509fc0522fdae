// The ids of a page's text: "2-17" is node 17 of the frame with ordinal 2 (docs/internals/snapshot.md).
#pragma once
#include <optional>
#include <string_view>

namespace browser {

struct NodeId {
  int frame = 0;
  std::string_view
      number;  // of digits alone; a zero before it is of the accessibility tree. Lives as long as the text.
};

std::optional<NodeId> parse_node_id(std::string_view text);

}  // namespace browser
