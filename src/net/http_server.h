// HTTP/1.1 server: listens, reads requests under limits and timeouts, hands each to the handler, keeps connections
// alive.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "aio/clock.h"
#include "aio/loop.h"
#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

namespace net {

// What ends a connection before there is a request to handle.
enum class ProtocolError {
  malformed,
  headers_too_large,
  body_too_large,
  header_timeout,
  body_timeout,
  missing_host,
  crowded_out,  // requests that have not come whole hold too much, or there are too many connections or too many at
                // work
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual aio::Task<void> handle(Exchange& exchange) = 0;  // answers exactly once
  // Whether whoever sends this head may send the rest. If not, its body is not read: handle() gets the request without
  // it and refuses, and the connection is closed. Asked for each request, and of one without a body as well: the
  // connections of those who never were let in are the first to go when there are too many.
  virtual bool lets_in(const HttpRequest& head) = 0;
  // Whether it is answered at once, and also while all places are at work. Asked for what was let in.
  virtual bool is_brief(const HttpRequest& /*head*/) { return false; }
  // Whether it ends what takes places. It may then take some, but not all, of those that are kept from other work.
  virtual bool frees_places(const HttpRequest& /*head*/) { return false; }
  // The answer after which the connection is closed. Written as it is: only its own headers, in their order.
  virtual HttpResponse protocol_error(ProtocolError error) = 0;
};

// Times are kept to the second.
struct HttpServerConfig {
  std::uint32_t max_header_bytes = 16 * 1024;                // the reference's limit
  std::uint64_t max_body_bytes = 1024 * 1024;                // inclusive; the reference's limit
  base::Duration header_timeout = std::chrono::seconds(10);  // a request head comes in one packet
  base::Duration body_timeout = std::chrono::seconds(60);    // 1 MiB at 18 KiB/s
  bool look_at_users = false;                                // HttpRequest::other_user is wanted
  std::string server = "";                                   // the header Server of answers; none where it is empty
  base::Duration silent_timeout = std::chrono::seconds(10);  // until the first byte of a new connection
  base::Duration idle_timeout = std::chrono::seconds(72);    // announced as Keep-Alive: timeout=72
  base::Duration write_timeout = std::chrono::seconds(30);   // a reader that takes nothing for this long is gone
  // Beyond a limit whoever is least in use gives way (connection_places.h). A few places are never at work, so that all
  // who come are heard: what is not brief is then refused.
  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 2048;  // not on the loopback
  std::size_t max_unread_bytes = 64 << 20;         // of requests that have not come whole, all together
  std::size_t max_unsent_bytes = 256 << 20;        // of answers that clients have not taken, all together
};

struct Endpoint {
  std::string address;  // "127.0.0.1", "::1"
  std::uint16_t port = 0;
  std::string url() const;  // "http://127.0.0.1:3000"
};

class HttpServer {
 public:
  // All outlive the server. Everything runs on the loop.
  HttpServer(aio::Loop& loop, aio::Clock& clock, const base::Logger& log, HttpHandler& handler,
             HttpServerConfig config = {});
  ~HttpServer();  // REQUIRES: close_all has returned, or listen was never called

  // Binds every address; port 0 gives them all the same free port. Another one than the first may fail: a name has it,
  // and the machine does not (IPv6 in a container).
  base::Result<std::vector<Endpoint>> listen(const std::vector<boost::asio::ip::address>& addresses,
                                             std::uint16_t port);

  void stop_listening();
  // Stops listening, closes idle connections at once, lets requests in work finish within `grace`, then drops them.
  aio::Task<void> close_all(base::Duration grace);
  std::size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
