#include "net/connection_places.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace net {

void ConnectionPlaces::enter(Id id, std::string address, base::TimePoint now) {
  Entry& entry = entries_[id];
  entry.since = now;
  Queue& waiting = all_[entry.queue];
  entry.place = waiting.insert(waiting.end(), id);
  if (!address.empty()) {
    Address& shared = addresses_[address];
    ++shared.connections;
    Queue& there = shared.queues[entry.queue];
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
  all_[entry.queue].erase(entry.place);
  if (!entry.address.empty()) {
    const auto shared = addresses_.find(entry.address);
    shared->second.queues[entry.queue].erase(entry.place_at_address);
    if (--shared->second.connections == 0) addresses_.erase(shared);
  }
  entries_.erase(it);
}

void ConnectionPlaces::set(Id id, State state, base::TimePoint now) {
  const auto it = entries_.find(id);
  if (it != entries_.end()) move(it->second, state, index(state), now);
}

void ConnectionPlaces::set_spare(Id id, std::size_t ahead, base::TimePoint now) {
  const auto it = entries_.find(id);
  if (it != entries_.end()) move(it->second, State::spare, index(State::spare, ahead), now);
}

void ConnectionPlaces::move(Entry& entry, State state, std::size_t queue, base::TimePoint now) {
  all_[queue].splice(all_[queue].end(), all_[entry.queue], entry.place);
  if (!entry.address.empty()) {
    Queues& queues = addresses_.find(entry.address)->second.queues;
    queues[queue].splice(queues[queue].end(), queues[entry.queue], entry.place_at_address);
  }
  entry.state = state;
  entry.queue = queue;
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

std::optional<ConnectionPlaces::Id> ConnectionPlaces::first_of(const Queues& queues, std::size_t from, std::size_t to,
                                                               base::TimePoint now) const {
  for (std::size_t i = from; i < to; ++i)
    if (!queues[i].empty() && may_go(entries_.at(queues[i].front()), now)) return queues[i].front();
  return std::nullopt;
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::first_to_go(const Queues& queues, base::TimePoint now) const {
  if (queues[index(State::unproven)].size() <= limits_.newcomers())
    if (const auto other = first_of(queues, index(State::idle), index(State::reading), now)) return other;
  return first_of(queues, 0, queues.size(), now);
}

bool ConnectionPlaces::work_is_full(Work work) const {
  std::size_t at_work = all_[index(State::working)].size() + all_[index(State::writing)].size();
  for (std::size_t i = kFirstSpare; i < kFirstSpare + kMostAhead; ++i) at_work += all_[i].size();
  return at_work + limits_.kept_from(work) >= limits_.connections;
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::to_make_room_for_work(base::TimePoint now) const {
  if (const auto spare = first_of(all_, kFirstSpare, kFirstSpare + kMostAhead, now)) return spare;
  return first_of(all_, index(State::writing), index(State::working), now);
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::to_make_room(base::TimePoint now) const {
  return first_to_go(all_, now);
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::to_make_room_at(const std::string& address,
                                                                      base::TimePoint now) const {
  const auto it = addresses_.find(address);
  return it == addresses_.end() ? std::nullopt : first_to_go(it->second.queues, now);
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::over_unread_limit() const {
  if (unread_ <= limits_.unread_bytes) return std::nullopt;
  for (const State state : {State::unproven, State::reading})
    for (const Id id : all_[index(state)])
      if (entries_.at(id).unread > 0) return id;
  return std::nullopt;
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::over_unsent_limit(base::TimePoint now) const {
  if (unsent_ <= limits_.unsent_bytes) return std::nullopt;
  for (const Id id : all_[index(State::writing)]) {
    const Entry& entry = entries_.at(id);
    if (!may_go(entry, now)) break;  // those behind it have made progress later
    if (entry.unsent > 0) return id;
  }
  return unsent_ > kMostOver * limits_.unsent_bytes ? holds_most_unsent() : std::nullopt;
}

std::optional<ConnectionPlaces::Id> ConnectionPlaces::holds_most_unsent() const {
  std::optional<Id> out;
  std::size_t most = 0;
  for (const Id id : all_[index(State::writing)])
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
