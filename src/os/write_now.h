// A last line to a descriptor that somebody else may be stuck in.
#pragma once
#include <string_view>

namespace os {

// Writes what can be written without waiting, all of it or nothing up to 4096 bytes. Any thread. True when it is out.
bool write_now(int fd, std::string_view text);

}  // namespace os
