#include "session/tombstones.h"

namespace session {

void Tombstones::add(const std::string& id, EndReason reason, base::TimePoint now) {
  reasons_.insert_or_assign(id, Record{reason, now});
  order_.push_back({id, now});
  prune(now);
}

std::string_view Tombstones::state(const std::string& id, base::TimePoint now) {
  prune(now);
  const auto it = reasons_.find(id);
  return it == reasons_.end() ? "absent" : to_string(it->second.reason);
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
