#include "aio/scope.h"

#include <exception>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>

#include "base/check.h"

namespace aio {
namespace {

std::string what(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

Scope::~Scope() { CHECK(children_.empty(), "a Scope died with children running"); }

Scope::ChildId Scope::spawn(Task<void> work) {
  const ChildId id = ++last_id_;
  // Shared with nobody for long: the copy in cancel_* keeps the signal alive while it is being emitted.
  auto signal = std::make_shared<asio::cancellation_signal>();
  children_.emplace(id, signal);
  asio::co_spawn(executor_, std::move(work),
                 asio::bind_cancellation_slot(signal->slot(),
                                              [this, id, signal](std::exception_ptr error) { on_done(id, error); }));
  return id;
}

void Scope::on_done(ChildId id, const std::exception_ptr& error) {
  CHECK(!error || is_canceled(error), "a task ended with an exception: " + what(error));
  children_.erase(id);
  if (children_.empty()) idle_.wake_all();
}

void Scope::cancel_child(ChildId id) {
  const auto it = children_.find(id);
  if (it == children_.end()) return;
  const auto signal = it->second;
  signal->emit(asio::cancellation_type::terminal);
}

void Scope::cancel_all() {
  std::vector<ChildId> ids;
  ids.reserve(children_.size());
  for (const auto& [id, signal] : children_) ids.push_back(id);
  for (const ChildId id : ids) cancel_child(id);
}

Task<void> Scope::finish() {
  while (!children_.empty()) co_await idle_.wait();
}

Task<void> Scope::cancel() {
  cancel_all();
  return finish();
}

}  // namespace aio
