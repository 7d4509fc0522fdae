// The page that ./run demo drives: served by the server itself (--demo-page), so the demo needs no network. Its second
// button is ready after 6 seconds, or as many as /demo?late=N says.
#pragma once
#include <string>

namespace api {

std::string demo_page();

}  // namespace api
