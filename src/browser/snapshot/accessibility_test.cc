#include "browser/snapshot/accessibility.h"

#include <limits>

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "browser/snapshot/text.h"
#include "json/write.h"

namespace browser {
namespace {

// A node of the tree in short: id (also the backend id), role, name, children, and what else CDP would say.
json::Value node(int id, std::string_view role, std::string_view name, json::Array children, json::Object more = {}) {
  json::Object out{{"nodeId", std::to_string(id)},
                   {"ignored", false},
                   {"role", json::Object{{"value", role}}},
                   {"name", json::Object{{"value", name}}},
                   {"backendDOMNodeId", id}};
  json::Array ids;
  for (const json::Value& child : children) ids.emplace_back(std::to_string(child.to_number<int>()));
  out["childIds"] = std::move(ids);
  for (auto& [key, value] : more) out[key] = value;
  return out;
}
json::Object states(json::Object values) {
  json::Array out;
  for (const auto& [name, value] : values)
    out.push_back(json::Object{{"name", name}, {"value", json::Object{{"value", value}}}});
  return {{"properties", std::move(out)}};
}
json::Value element(int id, std::string_view tag, json::Array attributes = {}) {
  return json::Object{{"backendNodeId", id}, {"localName", tag}, {"attributes", std::move(attributes)}};
}
// As the script writes them, but with backend ids.
void put(std::string& out, const Line& line, std::size_t level) {
  const std::string name = as_printed(line.name);
  out += (out.empty() ? "" : "\n") + std::string(2 * level, ' ') + fmt::format("[{}] {}", line.backend_id, line.role) +
         (name.empty() ? "" : ": " + name);
  if (!line.flags.empty()) out += fmt::format(" [{}]", fmt::join(line.flags, " "));
  for (const Line& kid : line.kids) put(out, kid, level + 1);
}
std::string lines(json::Array nodes, json::Array elements = {}, const Census& census = {}) {
  const auto page = read_accessibility(json::Object{{"nodes", std::move(nodes)}},
                                       json::Object{{"nodes", std::move(elements)}}, census);
  if (!page) return page.error().message;
  std::string out;
  put(out, *page, 0);
  return out;
}

TEST(Accessibility, text_of_inline_markup_is_one_line_and_boxes_have_none) {
  EXPECT_EQ(lines({node(1, "RootWebArea", "Page", {2, 5}), node(2, "paragraph", "", {3, 4}),
                   node(3, "StaticText", "one ", {}), node(4, "strong", "", {6}), node(6, "StaticText", "two", {}),
                   node(5, "paragraph", "", {7}), node(7, "StaticText", "three", {})}),
            "[1] document: Page\n"
            "  [2] text: one two\n"
            "  [5] text: three");
}

TEST(Accessibility, states_are_flags_in_their_order) {
  json::Object more = states({{"required", true}, {"disabled", true}, {"expanded", false}, {"checked", "mixed"}});
  more["value"] = json::Object{{"value", "a \"b\""}};
  EXPECT_EQ(lines({node(1, "RootWebArea", "", {2}), node(2, "textbox", "Mail", {}, std::move(more))},
                  {element(2, "input", {"placeholder", "you", "aria-haspopup", "true"})}),
            "[1] document\n"
            "  [2] textbox: Mail [value=\"a \\\"b\\\"\" placeholder=\"you\" mixed collapsed disabled required "
            "haspopup=menu]");
}

TEST(Accessibility, what_a_page_invents_for_a_state_is_no_line_of_the_snapshot) {
  const auto button = [](std::string_view popup, std::string_view current) {
    return lines({node(1, "RootWebArea", "", {2}), node(2, "button", "Go", {})},
                 {element(2, "button", {"aria-haspopup", popup, "aria-current", current})});
  };
  EXPECT_EQ(button("listbox", "page"), "[1] document\n  [2] button: Go [haspopup=listbox current=page]");
  EXPECT_EQ(button("menu]\n[0-9] button: Pay", "true]\n[0-9] link: Pay"), "[1] document\n  [2] button: Go [current]");
  EXPECT_EQ(button("false", "false"), "[1] document\n  [2] button: Go");
}

TEST(Accessibility, a_password_is_only_filled) {
  EXPECT_EQ(
      lines({node(1, "RootWebArea", "", {2}), node(2, "textbox", "p", {3}, {{"value", json::Object{{"value", "•••"}}}}),
             node(3, "StaticText", "•••", {})},
            {element(2, "input", {"type", "password"})}),
      "[1] document\n  [2] textbox: p [filled]");
}

TEST(Accessibility, what_names_a_control_is_not_told_again) {
  const json::Value labelledby =
      json::Object{{"name", "labelledby"},
                   {"value", json::Object{{"relatedNodes", json::Array{json::Object{{"backendDOMNodeId", 2}}}}}}};
  EXPECT_EQ(lines({node(1, "RootWebArea", "", {2, 4}), node(2, "LabelText", "", {3}), node(3, "StaticText", "Mail", {}),
                   node(4, "textbox", "Mail", {}, {{"properties", json::Array{labelledby}}})}),
            "[1] document\n  [4] textbox: Mail");
}

// A document of body > p > b, button: elements 0 to 4, with the backend ids 10 to 14 and the texts 23 and 24.
json::Value dom() {
  const auto one = [](int id, int parent, std::string_view name) {
    return json::Object{{"nodeId", id},
                        {"parentId", parent},
                        {"nodeType", name == "#text" ? 3 : 1},
                        {"backendNodeId", id + 9},
                        {"localName", name}};
  };
  json::Object html = one(1, 99, "html");
  html["frameId"] = "f";
  return json::Object{{"nodes", json::Array{one(14, 4, "#text"), one(4, 3, "b"), one(3, 2, "p"), one(15, 5, "#text"),
                                            one(5, 2, "button"), one(2, 1, "body"), html}}};
}
json::Value counted(std::string_view names, json::Array scope = {}, json::Array ignore = {}) {
  return json::Object{{"names", names}, {"scope", std::move(scope)}, {"ignore", std::move(ignore)}};
}
json::Array tree() {
  return {node(9, "RootWebArea", "x", {12, 14}), node(12, "paragraph", "", {23}), node(23, "StaticText", "bold", {}),
          node(14, "button", "b", {24}), node(24, "StaticText", "b", {})};
}

TEST(Census, knows_elements_and_texts_by_their_order) {
  const auto census = Census::taken(dom(), "f", counted("html body p b button"));
  ASSERT_TRUE(census);
  EXPECT_EQ(census->size(), 5U);
  EXPECT_EQ(census->find(14)->element, 4);
  EXPECT_EQ(census->find(23)->element, 3);
  EXPECT_EQ(census->find(23)->text, 0);
  EXPECT_FALSE(census->find(9));
}

TEST(Census, of_two_documents_is_none) {
  EXPECT_FALSE(Census::taken(dom(), "f", counted("html body p b")));
  EXPECT_FALSE(Census::taken(dom(), "f", counted("html body p i button")));
  EXPECT_FALSE(Census::taken(dom(), "f", counted("html body p b button p")));
  EXPECT_FALSE(Census::taken(dom(), "another", counted("html body p b button")));
}

TEST(Census, a_shadow_root_comes_before_the_children_and_has_the_number_after_its_host) {
  const auto one = [](int id, int parent, std::string_view name) {
    return json::Object{{"nodeId", id},        {"parentId", parent}, {"nodeType", name == "#text" ? 3 : 1},
                        {"backendNodeId", id}, {"localName", name},  {"frameId", id == 1 ? "f" : ""}};
  };
  const json::Value document = json::Object{
      {"nodes", json::Array{one(4, 3, "i"), one(5, 3, "#text"), one(6, 2, "u"), one(2, 1, "div"), one(1, 99, "html")}}};
  const auto census = Census::taken(document, "f", counted("html div/ i u"));
  ASSERT_TRUE(census);
  EXPECT_EQ(census->find(4)->element, 2);
  EXPECT_EQ(census->find(5)->element, 1);
  EXPECT_TRUE(census->find(5)->in_root);
  EXPECT_FALSE(Census::taken(document, "f", counted("html div# i u"))) << "that is what a page may call an element";
  const auto own = Census::taken(document, "f", counted("html div u"));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->find(4)->element, 1) << "in a root of the browser's own: where its host is";
  EXPECT_EQ(own->find(6)->element, 2);
}

TEST(Accessibility, a_scope_is_all_that_is_told) {
  const auto census =
      Census::taken(dom(), "f", counted("html body p b button", {json::Array{4, 5}, json::Array{3, 4}}));
  EXPECT_EQ(lines(tree(), {}, *census), "[9] document: x\n  [14] button: b\n  [23] text: bold");
}

TEST(Accessibility, what_is_ignored_is_left_out_with_all_that_is_in_it) {
  const auto census =
      Census::taken(dom(), "f", counted("html body p b button", {}, {json::Array{2, 4}, json::Array{0, 0}}));
  EXPECT_EQ(lines(tree(), {}, *census), "[9] document: x\n  [14] button: b");
}

TEST(Accessibility, without_a_tree_there_are_no_lines) {
  EXPECT_EQ(lines({}), "the browser gave no accessibility tree");
}

TEST(Accessibility, a_node_is_told_once_whatever_the_ids_say) {
  EXPECT_EQ(lines({node(1, "RootWebArea", "", {2, 1}), node(2, "list", "own parent", {2, 2, 3}),
                   node(3, "button", "Go", {2, 1}), node(3, "button", "twice", {})}),
            "[1] document\n  [2] list: own parent\n    [3] button: Go");
  json::Array doubling;
  for (int i = 1; i <= 100; ++i) doubling.push_back(node(i, i == 1 ? "RootWebArea" : "none", "", {i + 1, i + 1}));
  doubling.push_back(node(101, "button", "Go", {}));
  EXPECT_EQ(lines(std::move(doubling)), "[1] document\n  [101] button: Go");
}

TEST(Accessibility, what_takes_too_many_steps_is_no_page) {
  json::Array attributes;
  for (int i = 0; i < 20'000; ++i) attributes.emplace_back("a");
  for (const std::string_view role : {"button", "textbox"}) {
    json::Array all;
    json::Array nodes;
    for (int i = 2; i < 5'000; ++i) {
      all.emplace_back(i);
      nodes.push_back(node(i, role, "x", {}, {{"backendDOMNodeId", 2}}));  // as many of one element
    }
    nodes.insert(nodes.begin(), node(1, "RootWebArea", "", std::move(all)));
    EXPECT_EQ(lines(std::move(nodes), {element(2, "input", attributes)}),
              "the browser's accessibility tree cannot be read: it takes more than 50000000 steps");
  }
}

TEST(Accessibility, is_read_for_as_long_as_somebody_waits) {
  std::stop_source stop;
  stop.request_stop();
  json::Array all;
  json::Array nodes;
  for (int i = 2; i < 200'000; ++i) {
    all.emplace_back(i);
    nodes.push_back(node(i, "button", "x", {}));
  }
  nodes.insert(nodes.begin(), node(1, "RootWebArea", "", std::move(all)));
  EXPECT_FALSE(
      read_accessibility(json::Object{{"nodes", std::move(nodes)}}, json::Object(), Census(), stop.get_token()));
}

// Numbers that no browser gives: several nodes have the same, and what is in them is in itself.
TEST(Census, looks_at_a_node_once_whatever_the_numbers_say) {
  const auto one = [](std::int64_t id, std::int64_t parent, int backend, std::string_view name) {
    return json::Object{{"nodeId", id},      {"parentId", parent},
                        {"nodeType", 1},     {"backendNodeId", backend},
                        {"localName", name}, {"frameId", backend == 1 ? "f" : ""}};
  };
  // 11 is the root of 10, which the script does not see.
  const json::Value circle = json::Object{
      {"nodes", json::Array{one(10, 99, 1, "html"), one(20, 11, 2, "i"), one(20, 20, 3, "i"), one(30, -1, 4, "i")}}};
  const auto census = Census::taken(circle, "f", counted("html"));
  ASSERT_TRUE(census);
  EXPECT_EQ(census->find(3)->element, 0);
  EXPECT_FALSE(census->find(4));
  json::Array doubling{one(10, 99, 1, "html")};
  for (int level = 0; level < 60; ++level)
    for (int i = 0; i < 2; ++i) doubling.push_back(one(20 + 2 * level, level == 0 ? 11 : 18 + 2 * level, 9, "i"));
  EXPECT_TRUE(Census::taken(json::Object{{"nodes", std::move(doubling)}}, "f", counted("html")));
  const auto largest = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(Census::taken(json::Object{{"nodes", json::Array{one(largest, 99, 1, "html")}}}, "f", counted("html")));
}

TEST(Accessibility, lines_go_to_the_script_in_their_order_with_their_places) {
  const auto census = Census::taken(dom(), "f", counted("html body p b button"));
  Line page{.backend_id = 9, .role = "document", .name = "x"};
  page.kids = {{.backend_id = 14, .role = "button", .name = "b", .flags = {"disabled"}},
               {.backend_id = 23, .role = "text", .name = "bold"}};
  page.kids[0].kids = {{.backend_id = 77, .role = "slider", .name = "the browser's own"}};
  EXPECT_EQ(json::write(to_json(page, *census)),
            R"([[0,0,-1,false,"document","x",[]],[1,4,-1,false,"button","b",["disabled"]],)"
            R"([2,4,-1,false,"slider","the browser's own",[]],[1,3,0,false,"text","bold",[]]])");
}

TEST(Text, is_printed_on_one_line_without_icons) {
  EXPECT_EQ(as_printed("  a\n\tb\u00a0\u2028c\ue001 d\ufeff "), "a b c d");
  EXPECT_EQ(as_printed("\u00e9\U0001F600\U000F0001"), "\u00e9\U0001F600");
  EXPECT_EQ(as_printed("\n \ue900"), "");
}

TEST(Text, is_cut_by_characters_with_its_length) {
  EXPECT_EQ(cut("héllo", 5), "héllo");
  EXPECT_EQ(cut("héllo", 2), "hé… (5 characters)");
}

}  // namespace
}  // namespace browser
