#include "session/admission.h"

#include <algorithm>

namespace session {

Admission::Ticket::Ticket(Admission& owner, const std::string& caller) : owner_(owner) {
  const auto known = owner.by_caller_.find(caller);
  if (known != owner.by_caller_.end()) {
    queue_ = known->second;
  } else {
    queue_ = owner.queues_.insert(owner.queues_.end(), Queue{caller, {}});
    owner.by_caller_.emplace(caller, queue_);
  }
  place_ = queue_->tickets.insert(queue_->tickets.end(), this);
  ++owner.waiting_;
}

Admission::Ticket::~Ticket() {
  if (state_ == State::waiting) owner_.leave(*this, State::displaced);
  if (state_ == State::promised) --owner_.promised_;
}

void Admission::leave(Ticket& ticket, Ticket::State state) {
  ticket.state_ = state;
  --waiting_;
  ticket.queue_->tickets.erase(ticket.place_);
  if (!ticket.queue_->tickets.empty()) return;
  by_caller_.erase(ticket.queue_->caller);
  queues_.erase(ticket.queue_);
}

bool Admission::make_room(const std::string& caller, std::size_t limit) {
  if (waiting_ < limit) return true;
  const auto longest = std::ranges::max_element(queues_, {}, [](const Queue& queue) { return queue.tickets.size(); });
  const auto own = by_caller_.find(caller);
  const std::size_t mine = own == by_caller_.end() ? 0 : own->second->tickets.size();
  if (longest == queues_.end() || longest->tickets.size() < mine + 2) return false;
  Ticket* newest = longest->tickets.back();
  leave(*newest, Ticket::State::displaced);
  newest->called_.set();
  return true;
}

void Admission::promise_one() {
  Ticket* next = queues_.front().tickets.front();
  queues_.splice(queues_.end(), queues_, queues_.begin());
  leave(*next, Ticket::State::promised);
  ++promised_;
  next->called_.set();
}

void Admission::refuse_all() {
  for (const Queue& queue : queues_)
    for (Ticket* ticket : queue.tickets) ticket->called_.set();
}

}  // namespace session
