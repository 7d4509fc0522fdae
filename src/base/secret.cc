#include "base/secret.h"

#include <ostream>

#include <string.h>

namespace base {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
  }
  return *this;
}

bool Secret::equals(std::string_view other) const {
  if (value_.size() != other.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < other.size(); ++i)
    difference = static_cast<unsigned char>(difference | (value_[i] ^ other[i]));
  return difference == 0;
}

void Secret::wipe() noexcept {
  // capacity() and not size(): a moved-from small string still holds its bytes.
  explicit_bzero(value_.data(), value_.capacity());
  value_.clear();
}

std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

}  // namespace base
