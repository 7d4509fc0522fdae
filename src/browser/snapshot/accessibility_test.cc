#include "browser/snapshot/accessibility.h"

#include <gtest/gtest.h>

#include "browser/snapshot/text.h"
#include "json/read.h"

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
std::string lines(json::Array nodes, json::Array elements = {}) {
  const auto out =
      read_accessibility(json::Object{{"nodes", std::move(nodes)}}, json::Object{{"nodes", std::move(elements)}}, 2);
  return out ? out->text : out.error().message;
}

TEST(Accessibility, text_of_inline_markup_is_one_line_and_boxes_have_none) {
  EXPECT_EQ(lines({node(1, "RootWebArea", "Page", {2, 5}), node(2, "paragraph", "", {3, 4}),
                   node(3, "StaticText", "one ", {}), node(4, "strong", "", {6}), node(6, "StaticText", "two", {}),
                   node(5, "paragraph", "", {7}), node(7, "StaticText", "three", {})}),
            "[2-01] document: Page\n"
            "  [2-02] text: one two\n"
            "  [2-05] text: three");
}

TEST(Accessibility, states_are_flags_in_their_order) {
  json::Object more = states({{"required", true}, {"disabled", true}, {"expanded", false}, {"checked", "mixed"}});
  more["value"] = json::Object{{"value", "a \"b\""}};
  EXPECT_EQ(lines({node(1, "RootWebArea", "", {2}), node(2, "textbox", "Mail", {}, std::move(more))},
                  {element(2, "input", {"placeholder", "you", "aria-haspopup", "true"})}),
            "[2-01] document\n"
            "  [2-02] textbox: Mail [value=\"a \\\"b\\\"\" placeholder=\"you\" mixed collapsed disabled required "
            "haspopup=menu]");
}

TEST(Accessibility, a_password_is_only_filled) {
  EXPECT_EQ(
      lines({node(1, "RootWebArea", "", {2}), node(2, "textbox", "p", {3}, {{"value", json::Object{{"value", "•••"}}}}),
             node(3, "StaticText", "•••", {})},
            {element(2, "input", {"type", "password"})}),
      "[2-01] document\n  [2-02] textbox: p [filled]");
}

TEST(Accessibility, what_names_a_control_is_not_told_again) {
  const json::Value labelledby =
      json::Object{{"name", "labelledby"},
                   {"value", json::Object{{"relatedNodes", json::Array{json::Object{{"backendDOMNodeId", 2}}}}}}};
  EXPECT_EQ(lines({node(1, "RootWebArea", "", {2, 4}), node(2, "LabelText", "", {3}), node(3, "StaticText", "Mail", {}),
                   node(4, "textbox", "Mail", {}, {{"properties", json::Array{labelledby}}})}),
            "[2-01] document\n  [2-04] textbox: Mail");
}

TEST(Accessibility, a_scope_that_the_tree_does_not_hold_is_an_error) {
  const json::Value tree =
      json::Object{{"nodes", json::Array{node(1, "RootWebArea", "x", {2}), node(2, "button", "b", {})}}};
  EXPECT_EQ(read_accessibility(tree, json::Object{}, 0, 2)->text, "[0-01] document: x\n  [0-02] button: b");
  EXPECT_FALSE(read_accessibility(tree, json::Object{}, 0, 9));
  EXPECT_FALSE(read_accessibility(json::Object{}, json::Object{}, 0));
}

TEST(Accessibility, the_numbers_of_iframes_are_kept_for_what_is_in_them) {
  const auto out = read_accessibility(
      json::Object{{"nodes", json::Array{node(1, "RootWebArea", "x", {7}), node(7, "Iframe", "f", {})}}},
      json::Object{}, 0);
  ASSERT_EQ(out->frames.size(), 1U);
  EXPECT_EQ(out->frames[0].number, 7);
  EXPECT_EQ(out->frames[0].line, 1U);
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
