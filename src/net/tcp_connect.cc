#include "net/tcp_connect.h"

#include <cstring>
#include <optional>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>

#include "aio/latch.h"
#include "base/text.h"

namespace net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Addresses = std::vector<tcp::endpoint>;
using Resolver = asio::ip::basic_resolver<tcp, aio::Executor>;

// getaddrinfo cannot be stopped, so it is waited for by somebody who may leave.
struct Lookup {
  explicit Lookup(const aio::Executor& executor) : resolver(executor) {}
  Resolver resolver;
  aio::Latch done;
  error_code error;
  Addresses found;
};

// Nothing comes back to a wait that has been given up: the handler that is still to come must not wake it.
class Leaving {
 public:
  explicit Leaving(Resolver& resolver) : resolver_(resolver) {}
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;
  ~Leaving() { resolver_.cancel(); }

 private:
  Resolver& resolver_;
};

std::string_view code_of_lookup(const error_code& error) {
  if (error == asio::error::host_not_found_try_again) return "EAI_AGAIN";
  if (error.value() == EAI_FAIL) return "EAI_FAIL";
  return "ENOTFOUND";
}

aio::Task<base::Result<Addresses>> resolve(std::string host, std::uint16_t port) {
  error_code no_address;
  const auto address = asio::ip::make_address(host, no_address);
  if (!no_address) co_return Addresses{tcp::endpoint(address, port)};
  const aio::Executor executor = co_await asio::this_coro::executor;
  const auto lookup = std::make_shared<Lookup>(executor);
  lookup->resolver.async_resolve(host, std::to_string(port),
                                 [lookup](const error_code& error, const Resolver::results_type& results) {
                                   lookup->error = error;
                                   for (const auto& entry : results) lookup->found.push_back(entry.endpoint());
                                   lookup->done.set();
                                 });
  {
    const Leaving leaving(lookup->resolver);
    co_await lookup->done.wait();
  }
  if (lookup->error || lookup->found.empty())
    co_return base::fail(base::Kind::upstream,
                         fmt::format("getaddrinfo {} {}", code_of_lookup(lookup->error), base::truncate(host, 255)),
                         lookup->error.message());
  co_return std::move(lookup->found);
}

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
  CO_TRY(const Addresses addresses, co_await resolve(std::move(host), port));
  base::Error last;
  for (const tcp::endpoint& endpoint : addresses) {
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
