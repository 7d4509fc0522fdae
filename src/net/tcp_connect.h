// A TCP connection to a named host.
#pragma once
#include <cstdint>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "aio/task.h"
#include "base/result.h"

namespace net {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, aio::Executor>;

// Tries each address of the host in the resolver's order. TCP_NODELAY is on, and keep-alive probes notice a peer that
// vanished (after about a minute). Error, Kind::upstream: "getaddrinfo ENOTFOUND nowhere.example", or of the address
// tried last "connect ECONNREFUSED 127.0.0.1:9222".
aio::Task<base::Result<TcpSocket>> tcp_connect(std::string host, std::uint16_t port);

}  // namespace net
