// The page that ./run demo drives: served by the server itself (--demo-page), so the demo needs no network.
#pragma once
#include <string>

namespace api {

std::string demo_page();

}  // namespace api
