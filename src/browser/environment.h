// The environment that Chromium runs in: what it needs and nothing else of ours. A page that breaks out of its renderer
// must not find what the server's operator keeps in variables.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "browser/settings.h"

namespace browser {

// `further`: names that the operator allows beside those that Chromium needs; one that ends in * is a prefix.
bool chromium_may_see(std::string_view name, const std::vector<std::string>& further);

// The allowed entries of settings.environment, proxies without their credentials, with `programs` (a list of folders)
// first on PATH. The session bus stays out of reach, unless the operator allows it: over it a page's link could start
// programs, and its notifications and passwords would be the desktop's.
std::vector<std::string> chromium_environment(const Settings& settings, std::string_view programs);

}  // namespace browser
