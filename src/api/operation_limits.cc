#include "api/operation_limits.h"

#include "base/check.h"

namespace api {
namespace {

template <class Key>
std::size_t count(const std::map<Key, std::size_t>& of, const Key& key) {
  const auto found = of.find(key);
  return found == of.end() ? 0 : found->second;
}

template <class Key>
void less(std::map<Key, std::size_t>& of, const Key& key) {
  const auto found = of.find(key);
  CHECK(found != of.end(), "an operation ended that had not begun");
  if (--found->second == 0) of.erase(found);
}

}  // namespace

std::optional<OperationCounts::Full> OperationCounts::full(std::uint64_t generation, const std::string& caller) const {
  if (count(sessions_, generation) >= limits_.per_session) return Full::session;
  if (count(callers_, caller) >= limits_.of_caller()) return Full::caller;
  if (all_ >= limits_.all) return Full::all;
  return std::nullopt;
}

std::size_t OperationCounts::limit(Full which) const {
  switch (which) {
    case Full::session:
      return limits_.per_session;
    case Full::caller:
      return limits_.of_caller();
    case Full::all:
      return limits_.all;
  }
  return 0;
}

void OperationCounts::began(std::uint64_t generation, const std::string& caller) {
  ++all_;
  ++sessions_[generation];
  ++callers_[caller];
}

void OperationCounts::ended(std::uint64_t generation, const std::string& caller, std::optional<base::TimePoint> turn,
                            base::TimePoint now) {
  CHECK(all_ > 0, "an operation ended that had not begun");
  --all_;
  less(sessions_, generation);
  less(callers_, caller);
  if (turn) times_.given_back(*turn, now);
}

}  // namespace api
