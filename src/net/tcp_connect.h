// A TCP connection to a named host.
#pragma once
#include <cstdint>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "aio/clock.h"
#include "aio/task.h"
#include "base/result.h"

namespace net {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, aio::Executor>;

// Tries the addresses of the host in the resolver's order, the next one a moment after the one before it
// (net/staggered.h): the first connection counts, the others are closed. TCP_NODELAY is on, and keep-alive probes
// notice a peer that vanished (after about a minute). Error, Kind::upstream: "getaddrinfo ENOTFOUND nowhere.example",
// or of the address that failed last "connect ECONNREFUSED 127.0.0.1:9222".
aio::Task<base::Result<TcpSocket>> tcp_connect(aio::Clock& clock, std::string host, std::uint16_t port);

}  // namespace net
