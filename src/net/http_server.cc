#include "net/http_server.h"

#include <map>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>
#include <poll.h>

#include "aio/incidents.h"
#include "aio/race.h"
#include "aio/scope.h"
#include "net/http_connection.h"

namespace net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// After a failed accept: the connection stays in the backlog and would fail again at once.
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

constexpr std::size_t kAcceptAtOnce = 64;
constexpr std::size_t kCrowds = 8;  // where all places are taken, that those left to newcomers are enough for
constexpr int kTurnsToBeHeard = 4;  // of the loop, for each of them

// How late a deadline may be noticed.
constexpr auto kDeadlineTick = std::chrono::seconds(1);

ConnectionPlaces::Limits limits_of(const HttpServerConfig& config) {
  return {.connections = config.max_connections,
          .per_address = config.max_connections_per_address,
          .unread_bytes = config.max_unread_bytes,
          .unsent_bytes = config.max_unsent_bytes};
}

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
        places_(limits_of(config)),
        date_(clock),
        executor_(loop.executor()),
        acceptors_scope_(executor_, "accepting connections"),
        scope_(executor_, "a connection") {}

  base::Result<std::vector<Endpoint>> listen(const std::vector<asio::ip::address>& addresses, std::uint16_t port) {
    std::vector<Endpoint> out;
    for (const asio::ip::address& address : addresses) {
      auto opened = open({address, port == 0 && !out.empty() ? out.front().port : port});
      if (!opened && !out.empty()) continue;
      if (!opened) return std::unexpected(std::move(opened).error());
      const tcp::endpoint real = opened->get()->local_endpoint();
      out.push_back({real.address().to_string(), real.port()});
      acceptors_.push_back(std::move(*opened));
    }
    for (const auto& acceptor : acceptors_)
      acceptors_scope_.spawn(
          aio::persistently("accepting connections", clock_, [this, &one = *acceptor] { return accept(one); }));
    acceptors_scope_.spawn(aio::persistently("watching for deadlines", clock_, [this] { return watch_deadlines(); }));
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
    if (!error) acceptor->non_blocking(true, error);
    if (error)
      return base::fail(base::Kind::unavailable,
                        fmt::format("cannot listen on {} port {}: {}; choose another with --port or PORT",
                                    endpoint.address().to_string(), endpoint.port(), error.message()));
    return acceptor;
  }

  // Many at a time: one in each turn of a busy loop would leave who comes behind a burst waiting for as many turns.
  aio::Task<void> accept(Acceptor& acceptor) {
    std::size_t unheard = 0;  // accepted since they had some turns
    for (bool failing = false;;) {
      auto [waited] = co_await acceptor.async_wait(asio::socket_base::wait_read, asio::as_tuple(aio::use_task));
      if (waited == asio::error::operation_aborted || !acceptor.is_open()) co_return;
      error_code error = waited;
      for (std::size_t n = 0; n < kAcceptAtOnce && !error; ++n) {
        if (places_.full()) {
          if (!somebody_waits(acceptor)) break;
          // Who has just come is heard before it may have to go for the next.
          if (unheard > limits_of(config_).kept_from_work() / kCrowds) {
            for (int turn = 0; turn < kTurnsToBeHeard; ++turn) co_await aio::yield();
            unheard = 0;
            break;
          }
          if (!make_room()) {
            co_await room_.wait();
            break;
          }
        }
        TcpSocket socket(executor_);
        acceptor.accept(socket, error);
        if (error) break;
        if (std::exchange(failing, false)) log_.info("accepting again");
        ++unheard;
        scope_.spawn(serve(std::move(socket)));
      }
      if (!error || error == asio::error::would_block || error == asio::error::try_again) continue;
      // Out of descriptors, most likely: the next try may do; until one does, this is said once.
      if (!std::exchange(failing, true)) log_.warn("accept failed", {{"error", error.message()}});
      co_await clock_.sleep(kAcceptPause);
    }
  }

  static bool somebody_waits(Acceptor& acceptor) {
    pollfd state{.fd = acceptor.native_handle(), .events = POLLIN, .revents = 0};
    return ::poll(&state, 1, 0) > 0;
  }

  // False while all are at work.
  bool make_room() {
    const auto id = places_.to_make_room(clock_.now());
    if (id) make_give_way(*id);
    return id.has_value();
  }

  // False while nobody at work can be spared.
  bool make_room_for(ConnectionPlaces::Work work) {
    if (!places_.work_is_full(work)) return true;
    const auto id = places_.to_make_room_for_work(clock_.now());
    if (id)
      make_give_way(*id);
    else
      ++turned_away_;
    return id.has_value();
  }

  void make_give_way(ConnectionPlaces::Id id) {
    connections_.at(id)->give_way();
    places_.leave(id);
    ++gave_way_;
  }

  // Asked for with every piece that is written, and by the clock: those that hold too much may all have stalled.
  void cut_off_readers() {
    while (const auto id = places_.over_unsent_limit(clock_.now())) make_give_way(*id);
  }

  // One look at everybody a second; none while nobody is there.
  aio::Task<void> watch_deadlines() {
    for (;;) {
      while (connections_.empty()) co_await somebody_.wait();
      co_await clock_.sleep(kDeadlineTick);
      const base::TimePoint now = clock_.now();
      for (const auto& [id, connection] : connections_) connection->check_deadline(now);
      cut_off_readers();
      room_.wake_all();  // a reader may have stalled for long enough
      if (gave_way_ > 0) log_.warn("connections gave way to others", {{"count", std::exchange(gave_way_, 0)}});
      if (turned_away_ > 0)
        log_.warn("requests refused, too many are at work", {{"count", std::exchange(turned_away_, 0)}});
    }
  }

  aio::Task<void> serve(TcpSocket socket) {
    error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (gone) co_return;
    Registration registration(*this, address_group(peer.address().to_string()));
    const auto connection =
        make_http_connection(std::move(socket), clock_, date_, log_, handler_, config_, registration);
    registration.add(*connection);
    co_await connection->run();
  }

  // A connection's place, and what it tells of itself.
  class Registration final : public ConnectionWatch {
   public:
    // The child's own id is the next one that the scope gives out.
    Registration(Impl& impl, const std::string& address) : impl_(impl), id_(impl.scope_.last_spawned()) {
      impl_.places_.enter(id_, address, impl_.clock_.now());
      if (!impl_.places_.too_many_of(address)) return;
      surplus_ = impl_.places_.to_make_room_at(address, impl_.clock_.now()).value_or(id_);
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() override {
      impl_.connections_.erase(id_);
      impl_.places_.leave(id_);
      impl_.room_.wake_all();
    }

    void add(HttpConnection& connection) {
      impl_.connections_.emplace(id_, &connection);
      impl_.somebody_.wake_all();
      if (surplus_) impl_.make_give_way(*surplus_);
    }
    void is(ConnectionPlaces::State state) override {
      impl_.places_.set(id_, state, impl_.clock_.now());
      if (state != ConnectionPlaces::State::working) impl_.room_.wake_all();
    }
    void is_spare(std::size_t ahead) override {
      impl_.places_.set_spare(id_, ahead, impl_.clock_.now());
      impl_.room_.wake_all();
    }
    bool may_do(ConnectionPlaces::Work work) override { return impl_.make_room_for(work); }
    void holds_unread(std::size_t bytes) override {
      impl_.places_.hold_unread(id_, bytes);
      while (const auto id = impl_.places_.over_unread_limit()) impl_.make_give_way(*id);
    }
    void holds_unsent(std::size_t bytes) override {
      impl_.places_.hold_unsent(id_, bytes);
      impl_.cut_off_readers();
    }

   private:
    Impl& impl_;
    aio::Scope::ChildId id_;
    std::optional<ConnectionPlaces::Id> surplus_ = {};
  };

  aio::Clock& clock_;
  const base::Logger& log_;
  HttpHandler& handler_;
  HttpServerConfig config_;
  ConnectionPlaces places_;
  std::size_t gave_way_ = 0;  // since it was last said
  std::size_t turned_away_ = 0;
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

base::Result<std::vector<Endpoint>> HttpServer::listen(const std::vector<asio::ip::address>& addresses,
                                                       std::uint16_t port) {
  return impl_->listen(addresses, port);
}
void HttpServer::stop_listening() { impl_->stop_listening(); }
aio::Task<void> HttpServer::close_all(base::Duration grace) { return impl_->close_all(grace); }
std::size_t HttpServer::connections() const { return impl_->connections(); }

}  // namespace net
