// The script that every document of ours carries in its isolated world (src/browser/script).
#pragma once
#include <string_view>

namespace browser {

std::string_view page_script();

}  // namespace browser
