#include "browser/snapshot/accessibility.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <unordered_map>

#include <fmt/format.h>

#include "base/budget.h"
#include "base/text.h"
#include "browser/snapshot/accessibility_roles.h"
#include "browser/snapshot/text.h"

namespace browser {
namespace {

constexpr int kMaxDepth = 1000;  // as in browser/script/tree.js

// For a tree and its scopes; a page of 100,000 elements takes a hundredth of them.
constexpr std::uint64_t kMostSteps = 50'000'000;
constexpr std::size_t kBytesAStep = 64;

// CDP Accessibility.AXNode and the element it is about.
struct Node {
  const json::Value* value;
  std::string id;
  std::int64_t backend_id;
  bool ignored;
  std::string role;
  std::string name;
  const json::Value* element;  // CDP DOM.Node; null for what is no element
  std::vector<const Node*> children = {};
  bool placed = false;  // among the children of another
};

const json::Value* property(const Node& node, std::string_view name) {
  const json::Array* properties = json::get_array(*node.value, "properties");
  if (!properties) return nullptr;
  for (const json::Value& p : *properties)
    if (json::get_string(p, "name") == name) return json::find(p, "value.value");
  return nullptr;
}

std::string word(const Node& node, std::string_view name) {
  const json::Value* value = property(node, name);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

std::optional<bool> truth(const Node& node, std::string_view name) {
  const json::Value* value = property(node, name);
  return value && value->is_bool() ? std::optional(value->as_bool()) : std::nullopt;
}

// CDP DOM.Node.attributes: name, value, name, value…
const json::String* find_attribute(const Node& node, std::string_view name) {
  const json::Array* pairs = node.element ? json::get_array(*node.element, "attributes") : nullptr;
  for (std::size_t i = 0; pairs && i + 1 < pairs->size(); i += 2)
    if (const json::String* known = (*pairs)[i].if_string(); known && *known == name)
      return (*pairs)[i + 1].if_string();
  return nullptr;
}

bool has_attribute(const Node& node, std::string_view name) { return find_attribute(node, name) != nullptr; }

std::string attribute(const Node& node, std::string_view name) {
  const json::String* value = find_attribute(node, name);
  return value ? std::string(*value) : "";
}

bool is_password(const Node& node) {
  return node.element && json::get_string(*node.element, "localName") == "input" &&
         base::equals_ignore_case(attribute(node, "type"), "password");
}

std::string value_of(const Node& node) {
  if (!has_value(node.role)) return "";
  const json::Value* value = json::find(*node.value, "value.value");
  if (!value) return "";
  if (const json::String* text = value->if_string()) return as_printed(*text);
  return value->is_number() ? fmt::format("{:.6g}", value->to_number<double>()) : "";
}

constexpr std::string_view kPopups[] = {"menu", "listbox", "tree", "grid", "dialog"};
constexpr std::string_view kCurrent[] = {"page", "step", "location", "date", "time"};
bool one_of(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The flags in the order of docs/internals/snapshot.md.
std::vector<std::string> flags_of(const Node& node) {
  std::vector<std::string> out;
  const auto put = [&out](bool holds, std::string flag) {
    if (holds) out.push_back(std::move(flag));
  };
  const std::string value = value_of(node);
  if (is_password(node))
    put(!value.empty(), "filled");
  else
    put(!value.empty(), "value=" + in_quotes(cut(value, 200)));
  const std::string hint = as_printed(attribute(node, "placeholder"));
  put(!hint.empty() && hint != as_printed(node.name), "placeholder=" + in_quotes(cut(hint, 100)));
  put(word(node, "checked") == "true", "checked");
  put(word(node, "checked") == "mixed", "mixed");
  put(truth(node, "selected").value_or(false), "selected");
  put(word(node, "pressed") == "true", "pressed");
  put(word(node, "pressed") == "mixed", "pressed=mixed");
  const bool list = node.element && json::get_string(*node.element, "localName") == "select";
  if (const auto expanded = truth(node, "expanded"); expanded && (!list || *expanded))
    out.emplace_back(*expanded ? "expanded" : "collapsed");
  for (const std::string_view name : {"disabled", "required", "readonly"})
    put(truth(node, name).value_or(false), std::string(name));
  const std::string invalid = attribute(node, "aria-invalid");
  put(!invalid.empty() && invalid != "false", "invalid");
  put(truth(node, "focused").value_or(false), "focused");
  // Of these the words of ARIA alone are told, for what else a page writes there could pass for lines of its own.
  const std::string popup = attribute(node, "aria-haspopup");
  if (popup == "true") out.emplace_back("haspopup=menu");
  put(one_of(kPopups, popup), "haspopup=" + popup);
  const std::string current = attribute(node, "aria-current");
  put(!current.empty() && current != "false", one_of(kCurrent, current) ? "current=" + current : "current");
  return out;
}

class TreeReader {
 public:
  TreeReader(const json::Value& tree, const json::Value& document, const Census& census, std::stop_token stop)
      : census_(census), budget_(kMostSteps, base::Duration::max(), std::move(stop)) {
    std::unordered_map<std::int64_t, const json::Value*> elements;
    if (const json::Array* nodes = json::get_array(document, "nodes"))
      for (const json::Value& node : *nodes) elements[json::get_int(node, "backendNodeId").value_or(0)] = &node;
    if (const json::Array* nodes = json::get_array(tree, "nodes"))
      for (const json::Value& value : *nodes) take(value, elements);
    if (const json::Array* nodes = json::get_array(tree, "nodes"))
      for (const json::Value& value : *nodes) place_children(value);
  }

  const base::Budget& budget() const { return budget_; }
  const Node* root() const { return first_; }
  void visit(const Node& node, Line& into, bool quiet, int depth);
  // Only what is in these elements.
  void visit_inside(const Node& node, Line& into, const Census::Range& scope, int depth);

 private:
  void take(const json::Value& value, const std::unordered_map<std::int64_t, const json::Value*>& elements) {
    Node node{&value,
              json::get_text(value, "nodeId").value_or(""),
              json::get_int(value, "backendDOMNodeId").value_or(0),
              json::get_bool(value, "ignored").value_or(false),
              role_of_chromium(json::get_text(value, "role.value").value_or("")),
              json::get_text(value, "name.value").value_or(""),
              nullptr};
    if (const auto it = elements.find(node.backend_id); it != elements.end()) node.element = it->second;
    if (node.role == "button" && pays_for(node) && base::equals_ignore_case(attribute(node, "type"), "file"))
      node.role = "file";
    note_labels(value);
    const auto [at, added] = nodes_.emplace(node.id, node);
    if (added && !first_) first_ = &at->second;
  }
  // What names another element is not told again.
  void note_labels(const json::Value& value) {
    const json::Array* properties = json::get_array(value, "properties");
    for (std::size_t i = 0; properties && i < properties->size(); ++i) {
      if (json::get_string((*properties)[i], "name") != "labelledby") continue;
      const json::Array* related = json::get_array((*properties)[i], "value.relatedNodes");
      for (std::size_t k = 0; related && k < related->size(); ++k)
        spoken_.insert(json::get_int((*related)[k], "backendDOMNodeId").value_or(0));
    }
  }
  void place_children(const json::Value& value);
  bool pays_for(const Node& node);
  void visit_children(const Node& node, Line& into, bool quiet, int depth);
  void container(const Node& node, Line& into, bool quiet, int depth);

  const Census& census_;
  base::Budget budget_;
  std::map<std::string, Node> nodes_;
  const Node* first_ = nullptr;
  std::set<std::int64_t> spoken_;
};

// Each node is in one other at most, and the root in none: whatever the ids say, what hangs on the root is a tree.
void TreeReader::place_children(const json::Value& value) {
  const auto at = nodes_.find(json::get_text(value, "nodeId").value_or(""));
  if (at == nodes_.end() || at->second.value != &value) return;  // an id that was given twice
  const json::Array* children = json::get_array(value, "childIds");
  for (std::size_t i = 0; children && i < children->size(); ++i) {
    const json::String* id = (*children)[i].if_string();
    const auto child = id ? nodes_.find(std::string(*id)) : nodes_.end();
    if (child == nodes_.end() || &child->second == first_ || std::exchange(child->second.placed, true)) continue;
    at->second.children.push_back(&child->second);
  }
}

// A node costs what is looked through for it. Its element is the page's, but any number of nodes may name it.
bool TreeReader::pays_for(const Node& node) {
  const json::Array* attributes = node.element ? json::get_array(*node.element, "attributes") : nullptr;
  const json::Array* properties = json::get_array(*node.value, "properties");
  const std::size_t looked_through =
      1 + census_.ignored() + (attributes ? attributes->size() : 0) + (properties ? properties->size() : 0);
  if (!budget_.spend(looked_through)) return false;
  std::size_t bytes = node.name.size();
  for (std::size_t i = 0; attributes && i < attributes->size(); ++i)
    if (const json::String* text = (*attributes)[i].if_string()) bytes += text->size();
  return budget_.spend(bytes / kBytesAStep);
}

void TreeReader::visit_children(const Node& node, Line& into, bool quiet, int depth) {
  if (depth >= kMaxDepth) return;
  for (const Node* child : node.children) visit(*child, into, quiet, depth + 1);
}

void TreeReader::visit_inside(const Node& node, Line& into, const Census::Range& scope, int depth) {
  if (!budget_.spend()) return;
  if (census_.is_in(scope, node.backend_id)) return visit(node, into, false, depth);
  if (depth >= kMaxDepth) return;
  for (const Node* child : node.children) visit_inside(*child, into, scope, depth + 1);
}

void TreeReader::visit(const Node& node, Line& into, bool quiet, int depth) {
  if (!pays_for(node)) return;
  if (census_.is_ignored(node.backend_id)) return;
  const bool told = quiet || spoken_.contains(node.backend_id);
  if (node.ignored) {
    // A box that Chromium finds uninteresting is one all the same; what it has no element for is inline.
    const std::string_view tag = node.element ? json::get_string(*node.element, "localName").value_or("") : "";
    const bool box = tag == "div" || tag == "p" || tag == "body" || tag == "tbody";
    if (box) into.open = false;
    visit_children(node, into, told, depth);
    if (box) into.open = false;
    return;
  }
  if (node.role.empty()) return;
  if (node.role == "line break") return into.open ? add_text(into, 0, " ") : void();
  if (node.role == "text") return told ? void() : add_text(into, node.backend_id, node.name);
  const bool block = is_block(node.role);
  if (block) into.open = false;
  if (is_atom(node.role) || is_leaf(node.role)) {
    if (node.role == "separator") return;
    Line line{.backend_id = node.backend_id, .role = node.role, .name = node.name, .flags = flags_of(node)};
    if (is_atom(node.role)) visit_children(node, line, true, depth);
    add_line(into, std::move(line));
  } else {
    container(node, into, told, depth);
  }
  if (block) into.open = false;
}

void TreeReader::container(const Node& node, Line& into, bool quiet, int depth) {
  Line line{.backend_id = node.backend_id, .role = node.role, .name = "", .flags = flags_of(node)};
  const bool dissolved = is_dissolved(node.role);
  const bool by_content = node.role == "heading" || node.role == "row" || node.role == "treeitem" ||
                          node.role == "term" || is_cell(node.role);
  if (!by_content || has_attribute(node, "aria-label") || has_attribute(node, "aria-labelledby")) line.name = node.name;
  if (node.role == "heading")
    if (const json::Value* level = property(node, "level"))
      if (const auto n = json::to_int(*level)) line.flags.push_back(fmt::format("level={}", *n));
  visit_children(node, line, quiet || (dissolved && spoken_.contains(node.backend_id)), depth);
  const std::string tab = attribute(node, "tabindex");
  const bool focusable = !tab.empty() && tab[0] != '-' && dissolved;
  const bool clickable = (has_attribute(node, "onclick") && !is_control(node.role)) || focusable ||
                         (dissolved && has_attribute(node, "contenteditable") && truth(node, "focusable"));
  const bool scrolls =
      node.element && node.role != "document" && json::get_bool(*node.element, "isScrollable").value_or(false);
  if (line.kids.size() == 1 && line.kids[0].role == "text" && line.name.empty() && takes_text(node.role)) {
    line.name = as_printed(line.kids[0].name);
    line.kids.clear();
  }
  if (node.role == "combobox" || node.role == "textbox" || node.role == "searchbox")
    std::erase_if(line.kids, [](const Line& kid) { return kid.role == "text"; });
  const bool named = dissolved && has_attribute(node, "aria-label") && !line.name.empty();
  const bool plain = (dissolved && !named) || (node.role == "group" && line.name.empty());
  if (plain && !clickable && !scrolls) return spill(into, std::move(line));
  if (!clickable && !scrolls && line.flags.empty()) {
    const bool empty = line.name.empty() && line.kids.empty();
    if (empty && !is_cell(node.role) && !is_control(node.role) && node.role != "image") return;
    const bool wraps = node.role == "listitem" || is_cell(node.role);
    if (wraps && line.name.empty() && line.kids.size() == 1) return spill(into, std::move(line));
  }
  if (plain) line.role = clickable ? "clickable" : "area";
  if (named) line.role = "group";
  if (!plain && clickable) line.flags.emplace_back("clickable");
  if (scrolls) line.flags.emplace_back("scrollable");
  add_line(into, std::move(line));
}

}  // namespace

base::Result<Line> read_accessibility(const json::Value& tree, const json::Value& document, const Census& census,
                                      std::stop_token stop) {
  TreeReader reader(tree, document, census, std::move(stop));
  const Node* top = reader.root();
  if (!top) return base::fail(base::Kind::browser, "the browser gave no accessibility tree");
  Line page{.backend_id = top->backend_id, .role = "document", .name = top->name};
  Line whole;
  for (const Census::Range& scope : census.scope()) {
    page.open = false;
    reader.visit_inside(*top, page, scope, 0);
  }
  if (census.scope().empty()) reader.visit(*top, whole, false, 0);
  if (reader.budget().over())
    return base::fail(base::Kind::browser, "the browser's accessibility tree cannot be read: " + reader.budget().why());
  return whole.kids.empty() ? std::move(page) : std::move(whole.kids.front());
}

}  // namespace browser
