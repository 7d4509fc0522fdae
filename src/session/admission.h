// Admission: starts that wait at the hard limit, first come first served (clause 17). A place that becomes free is
// promised to the first waiter before anybody else can take it.
#pragma once
#include <cstddef>
#include <list>

#include "aio/latch.h"

namespace session {

class Admission {
 public:
  // One waiting start. Leaves the queue, or gives its promised place back, when it dies.
  class Ticket {
   public:
    explicit Ticket(Admission& owner) : owner_(owner) { place_ = owner_.waiting_.insert(owner_.waiting_.end(), this); }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      if (promised_)
        --owner_.promised_;
      else
        owner_.waiting_.erase(place_);
    }
    bool promised() const { return promised_; }
    aio::Task<void> called() { return called_.wait(); }  // promised, or refused by the drain

   private:
    friend class Admission;
    Admission& owner_;
    std::list<Ticket*>::iterator place_;
    bool promised_ = false;
    aio::Latch called_;
  };

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t promised() const { return promised_; }

  // Promises one place to the longest waiting. REQUIRES: waiting() > 0.
  void promise_one() {
    Ticket* ticket = waiting_.front();
    waiting_.pop_front();
    ticket->promised_ = true;
    ++promised_;
    ticket->called_.set();
  }
  // Wakes everybody without a promise: the server is going down.
  void refuse_all() {
    for (Ticket* ticket : waiting_) ticket->called_.set();
  }

 private:
  std::list<Ticket*> waiting_;
  std::size_t promised_ = 0;
};

}  // namespace session
