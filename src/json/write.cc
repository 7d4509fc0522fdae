#include "json/write.h"

#include <charconv>
#include <cmath>

#include "base/activity.h"

namespace json {
namespace {

void append_integer(std::string& out, auto number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_escape(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') [[likely]]
      continue;
    out.append(text, done, i - done);
    append_escape(out, c);
    done = i + 1;
  }
  out.append(text, done, text.size() - done);
  out += '"';
}

// ECMA-262 §6.1.6.1.20: s is the shortest run of k digits that reads back as the number, and the number is s ×
// 10^(n-k).
void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  if (number == 0) {
    out += '0';  // -0 too
    return;
  }
  if (number < 0) out += '-';
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific).ptr;
  const std::string_view shortest(text, static_cast<std::size_t>(end - text));
  const auto e = shortest.find('e');
  std::string s(1, shortest[0]);
  if (e > 2) s += shortest.substr(2, e - 2);
  int exponent = 0;
  std::from_chars(text + e + (shortest[e + 1] == '+' ? 2 : 1), end, exponent);
  const int k = static_cast<int>(s.size());
  const int n = exponent + 1;
  if (k <= n && n <= 21) {
    out += s;
    out.append(static_cast<std::size_t>(n - k), '0');
  } else if (0 < n && n <= 21) {
    out.append(s, 0, static_cast<std::size_t>(n));
    out += '.';
    out.append(s, static_cast<std::size_t>(n));
  } else if (-6 < n && n <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-n), '0');
    out += s;
  } else {
    out += s[0];
    if (k > 1) {
      out += '.';
      out.append(s, 1);
    }
    out += n > 0 ? "e+" : "e-";
    append_integer(out, std::abs(n - 1));
  }
}

void append(std::string& out, const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      return;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case boost::json::kind::int64:
      append_integer(out, value.get_int64());
      return;
    case boost::json::kind::uint64:
      append_integer(out, value.get_uint64());
      return;
    case boost::json::kind::double_:
      append_number(out, value.get_double());
      return;
    case boost::json::kind::string:
      append_string(out, view(value.get_string()));
      return;
    case boost::json::kind::array: {
      char before = '[';
      for (const auto& item : value.get_array()) {
        out += before;
        append(out, item);
        before = ',';
      }
      out += before == '[' ? "[]" : "]";
      return;
    }
    case boost::json::kind::object: {
      char before = '{';
      for (const auto& member : value.get_object()) {
        out += before;
        append_string(out, {member.key().data(), member.key().size()});
        out += ':';
        append(out, member.value());
        before = ',';
      }
      out += before == '{' ? "{}" : "}";
      return;
    }
  }
}

std::string write(const Value& value) {
  const base::Activity activity("writing JSON");
  std::string out;
  append(out, value);
  return out;
}

}  // namespace json
