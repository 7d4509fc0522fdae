#include "llm/schema_numbers.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace llm {
namespace {

__extension__ using Wide = unsigned __int128;

// digits * 10^exponent, as short as it can be written.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

Decimal decimal_of(double number) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific).ptr;
  Decimal out;
  bool fraction = false;
  for (const char* c = text; c != end; ++c) {
    if (*c == '.') {
      fraction = true;
    } else if (*c == 'e') {
      int exponent = 0;
      std::from_chars(c + (c[1] == '+' ? 2 : 1), end, exponent);
      out.exponent += exponent;
      break;
    } else {
      out.digits = out.digits * 10 + static_cast<std::uint64_t>(*c - '0');
      if (fraction) --out.exponent;
    }
  }
  return out;
}

// digits * 10^power modulo another number
std::uint64_t scaled_remainder(std::uint64_t digits, int power, std::uint64_t modulus) {
  Wide out = digits % modulus;
  Wide ten = 10 % modulus;
  for (; power > 0; power /= 2) {
    if (power % 2 == 1) out = out * ten % modulus;
    ten = ten * ten % modulus;
  }
  return static_cast<std::uint64_t>(out);
}

}  // namespace

bool is_multiple(double number, double step) {
  if (number == 0) return true;
  if (!std::isfinite(number) || !std::isfinite(step)) return false;
  const Decimal a = decimal_of(number);
  const Decimal b = decimal_of(step);
  if (a.exponent >= b.exponent) return scaled_remainder(a.digits, a.exponent - b.exponent, b.digits) == 0;
  // Seventeen digits at most have no more zeros at their end than that.
  const int shift = b.exponent - a.exponent;
  if (shift > 17) return false;
  Wide whole = b.digits;
  for (int i = 0; i < shift; ++i) whole *= 10;
  return a.digits % whole == 0;
}

}  // namespace llm
