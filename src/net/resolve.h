// Names to addresses, by c-ares on the loop: no thread that a name server's silence could hold, so one look-up waits
// for no other and the process for none (docs/decisions/0031-names-without-threads.md). The files of /etc are read
// aside.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "aio/task.h"
#include "base/result.h"

namespace net {

struct ResolveOptions {
  std::string servers = {};              // "127.0.0.1:5353,…"; "": those of /etc/resolv.conf
  std::chrono::milliseconds timeout{0};  // of the first try; 0: as /etc/resolv.conf says, else 5 s
};

// An address is itself; localhost and names below it are the loopback (RFC 6761); /etc/hosts goes before name servers.
// Each look-up reads the configuration anew. Of a name with more than 16 addresses the first 16 count. Cancelling it
// closes its sockets. Error, Kind::upstream: "getaddrinfo ENOTFOUND nowhere.example", EAI_AGAIN when no name server
// answered, EAI_FAIL when none could be asked.
aio::Task<base::Result<std::vector<boost::asio::ip::address>>> resolve(std::string host, ResolveOptions options = {});

}  // namespace net
