// Loop: the one thread on which all state lives (docs/decisions/0001-one-loop.md).
#pragma once
#include <functional>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "aio/task.h"
#include "base/check.h"

namespace aio {

class Loop {
 public:
  Loop() : context_(1) {}

  // Runs until no work is left: a loop ends by running dry, never by being stopped. An exception out of a handler ends
  // that handler; that, and a turn that takes too long, is told (aio/incidents.h).
  void run();

  asio::io_context& context() { return context_; }
  Executor executor() { return context_.get_executor(); }

  // REQUIRES: the caller runs on the loop.
  void assert_here() const { CHECK(std::this_thread::get_id() == thread_, "called off the loop"); }

 private:
  asio::io_context context_;
  std::thread::id thread_ = std::this_thread::get_id();
};

}  // namespace aio
