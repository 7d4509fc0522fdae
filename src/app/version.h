// The version of this build.
#pragma once
#include <string>
#include <string_view>

namespace app {

inline constexpr std::string_view kVersion = BELAY_VERSION;

// What --version prints: the version, then the two lines that the reference prints (commit, timestamp).
std::string version_text();

}  // namespace app
