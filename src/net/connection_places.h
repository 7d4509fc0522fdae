// Which connections have a place at the server, what they hold, and which one has to give its place up when a limit is
// reached. Decides only: no socket, no clock. Internal to net.
#pragma once
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

  // In the order in which places are given up; within a state the one that has been in it longest goes first.
  enum class State {
    unproven,  // nothing of what it sent has been let in: it is silent, sends its first head, or was refused
    idle,      // between two requests
    reading,   // a request is coming in
    writing,   // an answer is taken, or should be
    working,   // its request is worked on: never asked to go
  };

  struct Limits {
    std::size_t connections = 4096;
    std::size_t per_address = 2048;
    std::size_t unread_bytes = 64 << 20;   // of requests that have not come whole, all together
    std::size_t unsent_bytes = 256 << 20;  // of answers that clients have not taken, all together
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
  // What it holds now, of the kind that its state implies.
  void hold_unread(Id id, std::size_t bytes);
  void hold_unsent(Id id, std::size_t bytes);

  bool full() const { return entries_.size() >= limits_.connections; }
  bool too_many_of(const std::string& address) const;

  // Who gives its place up, so that another may come; nothing when all are at work. The caller closes it and calls
  // leave() at once.
  std::optional<Id> to_make_room(base::TimePoint now) const;
  std::optional<Id> to_make_room_at(const std::string& address, base::TimePoint now) const;
  // Who has to go because too many bytes are held; nothing when they are not.
  std::optional<Id> over_unread_limit() const;
  std::optional<Id> over_unsent_limit(base::TimePoint now) const;

  std::size_t size() const { return entries_.size(); }
  std::size_t unread() const { return unread_; }
  std::size_t unsent() const { return unsent_; }

 private:
  static constexpr std::size_t kStates = 5;
  using Queue = std::list<Id>;  // in one state, the longest first
  using Queues = std::array<Queue, kStates>;
  struct Entry {
    std::string address;
    State state = State::unproven;
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

  bool may_go(const Entry& entry, base::TimePoint now) const;
  std::optional<Id> holds_most_unsent() const;
  std::optional<Id> first_of(const Queues& queues, base::TimePoint now) const;
  static Queue& queue(Queues& queues, State state) { return queues[static_cast<std::size_t>(state)]; }

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
