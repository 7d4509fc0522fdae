// Chromium's command line and executable. Pure but for looking at PATH.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "browser/settings.h"
#include "engine_api/types.h"

namespace browser {

// The arguments, about:blank last. Ours first, then those of the options, then the caller's.
std::vector<std::string> command_line(const engine::LaunchOptions& options, const Settings& settings,
                                      const std::string& profile);

// options.executable_path, CHROME_PATH, LIGHTHOUSE_CHROMIUM_PATH, then the usual names on PATH.
base::Result<std::string> find_executable(const engine::LaunchOptions& options,
                                          const std::vector<std::string>& environment);

bool uses_sandbox(const engine::LaunchOptions& options, const Settings& settings);

}  // namespace browser
