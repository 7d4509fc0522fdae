// The check of the places that a start names, before the start has a place of its own: aside, and so many at once.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine_api/launch_check.h"

namespace browser {

// Each is a thread for as long as the file system takes that it is about, which may be for ever.
inline constexpr std::size_t kMostLaunchChecks = 64;

using LookAtPlaces =
    std::function<std::optional<engine::UnusableValue>(const engine::LaunchOptions&, const std::vector<std::string>&)>;

// What there is on this machine: the folders, as check_folders says, after a look at executablePath, which is told by
// the start if it cannot be run. Blocks.
std::optional<engine::UnusableValue> look_at_places(const engine::LaunchOptions& options,
                                                    const std::vector<std::string>& environment);

engine::LaunchCheck launch_check(std::vector<std::string> environment, std::size_t most = kMostLaunchChecks,
                                 LookAtPlaces look = look_at_places);

}  // namespace browser
