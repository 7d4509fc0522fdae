#include "net/tcp_connect.h"

#include <cstring>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>

#include "net/resolve.h"
#include "net/staggered.h"

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

aio::Task<base::Result<TcpSocket>> connect_to(tcp::endpoint endpoint) {
  TcpSocket socket(co_await asio::this_coro::executor);
  auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(aio::use_task));
  if (error) co_return std::unexpected(connect_error(error, endpoint));
  tune(socket);
  co_return socket;
}

}  // namespace

aio::Task<base::Result<TcpSocket>> tcp_connect(aio::Clock& clock, std::string host, std::uint16_t port) {
  CO_TRY(const std::vector<asio::ip::address> addresses, co_await resolve(std::move(host)));
  const auto attempt = [&addresses, port](std::size_t index) {
    return connect_to(tcp::endpoint(addresses[index], port));
  };
  Staggered<TcpSocket> staggered(addresses.size(), clock, attempt);
  co_return co_await staggered.run();
}

}  // namespace net
