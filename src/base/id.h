// Random identifiers.
#pragma once
#include <string>

namespace base {

// A random UUID, version 4 (RFC 9562), lower case, from the kernel's random source. Unguessable: a session id is a
// capability.
std::string uuid_v4();

}  // namespace base
