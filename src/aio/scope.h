// Scope: owns child tasks. Nothing spawned in a Scope outlives it: the owner calls finish() (wait) or cancel() (end
// them and wait) before the Scope dies. A child that ends with an exception other than a cancellation ends alone: that
// is told as an incident (aio/incidents.h), and the process goes on, unless the scope's children are what it lives by.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include <boost/asio/cancellation_signal.hpp>

#include "aio/task.h"
#include "aio/wait_list.h"

namespace aio {

class Scope {
 public:
  using ChildId = std::uint64_t;
  enum class OnError { tell, abort };

  // `what` the children are, for the report of one that threw: a literal.
  explicit Scope(Executor executor, const char* what = "task", OnError on_error = OnError::tell)
      : executor_(std::move(executor)), what_(what), on_error_(on_error) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();  // REQUIRES: no child runs

  // Starts a child. It begins within this call and runs until its first wait. Throws only when there is no memory; then
  // there is no child.
  ChildId spawn(Task<void> work);

  // Asks one child, or all, to end; returns at once. Unknown ids (it ended already) do nothing.
  void cancel_child(ChildId id);
  void cancel_all();

  // Waits until no child runs.
  Task<void> finish();
  // cancel_all, then finish.
  Task<void> cancel();

  // The id that the latest spawn gave out; within that spawn, the child's own.
  ChildId last_spawned() const { return last_id_; }

  bool empty() const { return children_.empty(); }
  std::size_t size() const { return children_.size(); }
  const Executor& executor() const { return executor_; }

 private:
  void on_done(ChildId id, const std::exception_ptr& error);

  Executor executor_;
  const char* what_;
  OnError on_error_;
  ChildId last_id_ = 0;
  std::map<ChildId, std::shared_ptr<asio::cancellation_signal>> children_;
  WaitList idle_;
};

}  // namespace aio
