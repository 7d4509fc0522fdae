#include "base/fingerprint.h"

#include <sys/random.h>

#include "base/check.h"

namespace base {
namespace {

constexpr std::uint64_t kModulus = (std::uint64_t{1} << 61) - 1;

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  const auto whole = static_cast<unsigned __int128>(a) * b;
  const std::uint64_t sum = (static_cast<std::uint64_t>(whole) & kModulus) + static_cast<std::uint64_t>(whole >> 61);
  return sum >= kModulus ? sum - kModulus : sum;
}

std::uint64_t draw() {
  std::uint64_t out = 0;
  CHECK(getrandom(&out, sizeof(out), 0) == sizeof(out), "the kernel gave no random bytes");
  return out % (kModulus - 1000) + 500;
}

std::uint64_t point() {
  static const std::uint64_t drawn = draw();
  return drawn;
}

// The polynomial with one more byte.
std::uint64_t with(std::uint64_t value, char byte, std::uint64_t at) {
  const std::uint64_t sum = product(value, at) + static_cast<unsigned char>(byte);
  return sum >= kModulus ? sum - kModulus : sum;
}

}  // namespace

Fingerprint::Fingerprint(std::string_view text) : size_(text.size()) {
  const std::uint64_t at = point();
  for (const char byte : text) {
    value_ = with(value_, byte, at);
    power_ = product(power_, at);
  }
}

Fingerprints::Fingerprints(std::string_view text) {
  const std::uint64_t at = point();
  values_.reserve(text.size() + 1);
  values_.push_back(0);
  for (const char byte : text) values_.push_back(with(values_.back(), byte, at));
}

bool Fingerprints::has(const Fingerprint& part, std::size_t at) const {
  const std::size_t length = values_.size() - 1;
  if (at > length || part.size_ > length - at) return false;
  const std::uint64_t sum = part.value_ + product(values_[at], part.power_);
  return values_[at + part.size_] == (sum >= kModulus ? sum - kModulus : sum);
}

}  // namespace base
