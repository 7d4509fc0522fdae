// Admission: starts that wait at the hard limit: first come first served for each caller, callers in turn
// (docs/session-contract.md, clause 17). A place that becomes free is promised to the next before anybody else can take
// it.
#pragma once
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "aio/latch.h"

namespace session {

class Admission {
  struct Queue;

 public:
  // One waiting start. Leaves the queue, or gives its promised place back, when it dies.
  class Ticket {
   public:
    Ticket(Admission& owner, const std::string& caller);
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket();
    bool promised() const { return state_ == State::promised; }
    aio::Task<void> called() { return called_.wait(); }  // promised, displaced, or refused by the drain

   private:
    friend class Admission;
    enum class State { waiting, promised, displaced };
    Admission& owner_;
    std::list<Queue>::iterator queue_;
    std::list<Ticket*>::iterator place_;
    State state_ = State::waiting;
    aio::Latch called_;
  };

  std::size_t waiting() const { return waiting_; }
  std::size_t promised() const { return promised_; }

  // Whether one more start of this caller may wait where `limit` may. When all places are taken, the caller with the
  // most of them gives up its newest, if it then still has no fewer than this caller.
  bool make_room(const std::string& caller, std::size_t limit);

  // Promises one place: to the longest waiting of the caller whose turn it is. REQUIRES: waiting() > 0.
  void promise_one();
  // Wakes everybody without a promise: the server is going down.
  void refuse_all();

 private:
  // A caller's starts that wait, oldest first; never empty.
  struct Queue {
    std::string caller;
    std::list<Ticket*> tickets;
  };
  void leave(Ticket& ticket, Ticket::State state);

  std::list<Queue> queues_;  // whose turn it is stands in front
  std::unordered_map<std::string, std::list<Queue>::iterator> by_caller_;
  std::size_t waiting_ = 0;
  std::size_t promised_ = 0;
};

}  // namespace session
