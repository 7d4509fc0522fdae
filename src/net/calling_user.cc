#include "net/calling_user.h"

#include <cerrno>
#include <cstdint>
#include <expected>
#include <system_error>

#include <unistd.h>

#include "net/peer_user.h"

namespace net {

void CallingUser::look(int socket) {
  const std::expected<std::uint32_t, int> user = peer_user(socket);
  unknown_ = user || user.error() == ENOENT ? "" : std::generic_category().message(user.error());
  if (!user)
    other_ = "a user who cannot be told";
  else if (*user == 0 || *user == ::geteuid())
    other_ = "";
  else
    other_ = "user " + std::to_string(*user);
}

void CallingUser::say(HttpRequest& request) const {
  request.other_user = other_;
  request.user_unknown = unknown_;
}

}  // namespace net
