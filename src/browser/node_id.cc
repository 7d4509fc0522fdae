#include "browser/node_id.h"

#include <charconv>

namespace browser {

std::optional<NodeId> parse_node_id(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view frame = text.substr(0, dash);
  NodeId out;
  const auto [end, error] = std::from_chars(frame.data(), frame.data() + frame.size(), out.frame);
  if (error != std::errc() || end != frame.data() + frame.size()) return std::nullopt;
  out.number = text.substr(dash + 1);
  if (out.number.empty() || out.number.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return out;
}

}  // namespace browser
