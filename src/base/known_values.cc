#include "base/known_values.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace base {
namespace {

constexpr std::size_t kMaxName = 100;
constexpr std::string_view kHalf = "\uFFFD";  // what is left of a character that was cut in two

bool is_cut_at(std::string_view text, std::size_t at) {
  std::string_view rest = text.substr(at);
  if (rest.starts_with(kHalf)) rest.remove_prefix(kHalf.size());
  return rest.starts_with(KnownValues::kCut);
}

}  // namespace

std::string variable_mark(std::string_view name) { return fmt::format("%{}%", truncate(name, kMaxName)); }

KnownValues::KnownValues(const std::vector<KnownValue>& values, std::size_t longest_text) {
  for (const KnownValue& one : values) {
    if (one.value.empty()) continue;
    const auto number = static_cast<std::uint32_t>(shown_.size());
    shown_.push_back(one.shown);
    counts_.push_back(one.counts);
    add(std::string_view(one.value).substr(0, longest_text), one.value.size() <= longest_text, number);
  }
  link();
}

void KnownValues::add(std::string_view value, bool whole, std::uint32_t number) {
  std::uint32_t at = 0;
  for (const char byte : value) {
    std::uint32_t next = child(at, byte);
    if (next == 0) {
      next = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back(
          {.sibling = at == 0 ? 0 : nodes_[at].child, .depth = nodes_[at].depth + 1, .begins = number, .byte = byte});
      (at == 0 ? first_[static_cast<unsigned char>(byte)] : nodes_[at].child) = next;
    }
    at = next;
  }
  if (whole && at != 0 && nodes_[at].is == kNone) nodes_[at].is = number;
}

// From the root on, level by level: a node's links lead to what is nearer to the root.
void KnownValues::link() {
  std::vector<std::uint32_t> line;
  for (const std::uint32_t node : first_)
    if (node != 0) line.push_back(node);
  for (std::size_t n = 0; n < line.size(); ++n) {
    const std::uint32_t parent = line[n];
    for (std::uint32_t node = nodes_[parent].child; node != 0; node = nodes_[node].sibling) {
      const std::uint32_t shorter = step(nodes_[parent].shorter, nodes_[node].byte);
      nodes_[node].shorter = shorter;
      nodes_[node].next_whole = nodes_[shorter].is == kNone ? nodes_[shorter].next_whole : shorter;
      line.push_back(node);
    }
  }
}

std::uint32_t KnownValues::child(std::uint32_t node, char byte) const {
  if (node == 0) return first_[static_cast<unsigned char>(byte)];
  std::uint32_t out = nodes_[node].child;
  while (out != 0 && nodes_[out].byte != byte) out = nodes_[out].sibling;
  return out;
}

std::uint32_t KnownValues::step(std::uint32_t node, char byte) const {
  for (;;) {
    const std::uint32_t next = child(node, byte);
    if (next != 0 || node == 0) return next;
    node = nodes_[node].shorter;
  }
}

// The node of the longest value that ends there and counts; 0 when there is none.
std::uint32_t KnownValues::value_at(std::uint32_t node, std::string_view text, std::size_t end) const {
  if (nodes_[node].is == kNone) node = nodes_[node].next_whole;
  for (; node != 0; node = nodes_[node].next_whole) {
    const auto counts = counts_[nodes_[node].is];
    if (!counts || counts(text, end - nodes_[node].depth, end)) return node;
  }
  return 0;
}

// Gives what is found, by its end, until `take` says that it is enough.
template <class Take>
void KnownValues::walk(std::string_view text, Take take) const {
  std::uint32_t node = 0;
  for (std::size_t end = 1; end <= text.size(); ++end) {
    node = step(node, text[end - 1]);
    const std::size_t depth = nodes_[node].depth;
    const std::uint32_t found = depth >= kLeastBeginning && is_cut_at(text, end) ? node : value_at(node, text, end);
    if (found == 0) continue;
    const Node& it = nodes_[found];
    if (!take({end - it.depth, end, it.depth, it.is == kNone ? it.begins : it.is})) return;
  }
}

bool KnownValues::any_in(std::string_view text) const {
  bool any = false;
  walk(text, [&](const Found&) { return !(any = true); });
  return any;
}

std::string KnownValues::hide(std::string_view text) const {
  std::vector<Found> all;
  walk(text, [&](Found found) {
    for (; !all.empty() && all.back().end > found.begin; all.pop_back()) {
      const Found& other = all.back();
      found.begin = std::min(found.begin, other.begin);
      if (other.longest < found.longest) continue;
      found.longest = other.longest;
      found.value = other.value;
    }
    all.push_back(found);
    return true;
  });
  std::string out;
  std::size_t from = 0;
  for (const Found& each : all) {
    out.append(text, from, each.begin - from).append(shown_[each.value]);
    from = each.end;
  }
  return out.append(text, from);
}

}  // namespace base
