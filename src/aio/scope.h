// Scope: owns child tasks. Nothing spawned in a Scope outlives it: the owner calls finish() (wait) or cancel() (end
// them and wait) before the Scope dies. A child that throws anything but a cancellation is a bug and stops the process.
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

  explicit Scope(Executor executor) : executor_(std::move(executor)) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();  // REQUIRES: no child runs

  // Starts a child. It begins within this call and runs until its first wait.
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
  ChildId last_id_ = 0;
  std::map<ChildId, std::shared_ptr<asio::cancellation_signal>> children_;
  WaitList idle_;
};

}  // namespace aio
