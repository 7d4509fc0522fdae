#include "base/escapes.h"

#include <array>
#include <string>
#include <utility>

namespace base {
namespace {

constexpr std::size_t kLongestEntity = 8;
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 20> kEntities = {{
    {"amp", '&'}, {"lt", '<'},     {"gt", '>'},   {"quot", '"'},   {"apos", '\''},   {"nbsp", 0xA0},  {"shy", 0xAD},
    {"sol", '/'}, {"bsol", '\\'},  {"plus", '+'}, {"equals", '='}, {"lowbar", '_'},  {"period", '.'}, {"colon", ':'},
    {"num", '#'}, {"hyphen", '-'}, {"dash", '-'}, {"percnt", '%'}, {"zwnj", 0x200C}, {"zwj", 0x200D},
}};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Unescaper {
 public:
  explicit Unescaper(const SourcedText& in) : in_(in) { out_.reserve(in.size()); }

  bool run() {
    bool any = false;
    while (at_ < in_.size()) {
      const char c = in_[at_].byte;
      if ((c == '%' && percent()) || (c == '\\' && backslash()) || (c == '&' && entity()))
        any = true;
      else
        out_.push_back(in_[at_++]);
    }
    return any;
  }
  SourcedText take() { return std::move(out_); }

 private:
  char look(std::size_t ahead) const { return at_ + ahead < in_.size() ? in_[at_ + ahead].byte : '\0'; }

  // The number that begins `ahead` of here and the count of its digits, `most` at most.
  std::pair<std::uint32_t, std::size_t> number(std::size_t ahead, std::size_t most, bool hex) const {
    std::uint32_t value = 0;
    std::size_t digits = 0;
    for (; digits < most; ++digits) {
      const int digit = hex_value(look(ahead + digits));
      if (digit < 0 || (!hex && digit > 9)) break;
      value = value * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
    }
    return {value, digits};
  }

  void put(char byte, std::size_t length) { out_.push_back({byte, in_[at_].begin, in_[at_ + length - 1].end}); }

  // Always true: an escape of `length` bytes was a code point, whose bytes all come from there.
  bool replace(std::uint32_t code, std::size_t length) {
    if (code < 0x80) {
      put(static_cast<char>(code), length);
    } else if (code < 0x800) {
      put(static_cast<char>(0xC0 | (code >> 6)), length);
      put(static_cast<char>(0x80 | (code & 0x3F)), length);
    } else if (code < 0x10000) {
      put(static_cast<char>(0xE0 | (code >> 12)), length);
      put(static_cast<char>(0x80 | ((code >> 6) & 0x3F)), length);
      put(static_cast<char>(0x80 | (code & 0x3F)), length);
    } else {
      put(static_cast<char>(0xF0 | ((code >> 18) & 0x07)), length);
      put(static_cast<char>(0x80 | ((code >> 12) & 0x3F)), length);
      put(static_cast<char>(0x80 | ((code >> 6) & 0x3F)), length);
      put(static_cast<char>(0x80 | (code & 0x3F)), length);
    }
    at_ += length;
    return true;
  }

  bool replace_byte(std::uint32_t byte, std::size_t length) {
    put(static_cast<char>(byte), length);
    at_ += length;
    return true;
  }

  bool percent() {  // %2D, %u002D
    if (look(1) == 'u' || look(1) == 'U') {
      const auto [code, digits] = number(2, 4, true);
      return digits == 4 && replace(code, 6);
    }
    const auto [byte, digits] = number(1, 2, true);
    return digits == 2 && replace_byte(byte, 3);
  }

  bool backslash() {  // \u002d, \u{2d}, \x2d, \n, \/
    switch (const char c = look(1)) {
      case '\0':
        return false;
      case 'u':
      case 'U': {
        const bool braced = look(2) == '{';
        const auto [code, digits] = number(braced ? 3 : 2, braced ? 6 : 4, true);
        if (braced) return digits > 0 && look(3 + digits) == '}' && replace(code, digits + 4);
        return digits == 4 && replace(code, 6);
      }
      case 'x':
      case 'X': {
        const auto [byte, digits] = number(2, 2, true);
        return digits == 2 && replace_byte(byte, 4);
      }
      case 'n':
      case 'r':
      case 't':
      case 'b':
      case 'f':
      case 'v':
        return replace_byte(' ', 2);
      default:
        return replace_byte(static_cast<unsigned char>(c), 2);
    }
  }

  bool entity() {  // &#45; &#x2d; &amp; the numbers also without their semicolon, as browsers read them
    if (look(1) == '#') {
      const bool hex = look(2) == 'x' || look(2) == 'X';
      const std::size_t first = hex ? 3 : 2;
      const auto [code, digits] = number(first, 7, hex);
      if (digits == 0 || code > 0x10FFFF) return false;
      return replace(code, first + digits + (look(first + digits) == ';' ? 1 : 0));
    }
    std::string name;
    while (name.size() < kLongestEntity && look(1 + name.size()) >= 'A' && look(1 + name.size()) <= 'z')
      name += look(1 + name.size());
    if (look(1 + name.size()) != ';') return false;
    for (const auto& [known, code] : kEntities)
      if (name == known) return replace(code, name.size() + 2);
    return false;
  }

  const SourcedText& in_;
  SourcedText out_;
  std::size_t at_ = 0;
};

}  // namespace

SourcedText sourced(std::string_view text) {
  SourcedText out;
  out.reserve(text.size());
  for (std::uint32_t i = 0; i < text.size(); ++i) out.push_back({text[i], i, i + 1});
  return out;
}

bool unescape_once(SourcedText& text) {
  Unescaper unescaper(text);
  if (!unescaper.run()) return false;
  text = unescaper.take();
  return true;
}

}  // namespace base
