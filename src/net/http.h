// HTTP as plain values, and one exchange on a connection. No Beast here.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aio/task.h"

namespace net {

// Names are compared without case; order is kept.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void add_first(std::string name, std::string value) {
    fields_.emplace(fields_.begin(), std::move(name), std::move(value));
  }
  // The first of this name; duplicates of a request are joined by ", " when it is read (RFC 9110 §5.3).
  std::optional<std::string_view> find(std::string_view name) const;
  bool empty() const { return fields_.empty(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
  std::string method;
  std::string target;
  unsigned version = 11;  // 10 or 11
  Headers headers;
  std::string body;
};

// The connection adds content-length, Date and Connection where the headers do not have them.
struct HttpResponse {
  int status = 200;
  Headers headers = {};
  std::string body = {};
};

// One request being answered. Answered exactly once: send, or begin_stream … end_stream. Lives on its connection.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const HttpRequest& request() const = 0;

  // These return false when the client is gone; nothing more need be written then.
  virtual aio::Task<bool> send(HttpResponse response) = 0;
  // The head as given, then Date. A client of HTTP/1.0 gets a head without Transfer-Encoding and the bare bytes.
  virtual aio::Task<bool> begin_stream(int status, Headers headers) = 0;
  virtual aio::Task<bool> write_chunk(std::string bytes) = 0;  // one HTTP chunk, flushed at once
  virtual aio::Task<bool> end_stream() = 0;

  // Returns when the client has closed its end; a half-closed client counts as gone, though writing is still tried.
  // Otherwise waits until cancelled.
  virtual aio::Task<void> client_left() = 0;
  // The same, asked now: for who must know before client_left() had its turn.
  virtual bool client_gone() = 0;
};

}  // namespace net
