// Which user of this machine holds the other end of a connection over the
// loopback. Asked of the kernel (sock_diag).
#pragma once
#include <cstdint>
#include <expected>

namespace net {

// Of a connected TCP socket whose other end is in the same network namespace.
// Else an errno: ENOENT when the other end is closed, so that nobody answers
// for it any more, or elsewhere; others when the kernel could not be asked,
// EMFILE for one.
std::expected<std::uint32_t, int> peer_user(int socket);

// Whether this kernel tells at all: not in every sandbox. That it could not be
// asked just now, for want of a descriptor say, is no reason to think so.
bool can_tell_peer_users();

}  // namespace net
