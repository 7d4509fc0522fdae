// Secret: a string that cannot be printed by accident and is wiped when it dies. Keys, tokens and variable values are
// Secrets from the moment they are parsed; reveal() marks each place that uses the value.
#pragma once
#include <iosfwd>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  // The value itself. Lives as long as this object; never log, never put into an Error.
  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  // Compares in constant time for equal lengths, so that a token cannot be guessed byte by byte.
  bool equals(std::string_view other) const;

  friend bool operator==(const Secret& a, const Secret& b) { return a.equals(b.value_); }

 private:
  void wipe() noexcept;
  std::string value_;
};

std::ostream& operator<<(std::ostream& out, const Secret&);  // prints ***

}  // namespace base

template <>
struct fmt::formatter<base::Secret> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const base::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("***", context);
  }
};
