#include "net/connection_places.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace net {

void ConnectionPlaces::enter(Id id, std::string address, base::TimePoint now) {
  Entry& entry = entries_[id];
  entry.since = now;
  Queue& waiting = queue(all_, entry.state);
  entry.place = waiting.insert(waiting.end(), id);
  if (!address.empty()) {
    Address& shared = addresses_[address];
    ++shared.connections;
    Queue& there = queue(shared.queues, entry.state);
    entry.place_at_address = there.insert(there.end(), id);
  }
  entry.address = std::move(address);
}

void ConnectionPlaces::leave(Id id) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  Entry& entry = it->second;
  unread_ -= entry.unread;
  unsent_ -= entry.unsent;
  queue(all_, entry.state).erase(entry.place);
  if (!entry.address.empty()) {
    const auto shared = addresses_.find(entry.address);
    queue(shared->second.queues, entry.state).erase(entry.place_at_address);
    if (--shared->second.connections == 0) addresses_.erase(shared);
  }
  entries_.erase(it);
}

void ConnectionPlaces::set(Id id, State state, base::TimePoint now) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  Entry& entry = it->second;
  Queue& next = queue(all_, state);
  next.splice(next.end(), queue(all_, entry.state), entry.place);
  if (!entry.address.empty()) {
    Queues& queues = addresses_.find(entry.address)->second.queues;
    Queue& there = queue(queues, state);
    there.splice(there.end(), queue(queues, entry.state), entry.place_at_address);
  }
  entry.state = state;
  entry.since = now;
}

void ConnectionPlaces::hold_unread(Id id, std::size_t bytes) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  unread_ += bytes - it->second.unread;
  it->second.unread = bytes;
}

void ConnectionPlaces::hold_unsent(Id id, std::size_t bytes) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  unsent_ += bytes - it->second.unsent;
  it->second.unsent = bytes;
}

bool ConnectionPlaces::too_many_of(const std::string& address) const {
  const auto it = addresses_.find(address);
  return it != addresses_.end() && it->second.connections > limits_.per_address;
}

bool ConnectionPlaces::may_go(const Entry& entry, base::TimePoint now) const {
  return entry.state != State::working && (entry.state != State::writing || now - entry.since >= kStalled);
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::first_of(const Queues& queues, base::TimePoint now) const {
  for (const Queue& waiting : queues)
    if (!waiting.empty() && may_go(entries_.at(waiting.front()), now)) return waiting.front();
  return std::nullopt;
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::to_make_room(base::TimePoint now) const {
  return first_of(all_, now);
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::to_make_room_at(const std::string& address,
                                                                      base::TimePoint now) const {
  const auto it = addresses_.find(address);
  return it == addresses_.end() ? std::nullopt : first_of(it->second.queues, now);
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::over_unread_limit() const {
  if (unread_ <= limits_.unread_bytes) return std::nullopt;
  for (const State state : {State::unproven, State::reading})
    for (const Id id : all_[static_cast<std::size_t>(state)])
      if (entries_.at(id).unread > 0) return id;
  return std::nullopt;
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::over_unsent_limit(base::TimePoint now) const {
  if (unsent_ <= limits_.unsent_bytes) return std::nullopt;
  for (const Id id : all_[static_cast<std::size_t>(State::writing)]) {
    const Entry& entry = entries_.at(id);
    if (!may_go(entry, now)) break;  // those behind it have made progress later
    if (entry.unsent > 0) return id;
  }
  return unsent_ > kMostOver * limits_.unsent_bytes ? holds_most_unsent() : std::nullopt;
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::holds_most_unsent() const {
  std::optional<Id> out;
  std::size_t most = 0;
  for (const Id id : all_[static_cast<std::size_t>(State::writing)])
    if (const std::size_t unsent = entries_.at(id).unsent; unsent > most) {  // of equals who took something longest ago
      most = unsent;
      out = id;
    }
  return out;
}

std::string address_group(const std::string& address) {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  ip::address known = ip::make_address(address, error);
  if (error) return address;
  if (known.is_v6() && known.to_v6().is_v4_mapped()) known = ip::make_address_v4(ip::v4_mapped, known.to_v6());
  if (known.is_loopback()) return "";
  if (known.is_v4()) return known.to_string();
  return ip::network_v6(known.to_v6(), 64).canonical().to_string();
}

}  // namespace net
