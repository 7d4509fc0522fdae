#include "net/http_reader.h"

#include <algorithm>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/check.h"
#include "base/text.h"

namespace net {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using Parser = http::request_parser<http::string_body>;

constexpr std::size_t kReadAtOnce = 4096;

// Node joins repeated fields, and so do we: a client that sends one twice is told the same.
Headers joined(const http::fields& fields) {
  Headers out;
  std::vector<std::pair<std::string, std::string>> seen;
  for (const auto& field : fields) {
    const std::string name(field.name_string());
    const std::string value(field.value());
    bool known = false;
    for (auto& [other, joined_value] : seen) {
      if (!base::equals_ignore_case(other, name)) continue;
      joined_value += ", " + value;
      known = true;
      break;
    }
    if (!known) seen.emplace_back(name, value);
  }
  for (auto& [name, value] : seen) out.add(std::move(name), std::move(value));
  return out;
}

ProtocolError error_for(const error_code& error) {
  if (error == http::error::header_limit) return ProtocolError::headers_too_large;
  if (error == http::error::body_limit) return ProtocolError::body_too_large;
  return ProtocolError::malformed;
}

}  // namespace

struct HttpReader::Impl {
  explicit Impl(const HttpServerConfig& given) : config(given), buffer(given.max_header_bytes + kReadAtOnce) {}

  Step refuse(ProtocolError why) {
    problem = why;
    return Step::refused;
  }
  bool full() const { return buffer.size() == buffer.max_size(); }

  // Gives the parser what is there. More than a buffer of it without progress is a flood: a line of chunk extensions or
  // trailers that does not end, since the head has its own limit.
  std::optional<Step> feed() {
    error_code error;
    const bool in_head = !parser->is_header_done();
    const std::size_t n = parser->put(buffer.data(), error);
    buffer.consume(n);
    if (in_head) {
      // Ours, since the parser's own count depends on the pieces in which the head came.
      head_bytes += n;
      const std::size_t so_far =
          head_bytes + (parser->is_header_done() || error != http::error::need_more ? 0 : buffer.size());
      if (so_far > config.max_header_bytes) return refuse(ProtocolError::headers_too_large);
    }
    if (error == http::error::need_more) return full() ? refuse(ProtocolError::headers_too_large) : Step::more;
    if (error) return refuse(error_for(error));
    return std::nullopt;
  }

  // RFC 9112 §2.2. False while the last byte may still become one.
  bool skip_blank_lines() {
    const auto* data = static_cast<const char*>(buffer.data().data());
    std::size_t n = 0;
    while (n + 1 < buffer.size() && data[n] == '\r' && data[n + 1] == '\n') n += 2;
    const bool half = n + 1 == buffer.size() && data[n] == '\r';
    buffer.consume(n);
    return !half;
  }

  void begin() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(buffer.max_size()));
    head_bytes = 0;
    parser->body_limit(config.max_body_bytes);
    parser->eager(false);
    told_to_continue = false;
  }

  // What must hold of a head beyond its syntax. One length only: two ways to tell where a request ends let a proxy and
  // this server disagree about it (RFC 9112 §6.1).
  std::optional<ProtocolError> judge_head() const {
    const auto& head = parser->get();
    if (head.version() == 11 && !head.count(http::field::host)) return ProtocolError::missing_host;
    if (head.count(http::field::transfer_encoding) &&
        (head.count(http::field::content_length) || !parser->chunked() || head.version() == 10))
      return ProtocolError::malformed;
    return std::nullopt;
  }

  const HttpServerConfig& config;
  boost::beast::flat_buffer buffer;
  std::optional<Parser> parser = {};
  std::size_t head_bytes = 0;  // of the request under way
  bool told_to_continue = false;
  bool kept = false;
  ProtocolError problem = ProtocolError::malformed;
};

HttpReader::HttpReader(const HttpServerConfig& config) : impl_(std::make_unique<Impl>(config)) {}
HttpReader::~HttpReader() = default;

std::span<char> HttpReader::room() {
  auto& buffer = impl_->buffer;
  const auto space = buffer.prepare(std::min(kReadAtOnce, buffer.max_size() - buffer.size()));
  return {static_cast<char*>(space.data()), space.size()};
}

void HttpReader::came(std::size_t n) { impl_->buffer.commit(n); }

HttpReader::Step HttpReader::next() {
  Impl& in = *impl_;
  if (!in.parser) {
    if (!in.skip_blank_lines() || in.buffer.size() == 0) return Step::more;
    in.begin();
  }
  if (!in.parser->is_header_done()) {
    while (!in.parser->is_header_done()) {
      if (in.buffer.size() == 0) return Step::more;
      if (const auto step = in.feed()) return *step;
    }
    if (const auto problem = in.judge_head()) return in.refuse(*problem);
    in.parser->eager(true);
  }
  const auto& head = in.parser->get();
  if (!in.told_to_continue && !in.parser->is_done() && head.version() == 11 &&
      base::equals_ignore_case(head[http::field::expect], "100-continue")) {
    in.told_to_continue = true;
    return Step::expects_continue;
  }
  while (!in.parser->is_done()) {
    if (in.buffer.size() == 0) return Step::more;
    if (const auto step = in.feed()) return *step;
  }
  return Step::ready;
}

HttpRequest HttpReader::take() {
  CHECK(impl_->parser && impl_->parser->is_done(), "take() without a whole request");
  auto message = impl_->parser->release();
  impl_->parser.reset();
  impl_->kept = message.keep_alive() && message.version() == 11;
  HttpRequest out;
  out.method = std::string(message.method_string());
  out.target = std::string(message.target());
  out.version = message.version();
  out.headers = joined(message);
  out.body = std::move(message.body());
  return out;
}

bool HttpReader::keep_alive() const { return impl_->kept; }
ProtocolError HttpReader::error() const { return impl_->problem; }
bool HttpReader::in_body() const { return impl_->parser && impl_->parser->is_header_done(); }
bool HttpReader::has_bytes() const { return impl_->buffer.size() > 0; }
bool HttpReader::mid_request() const { return impl_->parser.has_value(); }

}  // namespace net
