#include "aio/scope.h"

#include <exception>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>

#include "aio/incidents.h"
#include "base/check.h"

namespace aio {
Scope::~Scope() { CHECK(children_.empty(), "a Scope died with children running"); }

Scope::ChildId Scope::spawn(Task<void> work) {
  const ChildId id = ++last_id_;
  // Shared with nobody for long: the copy in cancel_* keeps the signal alive while it is being emitted.
  auto signal = std::make_shared<asio::cancellation_signal>();
  children_.emplace(id, signal);
  try {
    asio::co_spawn(executor_, std::move(work),
                   asio::bind_cancellation_slot(signal->slot(),
                                                [this, id, signal](std::exception_ptr error) { on_done(id, error); }));
  } catch (...) {  // not even begun
    children_.erase(id);
    throw;
  }
  return id;
}

void Scope::on_done(ChildId id, const std::exception_ptr& error) {
  children_.erase(id);
  if (error && !is_canceled(error)) {
    CHECK(on_error_ == OnError::tell && is_listened_to(),
          std::string(what_) + " ended with an exception: " + text_of(error));
    survived(what_, error);
  }
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
