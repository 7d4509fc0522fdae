// Links such as mailto: and tel: would have Chromium start a program of the desktop: xdg-open, with or without asking
// in a dialog that nobody sees and that takes all input. What it finds under these names is this program instead: asked
// whether Chromium is already the one for a kind of link it says yes, upon which Chromium does nothing; told to open
// one, nothing is what it does.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace browser {

// Makes `folder` and the stand-ins in it, links to the running program. Returns what has to come first on Chromium's
// PATH. Without them it must not be started.
base::Result<std::string> make_stand_ins(const std::string& folder);

// The whole life of this program when it was called by the name of a stand-in: what to print. Nothing by any other.
std::optional<std::string> as_stand_in(std::string_view called, const std::vector<std::string>& arguments);

}  // namespace browser
