// One connection of the HTTP server. Internal to net.
#pragma once
#include <ctime>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net/connection_places.h"
#include "net/http_server.h"

namespace net {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, aio::Executor>;

// The Date header, made once a second.
class DateCache {
 public:
  explicit DateCache(aio::Clock& clock) : clock_(clock) {}
  const std::string& now();

 private:
  aio::Clock& clock_;
  std::time_t second_ = 0;
  std::string text_;
};

// What a connection tells of itself, so that the server knows who may have to go.
class ConnectionWatch {
 public:
  virtual ~ConnectionWatch() = default;
  virtual void is(ConnectionPlaces::State state) = 0;  // the same state again: it made progress
  virtual void holds_unread(std::size_t bytes) = 0;    // of a request that has not come whole
  virtual void holds_unsent(std::size_t bytes) = 0;    // of an answer that the client has not taken
};

class HttpConnection {
 public:
  virtual ~HttpConnection() = default;
  // Serves requests until either side closes.
  virtual aio::Task<void> run() = 0;
  // Ends after the answer that is being made, if any.
  virtual void finish_soon() = 0;
  virtual bool idle() const = 0;  // between requests
  // Ends now: others need its place. REQUIRES: it is not at work on a request.
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
