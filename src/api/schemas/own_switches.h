// Switches of Chromium that the server gives a browser itself. A caller's come last, so they would win: over the folder
// that was claimed for this session, over the way to DevTools that it waits for, over what the session says of itself.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace api::schemas {

// Why `arg`, one of launchOptions.args, is refused, to be read after "args must be "; nothing when it may be given.
// Never quotes a value.
std::optional<std::string> refuse_own_switch(std::string_view arg);

}  // namespace api::schemas
