// find_again: waits until an element is what it was: where it was, or else the only one like it.
#pragma once
#include <functional>
#include <optional>

#include "agent/workplace.h"

namespace agent {

inline constexpr auto kLookAgain = std::chrono::milliseconds(100);  // between two looks for an element

using Found = aio::Task<base::Result<std::optional<Recognized>>>;

// The two looks are Workplace's at_selector and by_identity. Nothing when there is none after `patience`; of their
// errors only those that end the session's work are told, for the others may pass.
Found find_again(const aio::Context& ctx, base::Duration patience, engine::Identity identity,
                 std::function<Found()> at_its_place, std::function<Found()> by_identity);

}  // namespace agent
