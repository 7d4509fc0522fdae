// Whether this server may listen where it was told to.
#pragma once
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "app/options.h"
#include "base/result.h"

namespace app {

enum class Reach { loopback, network };

struct Host {
  std::vector<boost::asio::ip::address> addresses;
  Reach reach = Reach::network;
};

// What is listened on, and how far it reaches: network when any address is not a loopback address (RFC 1122, RFC 4291).
// Blocks for as long as name servers are silent.
base::Result<Host> look_up_host(const std::string& host);

// Beyond the loopback an API that launches programs needs a token, or the word of the operator.
base::Result<void> check_bind(const Options& options, Reach reach);

}  // namespace app
