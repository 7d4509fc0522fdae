// Lease: the only way to reach an engine. Holding one pins its generation; letting go, on every way out, gives the pin
// back exactly once, at once, and cannot fail (docs/session-contract.md, clauses 5, 8).
#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "session/live.h"

namespace session {

class Manager;

// A lease as the pin alarm sees it (clause 5).
struct Held {
  Ref ref;
  std::string owner;  // the route that holds it
  base::TimePoint since;
  bool reported = false;
};

class Lease {
 public:
  Lease() = default;
  Lease(Lease&& other) noexcept
      : manager_(std::exchange(other.manager_, nullptr)),
        live_(std::move(other.live_)),
        pin_(std::move(other.pin_)),
        held_(other.held_) {}
  Lease& operator=(Lease&& other) noexcept {
    if (this != &other) {
      release();
      manager_ = std::exchange(other.manager_, nullptr);
      live_ = std::move(other.live_);
      pin_ = std::move(other.pin_);
      held_ = other.held_;
    }
    return *this;
  }
  ~Lease() { release(); }

  explicit operator bool() const { return manager_ != nullptr; }
  const std::string& id() const { return live_->ref.id; }
  std::uint64_t generation() const { return live_->ref.generation; }
  const engine::SessionConfig& config() const { return live_->config; }
  bool has_engine() const { return live_->engine != nullptr; }
  // REQUIRES: has_engine(). After the session's end its verbs fail promptly.
  engine::Engine& engine() const;

 private:
  friend class Manager;
  Lease(Manager* manager, std::shared_ptr<Live> live, Store::Pin pin, std::list<Held>::iterator held)
      : manager_(manager), live_(std::move(live)), pin_(std::move(pin)), held_(held) {}
  void release() noexcept;

  Manager* manager_ = nullptr;
  std::shared_ptr<Live> live_;
  Store::Pin pin_;
  std::list<Held>::iterator held_;
};

}  // namespace session
