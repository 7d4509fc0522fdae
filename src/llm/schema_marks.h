// Marks: which members of an object or items of an array some schema has looked at. unevaluatedProperties and
// unevaluatedItems are about the others.
#pragma once
#include <cstddef>
#include <vector>

namespace llm {

class Marks {
 public:
  void add(std::size_t index) {
    if (index >= seen_.size()) seen_.resize(index + 1);
    seen_[index] = true;
  }
  void add_all(std::size_t size) { seen_.assign(size, true); }
  void add(const Marks& others) {
    if (others.seen_.size() > seen_.size()) seen_.resize(others.seen_.size());
    for (std::size_t i = 0; i < others.seen_.size(); ++i)
      if (others.seen_[i]) seen_[i] = true;
  }
  bool has(std::size_t index) const { return index < seen_.size() && seen_[index]; }
  std::size_t cost() const { return 1 + seen_.size() / 64; }

 private:
  std::vector<bool> seen_;
};

}  // namespace llm
