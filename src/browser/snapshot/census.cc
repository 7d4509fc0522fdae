#include "browser/snapshot/census.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "base/text.h"

namespace browser {
namespace {

std::int64_t int_at(const json::Value& node, std::string_view key) { return json::get_int(node, key).value_or(0); }

bool is_element(const json::Value& node) { return int_at(node, "nodeType") == 1; }
bool is_text_node(const json::Value& node) { return int_at(node, "nodeType") == 3; }

std::vector<Census::Range> ranges(const json::Value& counted, std::string_view key) {
  std::vector<Census::Range> out;
  const json::Array* pairs = json::get_array(counted, key);
  for (std::size_t i = 0; pairs && i < pairs->size(); ++i) {
    const json::Array* pair = (*pairs)[i].if_array();
    if (!pair || pair->size() != 2) continue;
    out.push_back({static_cast<int>(json::to_int((*pair)[0]).value_or(0)),
                   static_cast<int>(json::to_int((*pair)[1]).value_or(0))});
  }
  return out;
}

}  // namespace

// The nodes of a process's documents by what they are in. Only parents are told, children before their parents; a
// shadow root is told by its children alone, and has the number after its host's. What is in a node is handed over
// once: numbers that lead in circles, or that several have, are none of Chromium's, and then lead nowhere.
class Census::Dom {
 public:
  Dom(const json::Value& document, const std::string& frame_id) {
    const json::Array* nodes = json::get_array(document, "nodes");
    for (std::size_t i = 0; nodes && i < nodes->size(); ++i) {
      const json::Value& node = (*nodes)[i];
      children_[int_at(node, "parentId")].push_back(&node);
      told_.insert(int_at(node, "nodeId"));
      // The element that holds the frame names it too, but after what it holds.
      if (!root_ && is_element(node) && json::get_string(node, "frameId") == frame_id) root_ = &node;
    }
  }
  const json::Value* root() const { return root_; }
  using Nodes = std::vector<const json::Value*>;
  // What is in the shadow root of this element.
  Nodes take_root(std::int64_t node_id) {
    if (node_id == std::numeric_limits<std::int64_t>::max() || told_.contains(node_id + 1)) return {};
    return take(node_id + 1);
  }
  Nodes take(std::int64_t node_id) {
    auto node = children_.extract(node_id);
    return node ? std::move(node.mapped()) : Nodes();
  }

 private:
  std::unordered_set<std::int64_t> told_;
  std::unordered_map<std::int64_t, std::vector<const json::Value*>> children_;
  const json::Value* root_ = nullptr;
};

// A root that the script does not see (the browser's own, or one that hides well): what is in it goes by its host.
void Census::place_all(std::vector<const json::Value*> nodes, Dom& dom, Place host) {
  while (!nodes.empty()) {
    const json::Value& node = *nodes.back();
    nodes.pop_back();
    places_[int_at(node, "backendNodeId")] = host;
    const std::int64_t id = int_at(node, "nodeId");
    for (const auto& more : {dom.take(id), dom.take_root(id)}) nodes.insert(nodes.end(), more.begin(), more.end());
  }
}

std::optional<Census> Census::taken(const json::Value& document, const std::string& frame_id,
                                    const json::Value& counted) {
  const std::string all = json::get_text(counted, "names").value_or("");
  const std::vector<std::string_view> names =
      all.empty() ? std::vector<std::string_view>() : base::split(std::string_view(all), ' ');
  Dom dom(document, frame_id);
  Census out;
  std::vector<const json::Value*> left;
  if (dom.root()) left.push_back(dom.root());
  for (; !left.empty(); ++out.elements_) {
    const json::Value& node = *left.back();
    left.pop_back();
    if (out.elements_ == names.size()) return std::nullopt;
    std::string_view name = names[out.elements_];
    const bool has_root = name.ends_with('/');
    if (has_root) name.remove_suffix(1);
    if (json::get_string(node, "localName") != name) return std::nullopt;
    Place here{.element = static_cast<int>(out.elements_)};
    out.places_[int_at(node, "backendNodeId")] = here;
    const std::int64_t id = int_at(node, "nodeId");
    if (!has_root) out.place_all(dom.take_root(id), dom, here);
    for (const bool in_root : {false, true}) {
      if (in_root && !has_root) break;
      const auto kids = in_root ? dom.take_root(id) : dom.take(id);
      here = {.element = here.element, .text = 0, .in_root = in_root};
      for (const json::Value* kid : kids) {
        if (!is_text_node(*kid)) continue;
        out.places_[int_at(*kid, "backendNodeId")] = here;
        ++here.text;
      }
      for (auto kid = kids.rbegin(); kid != kids.rend(); ++kid)
        if (is_element(**kid)) left.push_back(*kid);
    }
  }
  if (out.elements_ != names.size()) return std::nullopt;
  out.scope_ = ranges(counted, "scope");
  out.ignored_ = ranges(counted, "ignore");
  return out;
}

const Census::Place* Census::find(std::int64_t backend_id) const {
  const auto it = places_.find(backend_id);
  return it == places_.end() ? nullptr : &it->second;
}

bool Census::is_in(const Range& range, std::int64_t backend_id) const {
  const Place* place = find(backend_id);
  return place && place->element >= range.first && place->element < range.end;
}

bool Census::is_ignored(std::int64_t backend_id) const {
  return std::ranges::any_of(ignored_, [&](const Range& range) { return is_in(range, backend_id); });
}

}  // namespace browser
