// HeldBytes: how much memory the bodies of operations and starts under way take, of all callers and of one. Their
// number alone bounds nothing: a body of 1 MiB may become thirty as values. Pure.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace api {

class HeldBytes {
 public:
  // The largest bodies a few times over, in a process that has hundreds of browsers beside it.
  static constexpr std::size_t kMost = 512 << 20;

  // One caller may have half of it.
  explicit HeldBytes(std::size_t most = kMost) : most_(most) {}
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;

  enum class Full { caller, all };
  // Which limit so many more would break, the narrower first; nothing when there is room.
  std::optional<Full> full(const std::string& caller, std::size_t bytes) const;
  std::size_t limit(Full which) const { return which == Full::caller ? most_ / 2 : most_; }

  // Bytes that count until it dies, which is before the HeldBytes.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept { swap(other); }
    Hold& operator=(Hold&& other) noexcept {
      Hold(std::move(other)).swap(*this);
      return *this;
    }
    ~Hold() {
      if (of_) of_->give_back(caller_, bytes_);
    }

   private:
    friend class HeldBytes;
    Hold(HeldBytes& of, std::string caller, std::size_t bytes) : of_(&of), caller_(std::move(caller)), bytes_(bytes) {}
    void swap(Hold& other) noexcept {
      std::swap(of_, other.of_);
      caller_.swap(other.caller_);
      std::swap(bytes_, other.bytes_);
    }
    HeldBytes* of_ = nullptr;
    std::string caller_ = {};
    std::size_t bytes_ = 0;
  };
  Hold hold(std::string caller, std::size_t bytes);

  std::size_t all() const { return all_; }

 private:
  void give_back(const std::string& caller, std::size_t bytes);

  const std::size_t most_;
  std::size_t all_ = 0;
  std::map<std::string, std::size_t> callers_;
};

}  // namespace api
