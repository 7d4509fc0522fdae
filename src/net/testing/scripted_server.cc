#include "net/testing/scripted_server.h"

#include <charconv>
#include <deque>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "aio/scope.h"
#include "aio/wait_list.h"
#include "base/check.h"
#include "base/text.h"

namespace net::testing {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Socket = asio::basic_stream_socket<tcp, aio::Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, aio::Executor>;

namespace {

HttpRequest parse_head(std::string_view head) {
  HttpRequest request;
  const auto lines = base::split(head, '\n');
  const auto words = base::split(base::trim(lines[0]), ' ');
  CHECK(words.size() == 3, "the client sent no request line");
  request.method = words[0];
  request.target = words[1];
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (const std::size_t colon = lines[i].find(':'); colon != std::string_view::npos)
      request.headers.add(std::string(lines[i].substr(0, colon)), std::string(base::trim(lines[i].substr(colon + 1))));
  return request;
}

std::size_t content_length(const HttpRequest& request) {
  std::size_t length = 0;
  if (const auto text = request.headers.find("content-length"))
    std::from_chars(text->data(), text->data() + text->size(), length);
  return length;
}

std::string head_of(const Answer& answer) {
  std::string head = fmt::format("HTTP/1.1 {} Scripted\r\nContent-Length: {}\r\n", answer.status, answer.body.size());
  for (const auto& [name, value] : answer.headers) head += fmt::format("{}: {}\r\n", name, value);
  return head + "\r\n";
}

std::string bytes_of(const Answer& answer) {
  switch (answer.way) {
    case Answer::Way::whole:
      return head_of(answer) + answer.body;
    case Answer::Way::raw:
      return answer.body;
    case Answer::Way::hang:
      return "";
    case Answer::Way::stall:
    case Answer::Way::cut:
      return head_of(answer) + answer.body.substr(0, answer.body.size() / 2);
  }
  return "";
}

}  // namespace

struct ScriptedServer::Impl {
  Impl(const aio::Executor& executor, const std::optional<Identity>& identity)
      : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), scope(executor) {
    if (identity) {
      tls.emplace(asio::ssl::context::tls_server);
      tls->use_certificate_chain_file(identity->certificate);
      tls->use_private_key_file(identity->key, asio::ssl::context::pem);
    }
    scope.spawn(accept_all());
  }

  aio::Task<void> accept_all() {
    for (;;) {
      Socket socket(scope.executor());
      auto [error] = co_await acceptor.async_accept(socket, asio::as_tuple(aio::use_task));
      if (error) co_return;
      ++connections;
      scope.spawn(connection(std::move(socket)));
    }
  }

  aio::Task<void> connection(Socket socket) {
    if (!tls) {
      co_await serve(socket);
      co_return;
    }
    asio::ssl::stream<Socket> stream(std::move(socket), *tls);
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(aio::use_task));
    if (!error) co_await serve(stream);
  }

  template <class Stream>
  aio::Task<void> serve(Stream& stream) {
    std::string buffer;
    bool more = true;
    while (more) more = co_await exchange(stream, buffer);
  }

  // One request and its answer; false when the connection is over.
  template <class Stream>
  aio::Task<bool> exchange(Stream& stream, std::string& buffer) {
    auto [error, size] = co_await asio::async_read_until(stream, asio::dynamic_buffer(buffer), "\r\n\r\n",
                                                         asio::as_tuple(aio::use_task));
    if (error) co_return note_left();
    HttpRequest request = parse_head(std::string_view(buffer).substr(0, size));
    const std::size_t length = content_length(request);
    if (buffer.size() < size + length) {
      auto [short_read, got] = co_await asio::async_read(stream, asio::dynamic_buffer(buffer),
                                                         asio::transfer_exactly(size + length - buffer.size()),
                                                         asio::as_tuple(aio::use_task));
      if (short_read) co_return note_left();
    }
    request.body = buffer.substr(size, length);
    buffer.erase(0, size + length);
    requests.push_back(std::move(request));
    changed.wake_all();
    Answer answer{.status = 404};
    if (!script.empty()) {
      answer = std::move(script.front());
      script.pop_front();
    }
    const std::string bytes = bytes_of(answer);
    auto [write_error, written] =
        co_await asio::async_write(stream, asio::buffer(bytes), asio::as_tuple(aio::use_task));
    if (answer.way == Answer::Way::whole) co_return !write_error;
    if (answer.way == Answer::Way::cut || answer.way == Answer::Way::raw) co_return false;
    char byte = 0;
    co_await stream.async_read_some(asio::buffer(&byte, 1), asio::as_tuple(aio::use_task));
    co_return note_left();
  }

  bool note_left() {
    ++left;
    changed.wake_all();
    return false;
  }

  std::optional<asio::ssl::context> tls;
  Acceptor acceptor;
  std::deque<Answer> script;
  std::vector<HttpRequest> requests;
  int connections = 0;
  std::size_t left = 0;
  aio::WaitList changed;
  aio::Scope scope;
};

ScriptedServer::ScriptedServer(const aio::Executor& executor, std::optional<Identity> identity)
    : impl_(std::make_unique<Impl>(executor, identity)) {}

ScriptedServer::~ScriptedServer() = default;

void ScriptedServer::will(Answer answer) { impl_->script.push_back(std::move(answer)); }

std::uint16_t ScriptedServer::port() const { return impl_->acceptor.local_endpoint().port(); }

std::string ScriptedServer::url(const std::string& target) const {
  return fmt::format("{}://127.0.0.1:{}{}", impl_->tls ? "https" : "http", port(), target);
}

const std::vector<HttpRequest>& ScriptedServer::requests() const { return impl_->requests; }

int ScriptedServer::connections() const { return impl_->connections; }

aio::Task<void> ScriptedServer::requests_read(std::size_t count) {
  while (impl_->requests.size() < count) co_await impl_->changed.wait();
}

aio::Task<void> ScriptedServer::clients_left(std::size_t count) {
  while (impl_->left < count) co_await impl_->changed.wait();
}

aio::Task<void> ScriptedServer::stop() { return impl_->scope.cancel(); }

}  // namespace net::testing
