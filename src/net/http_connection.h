// One connection of the HTTP server. Internal to net.
#pragma once
#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "net/connection_places.h"
#include "net/date_cache.h"
#include "net/http_server.h"

namespace net {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, aio::Executor>;

// What a connection tells of itself, so that the server knows who may have to go.
class ConnectionWatch {
 public:
  virtual ~ConnectionWatch() = default;
  virtual void is(ConnectionPlaces::State state) = 0;    // the same state again: it made progress
  virtual void is_spare(std::size_t ahead) = 0;          // ConnectionPlaces::set_spare
  virtual bool may_do(ConnectionPlaces::Work work) = 0;  // makes room for it where it can
  virtual void holds_unread(std::size_t bytes) = 0;      // of a request that has not come whole
  virtual void holds_unsent(std::size_t bytes) = 0;      // of an answer that the client has not taken
};

class HttpConnection {
 public:
  virtual ~HttpConnection() = default;
  // Serves requests until either side closes.
  virtual aio::Task<void> run() = 0;
  // Ends after the answer that is being made, if any.
  virtual void finish_soon() = 0;
  virtual bool idle() const = 0;  // between requests
  // Ends now: others need its place. REQUIRES: it is not working, or can be spared.
  virtual void give_way() = 0;
  // Ends the read or write that has a deadline which has passed. Called now and then (HttpServer): a timer for each
  // operation would cost more than the operation.
  virtual void check_deadline(base::TimePoint now) = 0;
};

// All but the socket outlive the connection.
std::unique_ptr<HttpConnection> make_http_connection(TcpSocket socket, aio::Clock& clock, DateCache& date,
                                                     const base::Logger& log, HttpHandler& handler,
                                                     const HttpServerConfig& config, ConnectionWatch& watch);

}  // namespace net
