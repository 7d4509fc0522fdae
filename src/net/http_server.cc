#include "net/http_server.h"

#include <map>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>

#include "aio/race.h"
#include "aio/scope.h"
#include "net/http_connection.h"

namespace net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// After a failed accept: the connection stays in the backlog and would fail again at once.
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

// How late a deadline may be noticed.
constexpr auto kDeadlineTick = std::chrono::seconds(1);

using Acceptor = asio::basic_socket_acceptor<tcp, aio::Executor>;

std::string Endpoint::url() const {
  return address.find(':') == std::string::npos ? fmt::format("http://{}:{}", address, port)
                                                : fmt::format("http://[{}]:{}", address, port);
}

class HttpServer::Impl {
 public:
  Impl(aio::Loop& loop, aio::Clock& clock, const base::Logger& log, HttpHandler& handler, HttpServerConfig config)
      : clock_(clock),
        log_(log),
        handler_(handler),
        config_(config),
        date_(clock),
        executor_(loop.executor()),
        acceptors_scope_(executor_),
        scope_(executor_) {}

  base::Result<std::vector<Endpoint>> listen(const std::string& host, std::uint16_t port) {
    error_code error;
    tcp::resolver resolver(executor_);
    const auto found = resolver.resolve(host, std::to_string(port), error);
    if (error)
      return base::fail(base::Kind::invalid, fmt::format("HOST {} does not resolve: {}", host, error.message()));
    std::vector<Endpoint> out;
    for (const auto& entry : found) {
      tcp::endpoint endpoint = entry.endpoint();
      if (port == 0 && !out.empty()) endpoint.port(out.front().port);
      auto opened = open(endpoint);
      // A second address of the same name may be switched off (IPv6 in a container); the first must work.
      if (!opened && !out.empty()) continue;
      if (!opened) return std::unexpected(std::move(opened).error());
      const tcp::endpoint real = opened->get()->local_endpoint();
      out.push_back({real.address().to_string(), real.port()});
      acceptors_.push_back(std::move(*opened));
    }
    for (const auto& acceptor : acceptors_) acceptors_scope_.spawn(accept(*acceptor));
    acceptors_scope_.spawn(watch_deadlines());
    return out;
  }

  void stop_listening() {
    acceptors_scope_.cancel_all();
    error_code ignored;
    for (const auto& acceptor : acceptors_) acceptor->close(ignored);
  }

  aio::Task<void> close_all(base::Duration grace) {
    stop_listening();
    co_await acceptors_scope_.finish();
    for (auto& [id, connection] : std::map(connections_)) {
      connection->finish_soon();
      if (connection->idle()) scope_.cancel_child(id);
    }
    if (!scope_.empty()) {
      auto first = co_await aio::race(scope_.finish(), clock_.sleep(grace));
      static_cast<void>(first);
    }
    co_await scope_.cancel();
  }

  std::size_t connections() const { return scope_.size(); }

 private:
  base::Result<std::unique_ptr<Acceptor>> open(const tcp::endpoint& endpoint) {
    auto acceptor = std::make_unique<Acceptor>(executor_);
    error_code error;
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
    if (!error && endpoint.protocol() == tcp::v6()) acceptor->set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor->bind(endpoint, error);
    if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error)
      return base::fail(base::Kind::unavailable,
                        fmt::format("cannot listen on {} port {}: {}; choose another with --port or PORT",
                                    endpoint.address().to_string(), endpoint.port(), error.message()));
    return acceptor;
  }

  aio::Task<void> accept(Acceptor& acceptor) {
    for (bool failing = false;;) {
      while (scope_.size() >= config_.max_connections) co_await room_.wait();
      TcpSocket socket(executor_);
      auto [error] = co_await acceptor.async_accept(socket, asio::as_tuple(aio::use_task));
      if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
      if (error) {  // out of descriptors, most likely: the next try may do; until one does, this is said once
        if (!std::exchange(failing, true)) log_.warn("accept failed", {{"error", error.message()}});
        co_await clock_.sleep(kAcceptPause);
        continue;
      }
      if (std::exchange(failing, false)) log_.info("accepting again");
      scope_.spawn(serve(std::move(socket)));
    }
  }

  // One look at everybody a second; none while nobody is there.
  aio::Task<void> watch_deadlines() {
    for (;;) {
      while (connections_.empty()) co_await somebody_.wait();
      co_await clock_.sleep(kDeadlineTick);
      const base::TimePoint now = clock_.now();
      for (const auto& [id, connection] : connections_) connection->check_deadline(now);
    }
  }

  aio::Task<void> serve(TcpSocket socket) {
    const auto connection = make_http_connection(std::move(socket), clock_, date_, log_, handler_, config_);
    // The child's own id is the next one that the scope gives out; registered for close_all.
    const Registration registration(*this, *connection);
    co_await connection->run();
  }

  class Registration {
   public:
    Registration(Impl& impl, HttpConnection& connection) : impl_(impl), id_(impl.scope_.last_spawned()) {
      impl_.connections_.emplace(id_, &connection);
      impl_.somebody_.wake_all();
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() {
      impl_.connections_.erase(id_);
      impl_.room_.wake_all();
    }

   private:
    Impl& impl_;
    aio::Scope::ChildId id_;
  };

  aio::Clock& clock_;
  const base::Logger& log_;
  HttpHandler& handler_;
  HttpServerConfig config_;
  DateCache date_;
  aio::Executor executor_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::map<aio::Scope::ChildId, HttpConnection*> connections_;
  aio::WaitList room_;
  aio::WaitList somebody_;
  aio::Scope acceptors_scope_;
  aio::Scope scope_;
};

HttpServer::HttpServer(aio::Loop& loop, aio::Clock& clock, const base::Logger& log, HttpHandler& handler,
                       HttpServerConfig config)
    : impl_(std::make_unique<Impl>(loop, clock, log, handler, config)) {}
HttpServer::~HttpServer() = default;

base::Result<std::vector<Endpoint>> HttpServer::listen(const std::string& host, std::uint16_t port) {
  return impl_->listen(host, port);
}
void HttpServer::stop_listening() { impl_->stop_listening(); }
aio::Task<void> HttpServer::close_all(base::Duration grace) { return impl_->close_all(grace); }
std::size_t HttpServer::connections() const { return impl_->connections(); }

}  // namespace net
