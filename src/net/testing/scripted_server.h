// ScriptedServer: an HTTP/1.1 server on 127.0.0.1 for tests of clients. It runs on the test's own loop, so nothing
// happens behind the test's back: a test waits for "the third request was read" and not for time.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aio/task.h"
#include "net/http.h"
#include "net/testing/certificates.h"

namespace net::testing {

// How one request is answered.
struct Answer {
  enum class Way {
    whole,
    stall,  // the head and half of the body, then nothing until the client leaves
    cut,    // the head and half of the body, then the connection is closed
    raw,    // `body` as it is, without a head; then the connection is closed
    hang,   // not a byte, until the client leaves
  };
  int status = 200;
  std::string body = {};
  Headers headers = {};
  Way way = Way::whole;
};

class ScriptedServer {
 public:
  // With an identity it speaks TLS.
  explicit ScriptedServer(const aio::Executor& executor, std::optional<Identity> identity = {});
  ~ScriptedServer();  // REQUIRES: stopped

  // Answers are given in this order, one a request, on whichever connection; then 404.
  void will(Answer answer);

  std::uint16_t port() const;
  std::string url(const std::string& target = "/") const;

  const std::vector<HttpRequest>& requests() const;
  int connections() const;  // accepted so far
  aio::Task<void> requests_read(std::size_t count);
  aio::Task<void> clients_left(std::size_t count);  // connections that a client closed
  // Closes everything, so that the loop can run dry.
  aio::Task<void> stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net::testing
