// One connection of the HTTP server. Internal to net.
#pragma once
#include <ctime>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

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

class HttpConnection {
 public:
  virtual ~HttpConnection() = default;
  // Serves requests until either side closes.
  virtual aio::Task<void> run() = 0;
  // Ends after the answer that is being made, if any.
  virtual void finish_soon() = 0;
  virtual bool idle() const = 0;  // between requests
};

// All but the socket outlive the connection.
std::unique_ptr<HttpConnection> make_http_connection(TcpSocket socket, DateCache& date, const base::Logger& log,
                                                     HttpHandler& handler, const HttpServerConfig& config);

}  // namespace net
