#include "engine/due_navigates.h"

#include <algorithm>

namespace engine {

std::shared_ptr<void> DueNavigates::add(std::optional<std::string> frame_id) {
  const auto at = state_->frames.insert(state_->frames.end(), std::move(frame_id));
  std::shared_ptr<void> out(nullptr, [state = state_, at](void*) { state->frames.erase(at); });
  state_->more.wake_all();
  return out;
}

bool DueNavigates::mean(std::string_view page, std::string_view active_page) const {
  return std::ranges::any_of(
      state_->frames, [&](const auto& frame) { return (frame ? std::string_view(*frame) : active_page) == page; });
}

}  // namespace engine
