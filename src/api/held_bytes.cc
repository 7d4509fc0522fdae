#include "api/held_bytes.h"

#include "base/check.h"

namespace api {

std::optional<HeldBytes::Full> HeldBytes::full(const std::string& caller, std::size_t bytes) const {
  const auto found = callers_.find(caller);
  const std::size_t of_caller = found == callers_.end() ? 0 : found->second;
  if (of_caller + bytes > limit(Full::caller)) return Full::caller;
  if (all_ + bytes > limit(Full::all)) return Full::all;
  return std::nullopt;
}

HeldBytes::Hold HeldBytes::hold(std::string caller, std::size_t bytes) {
  if (bytes == 0) return {};
  all_ += bytes;
  callers_[caller] += bytes;
  return Hold(*this, std::move(caller), bytes);
}

void HeldBytes::give_back(const std::string& caller, std::size_t bytes) {
  const auto found = callers_.find(caller);
  CHECK(found != callers_.end() && found->second >= bytes && all_ >= bytes, "bytes were given back that nobody held");
  all_ -= bytes;
  if ((found->second -= bytes) == 0) callers_.erase(found);
}

}  // namespace api
