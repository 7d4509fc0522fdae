// One connection of the HTTP server. Internal to net.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>

#include "net/http_server.h"

namespace net {

using TcpStream = boost::beast::basic_stream<boost::asio::ip::tcp, aio::Executor>;

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

class HttpConnection final : public Exchange {
 public:
  HttpConnection(TcpStream stream, DateCache& date, const base::Logger& log, HttpHandler& handler,
                 const HttpServerConfig& config)
      : stream_(std::move(stream)), date_(date), log_(log), handler_(handler), config_(config) {}

  // Serves requests until either side closes.
  aio::Task<void> run();
  // Ends after the answer that is being made, if any.
  void finish_soon() { closing_ = true; }
  bool idle() const { return idle_; }

  const HttpRequest& request() const override { return request_; }
  aio::Task<bool> send(HttpResponse response) override;
  aio::Task<bool> begin_stream(int status, Headers headers) override;
  aio::Task<bool> write_chunk(std::string bytes) override;
  aio::Task<bool> end_stream() override;
  aio::Task<void> client_left() override;

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  aio::Task<bool> read_request();
  aio::Task<bool> first_byte();
  aio::Task<bool> refuse(ProtocolError error);
  aio::Task<bool> write(std::string head, std::string body);
  aio::Task<void> handle();
  aio::Task<void> linger();
  std::string head(const HttpResponse& response);

  TcpStream stream_;
  DateCache& date_;
  const base::Logger& log_;
  HttpHandler& handler_;
  const HttpServerConfig& config_;
  boost::beast::flat_buffer buffer_ = {};
  HttpRequest request_ = {};
  bool keep_alive_ = false;
  bool idle_ = true;
  bool closing_ = false;
  bool answered_ = false;
  bool broken_ = false;  // a write failed
};

}  // namespace net
