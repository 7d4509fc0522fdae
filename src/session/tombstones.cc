#include "session/tombstones.h"

#include <utility>

namespace session {

void Tombstones::add(const std::string& id, EndReason reason, base::TimePoint now, std::string detail) {
  reasons_.insert_or_assign(id, Record{reason, now, std::move(detail)});
  order_.push_back({id, now});
  prune(now);
}

std::string_view Tombstones::state(const std::string& id, base::TimePoint now) {
  prune(now);
  const auto it = reasons_.find(id);
  return it == reasons_.end() ? "absent" : to_string(it->second.reason);
}

std::string Tombstones::detail(const std::string& id) const {
  const auto it = reasons_.find(id);
  return it == reasons_.end() ? "" : it->second.detail;
}

void Tombstones::prune(base::TimePoint now) {
  while (!order_.empty() && (order_.size() > limits_.count || now - order_.front().since >= limits_.kept)) {
    // An id that ended again has a later record, which its own grave will remove.
    const auto it = reasons_.find(order_.front().id);
    if (it != reasons_.end() && it->second.since == order_.front().since) reasons_.erase(it);
    order_.pop_front();
  }
}

}  // namespace session
