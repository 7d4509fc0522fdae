// Which connections have a place at the server, what they hold, and which one has to give its place up when a limit is
// reached. Decides only: no socket, no clock. Internal to net.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"

namespace net {

class ConnectionPlaces {
 public:
  using Id = std::uint64_t;

  // In the order in which places are given up, but for newcomers (Limits), which go after those spare; within a state
  // the one that has been in it longest goes first.
  enum class State {
    unproven,  // nothing of what it sent has been let in: it is silent, sends its first head, or was refused
    idle,      // between two requests
    spare,     // its request waits for what another one waits for as well (set_spare)
    reading,   // a request is coming in
    writing,   // an answer is taken, or should be
    working,   // its request is worked on: never asked to go
  };
  // At work are those from `working`, `writing` and `spare`: what they were sent is being answered.

  enum class Work {
    any,
    frees,  // others' work ends with it
  };

  struct Limits {
    std::size_t connections = 4096;
    std::size_t per_address = 2048;
    std::size_t unread_bytes = 64 << 20;   // of requests that have not come whole, all together
    std::size_t unsent_bytes = 256 << 20;  // of answers that clients have not taken, all together
    // Places that work never takes, so that somebody can always be let go for who comes to ask how the server is, or to
    // be told that it is full.
    std::size_t kept_from_work() const { return std::min<std::size_t>(64, connections / 8); }
    // Of these what frees places leaves so many: it may have to wait as well, for a browser that closes.
    std::size_t kept_from(Work work) const {
      return work == Work::frees ? (kept_from_work() + 1) / 2 : kept_from_work();
    }
    // Of those unproven so many have come just now, and do not go before they could be heard while others are idle.
    std::size_t newcomers() const { return std::min<std::size_t>(256, connections / 8); }
  };
  // A reader that has taken nothing for this long gives way when answers hold too much.
  static constexpr base::Duration kStalled = std::chrono::seconds(1);
  // Beyond so many times the limit of unsent bytes nobody is spared for taking some now and then.
  static constexpr std::size_t kMostOver = 2;

  explicit ConnectionPlaces(Limits limits) : limits_(limits) {}

  // address: who shares the limit of one address; "" is exempt from it.
  void enter(Id id, std::string address, base::TimePoint now);
  void leave(Id id);                                  // nothing when it has left already
  void set(Id id, State state, base::TimePoint now);  // the same state anew: it has made progress
  // At work for what so many others wait for that came before it: where most do the last one goes first, since who is
  // left gets the same answer, and a client that comes again joins them.
  // REQUIRES: some.
  void set_spare(Id id, std::size_t ahead, base::TimePoint now);
  // What it holds now, of the kind that its state implies.
  void hold_unread(Id id, std::size_t bytes);
  void hold_unsent(Id id, std::size_t bytes);

  bool full() const { return entries_.size() >= limits_.connections; }
  bool too_many_of(const std::string& address) const;

  // Who gives its place up, so that another may come; nothing when all are at work. The caller closes it and calls
  // leave() at once.
  std::optional<Id> to_make_room(base::TimePoint now) const;
  std::optional<Id> to_make_room_at(const std::string& address, base::TimePoint now) const;
  // Whether another may not begin to work, and who of those at work makes room for it.
  bool work_is_full(Work work) const;
  std::optional<Id> to_make_room_for_work(base::TimePoint now) const;
  // Who has to go because too many bytes are held; nothing when they are not.
  std::optional<Id> over_unread_limit() const;
  std::optional<Id> over_unsent_limit(base::TimePoint now) const;

  std::size_t size() const { return entries_.size(); }
  std::size_t unread() const { return unread_; }
  std::size_t unsent() const { return unsent_; }

 private:
  static constexpr std::size_t kStates = 6;
  static constexpr std::size_t kMostAhead = 16;  // more are not told apart
  using Queue = std::list<Id>;                   // in one state, the longest first
  // In the order in which they give way; `spare` has one for each number of those ahead, most first.
  using Queues = std::array<Queue, kStates + kMostAhead - 1>;
  static constexpr std::size_t kFirstSpare = static_cast<std::size_t>(State::spare);
  static constexpr std::size_t index(State state, std::size_t ahead = 1) {
    const auto n = static_cast<std::size_t>(state);
    if (state == State::spare) return n + kMostAhead - std::min(ahead, kMostAhead);
    return n < kFirstSpare ? n : n + kMostAhead - 1;
  }
  struct Entry {
    std::string address;
    State state = State::unproven;
    std::size_t queue = index(State::unproven);
    base::TimePoint since{};
    std::size_t unread = 0;
    std::size_t unsent = 0;
    Queue::iterator place = {};             // in all_
    Queue::iterator place_at_address = {};  // in addresses_, unless its address is ""
  };
  struct Address {
    std::size_t connections = 0;
    Queues queues = {};
  };

  void move(Entry& entry, State state, std::size_t queue, base::TimePoint now);
  bool may_go(const Entry& entry, base::TimePoint now) const;
  std::optional<Id> first_to_go(const Queues& queues, base::TimePoint now) const;
  std::optional<Id> holds_most_unsent() const;
  std::optional<Id> first_of(const Queues& queues, std::size_t from, std::size_t to, base::TimePoint now) const;

  Limits limits_;
  std::unordered_map<Id, Entry> entries_;
  std::unordered_map<std::string, Address> addresses_;
  Queues all_ = {};
  std::size_t unread_ = 0;
  std::size_t unsent_ = 0;
};

// Who shares a limit of connections: an address, of IPv6 its network; "" for the loopback, where all are neighbours.
std::string address_group(const std::string& address);

}  // namespace net
