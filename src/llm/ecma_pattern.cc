#include "llm/ecma_pattern.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace llm {
namespace {

// White space is Unicode's in ECMA-262, while digits and letters of words are ASCII's, which PCRE2 has only together.
// In a class they begin and end with an escape, so that a hyphen beside them makes no range.
constexpr std::string_view kSpaces =
    R"(\s\u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}\s)";
constexpr std::string_view kNoSpaces =
    R"(\w\u{0}-\u{8}\u{e}-\u{1f}!-\u{9f}\u{a1}-\u{167f}\u{1681}-\u{1fff}\u{200b}-\u{2027}\u{202a}-\u{202e})"
    R"(\u{2030}-\u{205e}\u{2060}-\u{2fff}\u{3001}-\u{fefe}\u{ff00}-\u{10ffff}\w)";
constexpr std::string_view kAnyInALine = R"([^\n\r\u{2028}\u{2029}])";

// PCRE2 knows general categories by their short names only.
constexpr std::pair<std::string_view, std::string_view> kCategories[] = {
    {"Letter", "L"},
    {"Cased_Letter", "L&"},
    {"LC", "L&"},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Other", "C"},
    {"Control", "Cc"},
    {"cntrl", "Cc"},
    {"Format", "Cf"},
    {"Private_Use", "Co"},
    {"Unassigned", "Cn"},
    {"Surrogate", "Cs"},
};

std::string_view category(std::string_view name) {
  for (const std::string_view prefix : {"General_Category=", "gc="})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  const auto* const known = std::ranges::find(kCategories, name, [](const auto& each) { return each.first; });
  return known == std::end(kCategories) ? name : known->second;
}

std::optional<unsigned> hex_unit(std::string_view text) {
  unsigned out = 0;
  if (!text.starts_with("\\u") || text.size() < 6) return {};
  const auto read = std::from_chars(text.data() + 2, text.data() + 6, out, 16);
  if (read.ptr != text.data() + 6) return {};
  return out;
}

class Translator {
 public:
  explicit Translator(std::string_view text) : text_(text) {}

  std::string run() {
    while (!text_.empty())
      if (text_[0] == '\\' && text_.size() > 1)
        take_escape();
      else
        take_char();
    return std::move(out_);
  }

 private:
  void copy(std::size_t count) {
    out_ += text_.substr(0, count);
    text_.remove_prefix(std::min(count, text_.size()));
  }
  void put(std::string_view ours, std::size_t instead_of) {
    out_ += ours;
    text_.remove_prefix(instead_of);
  }

  void take_escape() {
    const char c = text_[1];
    if (c == 's') return put(in_class_ ? std::string(kSpaces) : fmt::format("[{}]", kSpaces), 2);
    if (c == 'S') return put(in_class_ ? std::string(kNoSpaces) : fmt::format("[^{}]", kSpaces), 2);
    if (c == 'v') return put(R"(\u{b})", 2);
    if ((c == 'p' || c == 'P') && text_.substr(2).starts_with('{')) {
      const std::size_t end = text_.find('}');
      if (end != std::string_view::npos)
        return put(fmt::format("\\{}{{{}}}", c, category(text_.substr(3, end - 3))), end + 1);
    }
    if (const auto high = hex_unit(text_); high && *high >= 0xd800 && *high <= 0xdbff)
      if (const auto low = hex_unit(text_.substr(6)); low && *low >= 0xdc00 && *low <= 0xdfff)
        return put(fmt::format("\\u{{{:x}}}", 0x10000 + ((*high - 0xd800) << 10) + (*low - 0xdc00)), 12);
    copy(2);
  }

  void take_char() {
    const char c = text_[0];
    if (!in_class_) {
      if (c == '.') return put(kAnyInALine, 1);
      if (c == '{' && take_long_repetition()) return;
      if (c == '[') {
        in_class_ = true;
        copy(text_.starts_with("[^") ? 2 : 1);
        return;
      }
      return copy(1);
    }
    if (c == ']') in_class_ = false;
    if (c != '[') return copy(1);
    if (const std::size_t named = length_of_named_class()) return copy(named);
    put("\\[", 1);
  }

  // PCRE2 counts up to 65535: beyond that it is as often as it likes. Whether it was such a repetition.
  bool take_long_repetition() {
    const std::size_t end = text_.find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(1, end - 1);
    const std::size_t comma = std::min(inside.find(','), inside.size());
    const std::string_view least = inside.substr(0, comma);
    const std::string_view most = comma < inside.size() ? inside.substr(comma + 1) : least;
    const auto is_number = [](std::string_view digits) {
      return std::ranges::all_of(digits, [](char d) { return d >= '0' && d <= '9'; });
    };
    const auto is_long = [](std::string_view digits) {
      return digits.size() > 5 || (digits.size() == 5 && digits > "65535");
    };
    if (least.empty() || !is_number(least) || !is_number(most) || !is_long(most)) return false;
    put(fmt::format("{{{},}}", is_long(least) ? "65535" : least), end + 1);
    return true;
  }

  // "[:alpha:]", which is no ECMA-262 but nothing else that somebody would write.
  std::size_t length_of_named_class() const {
    if (!text_.starts_with("[:")) return 0;
    std::size_t end = 2;
    while (end < text_.size() && ((text_[end] >= 'a' && text_[end] <= 'z') || (end == 2 && text_[end] == '^'))) ++end;
    return end > 2 && text_.substr(end).starts_with(":]") ? end + 2 : 0;
  }

  std::string_view text_;
  std::string out_;
  bool in_class_ = false;
};

}  // namespace

std::string pcre_of(std::string_view pattern) { return Translator(pattern).run(); }

}  // namespace llm
