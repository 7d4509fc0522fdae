// HTTP messages as plain values, shared by the server (net/http_server.h) and the client (net/http_client.h).
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace net {

// One header field. The views belong to the Headers it came from and die with its next change.
struct Header {
  std::string_view name;
  std::string_view value;
};

// Header fields in the order they were added. Names keep their spelling and compare without regard to case (RFC 9110
// §5.1). All text lies in one buffer that clear() keeps, so a list that is reused allocates nothing.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields);

  void add(std::string_view name, std::string_view value);
  // Replaces the value of the first field of that name in its place and removes the others; adds when there is none.
  void set(std::string_view name, std::string_view value);
  void erase(std::string_view name);
  void clear();

  std::optional<std::string_view> find(std::string_view name) const;  // the first of that name
  bool contains(std::string_view name) const { return find(name).has_value(); }
  std::size_t count(std::string_view name) const;
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  class Iterator {
   public:
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    Header operator*() const { return owner_->at(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++index_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    friend class Headers;
    Iterator(const Headers* owner, std::size_t index) : owner_(owner), index_(index) {}
    const Headers* owner_;
    std::size_t index_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, entries_.size()}; }

 private:
  struct Span {
    std::uint32_t begin;
    std::uint32_t size;
  };
  struct Entry {
    Span name;
    Span value;
  };
  Header at(std::size_t index) const { return {view(entries_[index].name), view(entries_[index].value)}; }
  std::string_view view(Span span) const { return std::string_view(text_).substr(span.begin, span.size); }
  Span store(std::string_view text);

  std::string text_;
  std::vector<Entry> entries_;
};

struct HttpRequest {
  std::string method;
  std::string target;     // as on the request line, not decoded
  unsigned version = 11;  // 10 or 11
  Headers headers;
  std::string body;
  bool has_body = false;       // Content-Length above 0, or chunked (then body may be empty all the same)
  std::string remote_address;  // of the peer, without the port
};

// Which header fields the connection adds to a response.
enum class HeadStyle {
  // content-length, Date, then `Connection: keep-alive` and `Keep-Alive: timeout=72`, or `Connection: close`; each
  // only when the response does not carry it already.
  complete,
  // None: the head has exactly the response's own fields, and the connection closes after it.
  bare,
};

// A response with a known body. A Content-Length, Date or Connection field of its own keeps its place and spelling;
// the value of the first two is filled in by the connection, so "" will do. With `Transfer-Encoding: chunked` the body
// is sent as chunks. `Connection: close` closes the connection after it.
struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  HeadStyle head = HeadStyle::complete;
};

// Why a request never reached the handler, or why the handler's work could not become an answer.
enum class ProtocolError {
  malformed,          // not HTTP, or HTTP that two readers could understand differently: 400
  missing_host,       // HTTP/1.1 without Host (RFC 9112 §3.2): 400
  headers_too_large,  // 431
  body_too_large,     // 413
  header_timeout,     // the head did not come in time: 408
  body_timeout,       // the body did not come in time, or came too slowly: 408
  internal,           // the handler threw or did not answer (a bug, logged): 500
};

// "Not Found" for 404 (RFC 9110 §15); "Unknown" for a status that has no name.
std::string_view reason_phrase(int status);

}  // namespace net
