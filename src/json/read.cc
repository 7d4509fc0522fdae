#include "json/read.h"

#include <charconv>
#include <cstdlib>
#include <string>

#include "base/activity.h"
#include "base/text.h"

namespace json {
namespace {

constexpr std::int64_t kMaxSafeInteger = std::int64_t{1} << 53;

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

// One pass over valid UTF-8. Each parse_… stands on the first character of what it reads and leaves `at_` behind it;
// false means that problem_ says what was wrong at at_.
class Parser {
 public:
  Parser(std::string_view text, const ReadLimits& limits)
      : text_(text), max_depth_(limits.max_depth), values_left_(limits.max_values) {}

  bool parse(Value& out) {
    skip_space();
    if (!parse_value(out)) return false;
    skip_space();
    return at_ == text_.size() || wrong("text after the value");
  }
  bool has_too_many_values() const { return too_many_; }
  std::string_view problem() const { return problem_; }
  std::size_t offset() const { return at_; }

 private:
  bool wrong(std::string_view what) {
    if (problem_.empty()) problem_ = what;
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      ++at_;
    }
  }

  bool parse_value(Value& out) {
    if (at_ == text_.size()) return wrong("the text ends early");
    if (values_left_ == 0) {
      too_many_ = true;
      return wrong("too many values");
    }
    --values_left_;
    switch (text_[at_]) {
      case '{':
        return parse_object(out);
      case '[':
        return parse_array(out);
      case '"':
        if (!parse_string()) return false;
        out.emplace_string().assign(string_.data(), string_.size());
        return true;
      case 't':
        out = true;
        return parse_word("true");
      case 'f':
        out = false;
        return parse_word("false");
      case 'n':
        out = nullptr;
        return parse_word("null");
      default:
        return parse_number(out);
    }
  }

  bool parse_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return wrong("unexpected character");
    at_ += word.size();
    return true;
  }

  bool parse_object(Value& out) {
    if (++depth_ > max_depth_) return wrong("nested too deeply");
    ++at_;
    auto& object = out.emplace_object();
    skip_space();
    if (!take('}')) {
      do {
        skip_space();
        if (peek() != '"') return wrong("expected a key");
        if (!parse_string()) return false;
        auto& member = object[{string_.data(), string_.size()}];
        skip_space();
        if (!take(':')) return wrong("expected ':'");
        skip_space();
        if (!parse_value(member)) return false;
        skip_space();
      } while (take(','));
      if (!take('}')) return wrong("expected ',' or '}'");
    }
    --depth_;
    return true;
  }

  bool parse_array(Value& out) {
    if (++depth_ > max_depth_) return wrong("nested too deeply");
    ++at_;
    auto& array = out.emplace_array();
    skip_space();
    if (!take(']')) {
      do {
        skip_space();
        if (!parse_value(array.emplace_back(nullptr))) return false;
        skip_space();
      } while (take(','));
      if (!take(']')) return wrong("expected ',' or ']'");
    }
    --depth_;
    return true;
  }

  // Into string_.
  bool parse_string() {
    string_.clear();
    auto start = ++at_;
    for (; at_ < text_.size(); ++at_) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        string_.append(text_, start, at_ - start);
        ++at_;
        return true;
      }
      if (c < 0x20) return wrong("control character in a string");
      if (c != '\\') continue;
      string_.append(text_, start, at_ - start);
      if (!parse_escape()) return false;
      start = at_ + 1;
    }
    return wrong("the string does not end");
  }

  // From the backslash to the last character of the escape.
  bool parse_escape() {
    ++at_;
    switch (peek()) {
      case '"':
        string_ += '"';
        return true;
      case '\\':
        string_ += '\\';
        return true;
      case '/':
        string_ += '/';
        return true;
      case 'b':
        string_ += '\b';
        return true;
      case 'f':
        string_ += '\f';
        return true;
      case 'n':
        string_ += '\n';
        return true;
      case 'r':
        string_ += '\r';
        return true;
      case 't':
        string_ += '\t';
        return true;
      case 'u':
        return parse_unicode_escape();
      default:
        return wrong("unknown escape");
    }
  }

  bool parse_unicode_escape() {
    auto code = hex4(at_ + 1);
    if (!code) return wrong("\\u needs four hexadecimal digits");
    at_ += 4;
    if (*code >= 0xd800 && *code <= 0xdfff) {
      std::optional<std::uint32_t> low;
      if (*code < 0xdc00 && text_.substr(at_ + 1).starts_with("\\u")) low = hex4(at_ + 3);
      if (low && *low >= 0xdc00 && *low <= 0xdfff) {
        code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
        at_ += 6;
      } else {
        code = 0xfffd;
      }
    }
    append_utf8(string_, *code);
    return true;
  }

  std::optional<std::uint32_t> hex4(std::size_t from) const {
    if (from + 4 > text_.size()) return std::nullopt;
    std::uint32_t code = 0;
    const auto* end = text_.data() + from + 4;
    const auto read = std::from_chars(text_.data() + from, end, code, 16);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return code;
  }

  bool parse_number(Value& out) {
    const auto start = at_;
    take('-');
    if (!base::is_digit(peek())) return wrong("unexpected character");
    if (!take('0')) skip_digits();
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (!base::is_digit(peek())) return wrong("expected a digit");
      skip_digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!base::is_digit(peek())) return wrong("expected a digit");
      skip_digits();
    }
    const auto* first = text_.data() + start;
    const auto* last = text_.data() + at_;
    std::int64_t integer = 0;
    if (whole && std::from_chars(first, last, integer).ec == std::errc{} && integer <= kMaxSafeInteger &&
        integer >= -kMaxSafeInteger && !(integer == 0 && *first == '-')) {
      out = integer;
      return true;
    }
    double number = 0;
    // from_chars leaves the number alone when it is out of range; strtod says whether that is infinity or zero.
    if (std::from_chars(first, last, number).ec != std::errc{})
      number = std::strtod(std::string(first, last).c_str(), nullptr);
    out = number;
    return true;
  }

  void skip_digits() {
    while (base::is_digit(peek())) ++at_;
  }

  std::string_view text_;
  int max_depth_;
  std::size_t values_left_;
  bool too_many_ = false;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string string_;
  std::string_view problem_;
};

}  // namespace

base::Result<Value> read(std::string_view text, ReadLimits limits) {
  const base::Activity activity("reading JSON");
  if (text.size() > limits.max_bytes)
    return base::fail(base::Kind::invalid,
                      fmt::format("JSON: {} bytes, more than the {} allowed", text.size(), limits.max_bytes));
  std::string repaired;
  if (!base::is_valid_utf8(text)) text = repaired = base::repair_utf8(text);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Parser parser(text, limits);
  Value value;
  if (parser.parse(value)) return value;
  if (parser.has_too_many_values())
    return base::fail(base::Kind::full, fmt::format("JSON: more than the {} values allowed", limits.max_values));
  return base::fail(base::Kind::invalid, fmt::format("JSON: {} at byte {}", parser.problem(), parser.offset()));
}

bool is_poisoned(const Value& value) {
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array)
      if (is_poisoned(item)) return true;
    return false;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return false;
  for (const auto& member : *object) {
    if (member.key() == "__proto__") return true;
    if (member.key() == "constructor" && member.value().is_object() &&
        member.value().get_object().contains("prototype"))
      return true;
    if (is_poisoned(member.value())) return true;
  }
  return false;
}

}  // namespace json
