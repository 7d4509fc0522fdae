#include "net/tcp_connect.h"

#include <cstring>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>

#include "net/resolve.h"

namespace net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

base::Error connect_error(const error_code& error, const tcp::endpoint& endpoint) {
  const char* name = strerrorname_np(error.value());
  return {
      base::Kind::upstream,
      fmt::format("connect {} {}:{}", name ? name : error.message(), endpoint.address().to_string(), endpoint.port()),
      error.message()};
}

void tune(TcpSocket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>(30), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>(10), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>(3), ignored);
}

}  // namespace

aio::Task<base::Result<TcpSocket>> tcp_connect(std::string host, std::uint16_t port) {
  const aio::Executor executor = co_await asio::this_coro::executor;
  CO_TRY(const std::vector<asio::ip::address> addresses, co_await resolve(std::move(host)));
  base::Error last;
  for (const asio::ip::address& address : addresses) {
    const tcp::endpoint endpoint(address, port);
    TcpSocket socket(executor);
    auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(aio::use_task));
    if (!error) {
      tune(socket);
      co_return socket;
    }
    last = connect_error(error, endpoint);
  }
  co_return std::unexpected(std::move(last));
}

}  // namespace net
