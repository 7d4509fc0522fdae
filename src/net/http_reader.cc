#include "net/http_reader.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <unordered_map>

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

// Of a head. Clients send two dozen, proxies add some.
constexpr std::ptrdiff_t kMostFields = 200;

// Of chunk extensions, all of a request together. No client of ours sends any.
constexpr std::size_t kMaxExtensionBytes = 4096;

// Node joins repeated fields, and so do we: a client that sends one twice is told the same.
Headers joined_fields(const http::fields& fields) {
  std::vector<std::pair<std::string, std::string>> seen;
  std::unordered_map<std::string, std::size_t> place_of;  // by the name in lower case
  for (const auto& field : fields) {
    const auto [known, added] =
        place_of.emplace(base::to_lower_ascii(std::string_view(field.name_string())), seen.size());
    if (added)
      seen.emplace_back(field.name_string(), field.value());
    else
      seen[known->second].second.append(", ").append(field.value());
  }
  Headers out;
  for (auto& [name, value] : seen) out.add(std::move(name), std::move(value));
  return out;
}

// No coding before the chunks: the body would be handed on as it is, still coded.
bool only_chunked(const http::fields& head) {
  return head.count(http::field::transfer_encoding) == 1 &&
         base::equals_ignore_case(base::trim(head[http::field::transfer_encoding]), "chunked");
}

// A line of the head that goes on in the next one (obs-fold). Proxies read it in different ways, and with it where a
// request ends (RFC 9112 §5.2 lets a server refuse it).
bool has_folded_line(std::string_view head) {
  return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

// What a target in absolute form names: http://localhost:3000/healthz?a=b (RFC 9112 §3.2.2).
struct AbsoluteTarget {
  std::string authority;
  std::string origin_form;
};

bool is_absolute(std::string_view target) {
  const std::size_t colon = target.find("://");
  return colon != std::string_view::npos && target.find('/') > colon;
}

// Nothing for another scheme, no host, or credentials, with which names are hidden (RFC 9110 §4.2.4).
std::optional<AbsoluteTarget> read_absolute(std::string_view target) {
  const std::size_t colon = target.find("://");
  if (!base::equals_ignore_case(target.substr(0, colon), "http")) return std::nullopt;  // https is for who has TLS
  const std::string_view rest = target.substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
  const std::string_view path = rest.substr(authority.size());
  return AbsoluteTarget{std::string(authority), path.starts_with('/') ? std::string(path) : "/" + std::string(path)};
}

// All but the body. A target in absolute form says which host is meant, whatever Host says.
HttpRequest request_of(http::request_header<>& message) {
  HttpRequest out;
  out.method = std::string(message.method_string());
  out.target = std::string(message.target());
  out.version = message.version();
  if (is_absolute(out.target)) {
    auto absolute = read_absolute(out.target);
    message.set(http::field::host, absolute->authority);
    out.target = std::move(absolute->origin_form);
  }
  out.headers = joined_fields(message);
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
    const auto* data = static_cast<const char*>(buffer.data().data());
    const std::size_t n = parser->put(buffer.data(), error);
    // The parser takes a head whole or not at all.
    folded = folded || (in_head && has_folded_line({data, n}));
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
    extension_bytes = 0;
    folded = false;
    parser->body_limit(config.max_body_bytes);
    parser->on_chunk_header(count_extensions);
    parser->eager(false);
    told_to_continue = false;
  }

  // What must hold of a head beyond its syntax. One length only: two ways to tell where a request ends let a proxy and
  // this server disagree about it (RFC 9112 §6.1).
  std::optional<ProtocolError> judge_head() const {
    const auto& head = parser->get();
    if (folded) return ProtocolError::malformed;
    if (std::distance(head.begin(), head.end()) > kMostFields) return ProtocolError::headers_too_large;
    if (head.version() == 11 && !head.count(http::field::host)) return ProtocolError::missing_host;
    if (head.count(http::field::transfer_encoding) &&
        (head.count(http::field::content_length) || !only_chunked(head) || head.version() == 10))
      return ProtocolError::malformed;
    if (is_absolute(head.target()) && !read_absolute(head.target())) return ProtocolError::malformed;
    return std::nullopt;
  }

  const HttpServerConfig& config;
  boost::beast::flat_buffer buffer;
  std::size_t extension_bytes = 0;  // of the request under way
  std::function<void(std::uint64_t, std::string_view, error_code&)> count_extensions =
      [this](std::uint64_t, std::string_view extensions, error_code& error) {
        extension_bytes += extensions.size();
        if (extension_bytes > kMaxExtensionBytes) error = http::error::header_limit;
      };
  bool folded = false;  // its head has a folded line
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
  HttpRequest out = request_of(message);
  out.body = std::move(message.body());
  return out;
}

HttpRequest HttpReader::head() const {
  CHECK(in_body(), "head() before it is there");
  http::request_header<> message = impl_->parser->get().base();
  return request_of(message);
}

bool HttpReader::keep_alive() const { return impl_->kept; }
ProtocolError HttpReader::error() const { return impl_->problem; }
bool HttpReader::in_body() const { return impl_->parser && impl_->parser->is_header_done(); }
bool HttpReader::has_bytes() const { return impl_->buffer.size() > 0; }
bool HttpReader::mid_request() const { return impl_->parser.has_value(); }
std::size_t HttpReader::held() const {
  return impl_->buffer.size() + (impl_->parser ? impl_->parser->get().body().size() : 0);
}

}  // namespace net
