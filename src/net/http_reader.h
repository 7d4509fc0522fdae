// HttpReader: the bytes of one connection to requests, under limits. Neither reads sockets nor clocks; the connection
// feeds it (http_connection.cc), and so do tests and the fuzzer. Internal to net.
#pragma once
#include <cstddef>
#include <memory>
#include <span>

#include "net/http_server.h"

namespace net {

class HttpReader {
 public:
  explicit HttpReader(const HttpServerConfig& config);
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;
  ~HttpReader();

  // Where the peer's next bytes go; then came() says how many there were. Empty when nothing more fits: the caller must
  // call next() before it reads on. The buffer never grows beyond one head and a little.
  std::span<char> room();
  void came(std::size_t n);

  enum class Step {
    more,              // nothing whole yet: read on
    expects_continue,  // the head is there and the client waits for 100 Continue before its body; said once
    ready,             // take() has a request
    refused,           // error() says why; the reader is of no further use
  };
  Step next();

  // Of the request under way: all but its body. REQUIRES: in_body()
  HttpRequest head() const;
  // After ready. What follows on the connection is read by the next call of next().
  HttpRequest take();
  // Of the request taken last: the client wants the connection to live on.
  bool keep_alive() const;

  ProtocolError error() const;
  bool in_body() const;      // the head of a request is there, its end is not
  bool has_bytes() const;    // bytes that no request has taken yet
  bool mid_request() const;  // a request has begun and is not whole
  std::size_t held() const;  // bytes of head and body that are kept for it

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
