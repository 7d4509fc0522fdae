#include "browser/snapshot/accessibility_roles.h"

#include <map>
#include <set>

namespace browser {
namespace {

using Words = std::set<std::string_view>;

const Words& atoms() {
  static const Words kWords = {"button",        "link",   "menuitem", "menuitemcheckbox",
                               "menuitemradio", "option", "checkbox", "radio",
                               "switch",        "tab",    "summary"};
  return kWords;
}
const Words& fields() {
  static const Words kWords = {"textbox",  "searchbox",  "spinbutton", "slider", "date",
                               "datetime", "time input", "color",      "file"};
  return kWords;
}
const Words& dissolved() {
  static const Words kWords = {"generic",        "none",           "paragraph", "strong",           "emphasis",
                               "code",           "mark",           "time",      "subscript",        "superscript",
                               "abbr",           "label",          "legend",    "caption",          "figcaption",
                               "section header", "section footer", "rowgroup",  "description list", "ruby",
                               "presentation",   "suggestion"};
  return kWords;
}

}  // namespace

std::string role_of_chromium(std::string_view role) {
  static const std::map<std::string_view, std::string_view> kOurs = {
      {"RootWebArea", "document"},
      {"Iframe", "iframe"},
      {"IframePresentational", "iframe"},
      {"Video", "video"},
      {"Audio", "audio"},
      {"Canvas", "canvas"},
      {"DisclosureTriangle", "summary"},
      {"DisclosureTriangleGrouped", "summary"},
      {"Date", "date"},
      {"DateTime", "datetime"},
      {"InputTime", "time input"},
      {"ColorWell", "color"},
      {"LabelText", "label"},
      {"Legend", "legend"},
      {"Abbr", "abbr"},
      {"PluginObject", "object"},
      {"EmbeddedObject", "embed"},
      {"MathMLMath", "math"},
      {"DescriptionList", "description list"},
      {"Figcaption", "figcaption"},
      {"Ruby", "ruby"},
      {"RubyAnnotation", "ruby"},
      {"sectionheader", "section header"},
      {"sectionfooter", "section footer"},
      {"StaticText", "text"},
      {"LineBreak", "line break"},
      {"InlineTextBox", ""},
      {"ListMarker", ""},
  };
  if (const auto it = kOurs.find(role); it != kOurs.end()) return std::string(it->second);
  // The other words of its own are for boxes (LayoutTable, SvgRoot, MenuListPopup…).
  const bool own_word = !role.empty() && role[0] >= 'A' && role[0] <= 'Z';
  return own_word ? "generic" : std::string(role);
}

bool is_dissolved(std::string_view role) { return dissolved().contains(role); }

bool is_block(std::string_view role) {
  static const Words kInline = {"strong",      "emphasis", "code",  "mark", "time", "subscript",
                                "superscript", "abbr",     "label", "ruby", "none"};
  return !kInline.contains(role);
}

bool is_atom(std::string_view role) { return atoms().contains(role); }

bool is_leaf(std::string_view role) {
  static const Words kMore = {"progressbar", "meter", "scrollbar", "separator", "video", "audio", "canvas"};
  return fields().contains(role) || kMore.contains(role);
}

bool is_control(std::string_view role) {
  static const Words kMore = {"combobox", "listbox", "treeitem", "iframe", "video", "audio"};
  return atoms().contains(role) || fields().contains(role) || kMore.contains(role);
}

bool is_cell(std::string_view role) {
  static const Words kWords = {"cell", "gridcell", "columnheader", "rowheader"};
  return kWords.contains(role);
}

bool takes_text(std::string_view role) {
  static const Words kWords = {"heading",    "listitem", "treeitem",    "term",   "definition", "blockquote",
                               "status",     "alert",    "log",         "note",   "tooltip",    "deletion",
                               "insertion",  "banner",   "contentinfo", "region", "article",    "complementary",
                               "group",      "dialog",   "alertdialog", "figure", "row",        "tabpanel",
                               "navigation", "form",     "main",        "search", "comment",    "timer",
                               "math",       "toolbar",  "clickable"};
  return kWords.contains(role) || is_cell(role) || is_dissolved(role);
}

bool has_value(std::string_view role) {
  static const Words kMore = {"combobox", "progressbar", "meter", "scrollbar"};
  // What a file input holds is told in the browser's own words.
  return role != "file" && (fields().contains(role) || kMore.contains(role));
}

}  // namespace browser
