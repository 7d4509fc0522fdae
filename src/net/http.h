// HTTP as plain values, and one exchange on a connection. No Beast here.
#pragma once
#include <cstddef>
#include <memory>
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
  // Over the loopback, where the server was told to look: who holds the other end when that is neither root nor the
  // server's own user ("user 1000"); else "".
  std::string other_user = {};
  // Why that could not be looked up just now ("Too many open files"); else "". The next request may be told.
  std::string user_unknown = {};
};

// The connection adds content-length, Date and Connection where the headers do not have them.
struct HttpResponse {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  // A large part of the body that is written from where it lies, and what follows it.
  std::shared_ptr<const std::string> shared = {};
  std::string tail = {};
};

// One HTTP chunk: the text, then what is shared if there is something, then the tail.
struct Chunk {
  std::string text;
  std::shared_ptr<const std::string> shared = {};
  std::string tail = {};
};

// RFC 9110 §5.6.2: what a header may be named.
bool is_token(std::string_view name);

// What has become of an answer after the kernel took it, asked at any later time.
enum class Delivery {
  under_way,  // not all of it has been acknowledged
  taken,      // the client's machine has all of it
  read,       // and the client went on, or closed in good order
  lost,       // the connection broke off before
};
class Receipt {
 public:
  virtual ~Receipt() = default;
  virtual Delivery delivery() const = 0;
  // Waits until the client has gone on, or its connection has ended. False: its machine never had all of the answer.
  // Where that cannot be told it is true.
  // Whoever waits holds the receipt.
  virtual aio::Task<bool> acknowledged() const { co_return true; }
};

// One request being answered. Answered exactly once: send, or begin_stream … end_stream. Lives on its connection.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const HttpRequest& request() const = 0;
  // The address of the other end, without its port; "" where that cannot be told.
  virtual std::string peer() const { return {}; }
  // The request's body has been read: it is "" from now on, however long the answer takes.
  virtual void drop_body() {}

  // These return false when the client is gone; nothing more need be written then.
  virtual aio::Task<bool> send(HttpResponse response) = 0;
  // The head as given, then Date. A client of HTTP/1.0 gets a head without Transfer-Encoding and the bare bytes.
  virtual aio::Task<bool> begin_stream(int status, Headers headers) = 0;
  virtual aio::Task<bool> write_chunk(Chunk chunk) = 0;  // flushed at once
  virtual aio::Task<bool> end_stream() = 0;

  // Of the answer, once send or end_stream has returned true; outlives the exchange. Null: nothing can be known.
  virtual std::shared_ptr<const Receipt> receipt() { return nullptr; }

  // Returns when the client has closed its end; a half-closed client counts as gone, though writing is still tried.
  // Otherwise waits until cancelled.
  virtual aio::Task<void> client_left() = 0;
  // The same, asked now: for who must know before client_left() had its turn.
  virtual bool client_gone() = 0;

  // Others that came before wait for the same answer, which this client gets as well by sending its request again.
  // While there are some its place can be had by others: then gave_way() is true, the client counts as gone, and the
  // connection tells it by itself to come again, or breaks the stream off.
  virtual void waits_behind(std::size_t /*others*/) {}
  virtual bool gave_way() const { return false; }
};

}  // namespace net
