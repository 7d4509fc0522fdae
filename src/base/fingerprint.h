// Fingerprint: what tells whether a text has another one in it, without keeping that other one: its length, and the
// polynomial of its bytes, modulo 2^61 - 1, at a point that each process draws anew. Different texts as good as never
// have the same one, and nobody who does not know the point can make two that have.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace base {

class Fingerprint {
 public:
  explicit Fingerprint(std::string_view text);
  std::size_t size() const { return size_; }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

 private:
  friend class Fingerprints;
  std::size_t size_;
  std::uint64_t value_ = 0;
  std::uint64_t power_ = 1;  // of the point, by the length
};

// Those of all parts of one text. Made in one walk over it; each question takes the same time, however long the part.
class Fingerprints {
 public:
  explicit Fingerprints(std::string_view text);
  bool has(const Fingerprint& part, std::size_t at) const;  // whether the part stands there

 private:
  std::vector<std::uint64_t> values_;  // of the first n bytes
};

}  // namespace base
