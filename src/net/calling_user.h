// Which user of this machine a connection's requests come from, as they are told of it. Internal to net.
#pragma once
#include <string>

#include "net/http.h"

namespace net {

class CallingUser {
 public:
  // Looked up before anything is read: once a client has closed, nobody answers for it any more.
  void look(int socket);
  // Where the kernel could not be asked, it is asked anew with the next request.
  bool unknown() const { return !unknown_.empty(); }
  void say(HttpRequest& request) const;

 private:
  std::string other_ = {};    // HttpRequest::other_user
  std::string unknown_ = {};  // HttpRequest::user_unknown
};

}  // namespace net
