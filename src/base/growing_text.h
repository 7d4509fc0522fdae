// GrowingText: a text that comes in pieces and may become large. Where std::string copies what it has to a larger
// block, and fills that first, 30 ms for 32 MB, this leaves it to realloc, which moves pages of large blocks, not
// bytes.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace base {

class GrowingText {
 public:
  GrowingText() = default;
  explicit GrowingText(std::string_view text) {
    std::memcpy(prepare(text.size()), text.data(), text.size());
    commit(text.size());
  }
  GrowingText(GrowingText&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  GrowingText& operator=(GrowingText&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~GrowingText() { std::free(data_); }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_, size_}; }

  // Room for `more` bytes behind what there is, not filled; commit() makes the first of them part of the text. Never
  // null. What view() and prepare() gave before is no longer good.
  char* prepare(std::size_t more) {
    if (!data_ || capacity_ - size_ < more) {
      const std::size_t wanted = std::max({size_ + more, 2 * capacity_, kLeast});
      void* const moved = std::realloc(data_, wanted);
      if (!moved) throw std::bad_alloc();
      data_ = static_cast<char*>(moved);
      capacity_ = wanted;
    }
    return data_ + size_;
  }
  void commit(std::size_t more) { size_ += std::min(more, capacity_ - size_); }
  // Leaves the first `size` bytes, or fewer where there are no more, and gives the memory of the others back.
  void cut(std::size_t size) {
    size_ = std::min(size_, size);
    const std::size_t wanted = std::max(size_, kLeast);
    if (wanted >= capacity_) return;
    void* const moved = std::realloc(data_, wanted);
    if (!moved) return;
    data_ = static_cast<char*>(moved);
    capacity_ = wanted;
  }

 private:
  static constexpr std::size_t kLeast = 512;

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace base
