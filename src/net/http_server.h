// HTTP/1.1 server: reads requests from sockets, hands each to the HttpHandler and writes what it answers. Knows bytes,
// limits and time; knows no routes and no JSON.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "aio/clock.h"
#include "aio/scope.h"
#include "aio/task.h"
#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

namespace net {

// One request being answered: either one send(), or begin_stream(), any number of write_chunk(), end_stream(). One of
// these at a time. Each returns false when the client is gone, and so does each later one; the handler then stops.
// A write that is cancelled midway is completed by the next one, so the byte stream is never torn.
class Exchange {
 public:
  virtual ~Exchange() = default;

  // The whole request, body included. Lives until the handler returns.
  virtual const HttpRequest& request() const = 0;

  // The whole answer. For HEAD the handler answers as for GET: the body is measured and left out.
  virtual aio::Task<bool> send(HttpResponse response) = 0;

  // The head of an answer of unknown length, with the fields exactly as given and then Date. The caller places
  // `Transfer-Encoding: chunked` among them. A client of HTTP/1.0 gets plain bytes and a close instead.
  virtual aio::Task<bool> begin_stream(int status, Headers headers) = 0;
  // One HTTP chunk, sent at once; returns when the system has taken all of it. Empty bytes send nothing.
  virtual aio::Task<bool> write_chunk(std::string bytes) = 0;
  virtual aio::Task<bool> end_stream() = 0;

  // Returns when the client has left, otherwise waits (cancel it). Left means: it closed its socket, or its sending
  // half, which looks the same from here (a FIN) and is what a client that went away shows first. A client that only
  // half-closed still gets its answer: sending goes on to be tried after this returns. A client that has sent its next
  // request already is still there. May be called many times; ends before the handler returns.
  virtual aio::Task<void> client_left() = 0;
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Answers exactly once. Cancelled when the server gives up the connection (close_all); a client that leaves does not
  // cancel it.
  virtual aio::Task<void> handle(Exchange& exchange) = 0;

  // The answer to what never became a request. The connection closes after it.
  virtual HttpResponse protocol_error(ProtocolError error) = 0;
};

struct HttpServerConfig {
  // Request line and header fields; Node's limit, which clients of this API are used to.
  std::size_t max_head_bytes = 16 * 1024;
  // Decoded body, inclusive. Requests are instructions and schemas; 1 MiB holds the largest by far.
  std::size_t max_body_bytes = 1024 * 1024;
  // Further clients wait in the kernel's backlog. Each connection costs one descriptor and a few KiB.
  std::size_t max_connections = 4096;

  // From the first byte of a request to the end of its head: one packet, normally.
  base::Duration head_timeout = std::chrono::seconds(10);
  // The whole body, and the pace it must keep after a grace that covers slow starts: a client that sends one byte at
  // a time cannot hold a connection for longer than the grace.
  base::Duration body_timeout = std::chrono::seconds(60);
  base::Duration body_grace = std::chrono::seconds(5);
  std::size_t body_bytes_per_second = 1024;
  // Between requests, and before the first. Clients are told (`Keep-Alive: timeout=72`).
  base::Duration keep_alive_idle = std::chrono::seconds(72);
  // Without the client taking a single byte. Its reader hangs or its network is gone.
  base::Duration write_stall = std::chrono::seconds(30);
  // After the last answer: what the client still sends is read and dropped for this long, because closing with unread
  // bytes resets the connection and can destroy the answer before the client has read it.
  base::Duration linger_time = std::chrono::seconds(2);
  std::size_t linger_bytes = 16 * 1024 * 1024;
  // How often the limits of time are looked at; they are late by this much at most.
  base::Duration tick = std::chrono::milliseconds(500);
};

struct Endpoint {
  std::string address;  // "127.0.0.1", "::1"
  std::uint16_t port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct HttpServerState;

// REQUIRES: all arguments outlive the server; close_all() has returned before the destructor runs, if listen() was
// called.
class HttpServer {
 public:
  HttpServer(aio::Executor executor, aio::Clock& clock, const base::Logger& log, HttpHandler& handler,
             HttpServerConfig config = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds every address that `host` resolves to (`localhost`: IPv4 and IPv6) and begins to accept. Port 0 lets the
  // system choose one, the same for all addresses. Returns what was bound. Blocks for the name lookup: for start-up.
  // Errors: Kind::invalid (unknown host), Kind::unavailable (address in use, not permitted).
  base::Result<std::vector<Endpoint>> listen(const std::string& host, std::uint16_t port);

  // Accepts no more and closes the listening sockets. Connections go on.
  void stop_listening();

  // Stops listening, closes idle connections at once, lets the others finish their present exchange within `grace`
  // (its answer says `Connection: close`), then cancels what is left. When it returns nothing of the server runs.
  aio::Task<void> close_all(base::Duration grace);

  std::size_t connections() const;

 private:
  struct Acceptor;
  base::Result<Endpoint> bind(const std::string& address, std::uint16_t port);
  aio::Task<void> accept_on(Acceptor& acceptor);
  aio::Task<void> tick();
  aio::Task<void> all_closed();

  std::unique_ptr<HttpServerState> state_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  aio::Scope listening_;  // one task an acceptor
  aio::Scope ticking_;
  aio::Scope connections_;  // one task a connection
};

}  // namespace net
