// MemoryBudget: how much memory peers may make a server hold, all of them together; where it is more, the one that
// makes it hold most gives way. On one thread, but for what is let go of: that may happen on any.
#pragma once
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace base {

class MemoryBudget {
  struct State;
  struct Account {
    explicit Account(std::weak_ptr<State> budget) : of(std::move(budget)) {}

    std::weak_ptr<State> of;
    std::atomic<std::size_t> bytes = 0;
    std::function<void(const std::string& why)> give_way = {};  // while it may be asked to
  };
  struct State {
    std::size_t held() const;
    void look();

    std::size_t most;
    std::set<std::shared_ptr<Account>> accounts = {};
  };

 public:
  static constexpr std::size_t kMost = 1024 * 1024 * 1024;

  explicit MemoryBudget(std::size_t most = kMost) : state_(new State{most}) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Bytes that count until it dies, on whatever thread. It may outlive its peer, and the budget.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept { swap(other); }
    Hold& operator=(Hold&& other) noexcept {
      Hold(std::move(other)).swap(*this);
      return *this;
    }
    ~Hold() {
      if (of_) of_->bytes -= bytes_;
    }

    // So many from now on. Where that is too much for the budget, a peer has given way on return; maybe this one.
    void set(std::size_t bytes);
    // So many more, of the same peer; likewise.
    Hold also(std::size_t bytes) const;
    std::size_t bytes() const { return bytes_; }

   private:
    friend class MemoryBudget;
    explicit Hold(std::shared_ptr<Account> of) : of_(std::move(of)) {}
    void swap(Hold& other) noexcept {
      of_.swap(other.of_);
      std::swap(bytes_, other.bytes_);
    }
    std::shared_ptr<Account> of_ = {};  // null: nobody counts
    std::size_t bytes_ = 0;
  };

  // One that makes the server hold something. What it has held counts no more once it is gone
  // or was told to give way, for it is about to be let go of.
  class Peer {
   public:
    Peer() = default;  // of no budget
    // Called at most once, from within a Hold that grows. It lets go of all that it can, and may die of it.
    Peer(MemoryBudget& budget, std::function<void(const std::string& why)> give_way);
    Peer(Peer&&) = default;
    Peer& operator=(Peer&&) = delete;
    ~Peer();

    // Of nothing yet.
    Hold hold() const { return Hold(account_); }

   private:
    std::shared_ptr<Account> account_ = {};
  };

  std::size_t held() const { return state_->held(); }

 private:
  std::shared_ptr<State> state_;  // a peer may outlive the budget, as one that is ended with the loop does
};

}  // namespace base
