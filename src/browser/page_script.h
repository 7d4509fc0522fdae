// The script that every document of ours carries in an isolated world of its own (src/browser/script).
#pragma once
#include <string_view>

namespace browser {

inline constexpr std::string_view kWorld = "belay";  // that world's name

std::string_view page_script();

}  // namespace browser
