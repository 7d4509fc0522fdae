#include "net/resolve.h"

#include <expected>
#include <map>
#include <memory>

#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include "aio/latch.h"
#include "base/activity.h"
#include "base/text.h"
#include "net/foreign_sockets.h"
#include "os/aside.h"

namespace net {

namespace asio = boost::asio;
using asio::ip::address;
using boost::system::error_code;

namespace {

constexpr std::size_t kMostAddresses = 16;  // whoever answers for a name chooses how many it has
constexpr int kTries = 2;  // at each server; with the usual 5 s and their doubling a silent one costs 15 s

using Addresses = std::vector<address>;

// A socket of c-ares'. It belongs to c-ares: the descriptor is released, never closed here.
struct CaresWatch {
  explicit CaresWatch(const aio::Executor& executor) : descriptor(executor) {}
  ~CaresWatch() { drop(); }
  void drop() {
    read = write = false;
    if (descriptor.is_open()) descriptor.release();
  }
  ForeignSocket descriptor;
  bool read = false;  // wanted
  bool write = false;
  bool waiting_read = false;
  bool waiting_write = false;
};

struct Destroy {
  void operator()(ares_channel channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<ares_channeldata, Destroy>;

// What the files of /etc tell: the addresses, or a channel that asks name servers and reads no file any more.
struct Beginning {
  int status = ARES_SUCCESS;
  Addresses found = {};
  Channel channel = {};
};

ares_addrinfo_hints any_family() {
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  return hints;
}

// Takes what was found apart, and frees it.
Addresses addresses_of(ares_addrinfo* result) {
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(result, &ares_freeaddrinfo);
  Addresses out;
  for (const ares_addrinfo_node* node = result ? result->nodes : nullptr;
       node != nullptr && out.size() < kMostAddresses; node = node->ai_next) {
    if (node->ai_family == AF_INET) {
      const auto& v4 = *reinterpret_cast<const sockaddr_in*>(node->ai_addr);
      out.emplace_back(asio::ip::address_v4(ntohl(v4.sin_addr.s_addr)));
    } else if (node->ai_family == AF_INET6) {
      const auto& v6 = *reinterpret_cast<const sockaddr_in6*>(node->ai_addr);
      asio::ip::address_v6::bytes_type bytes;
      std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), bytes.begin());
      out.emplace_back(asio::ip::address_v6(bytes, v6.sin6_scope_id));
    }
  }
  return out;
}

// `lookups`: "f" for /etc/hosts, "b" for name servers; "": as /etc/nsswitch.conf and its like say.
std::expected<Channel, int> open_channel(ares_options wanted, int mask, std::string lookups) {
  if (!lookups.empty()) {
    mask |= ARES_OPT_LOOKUPS;
    wanted.lookups = lookups.data();  // copied
  }
  ares_channel channel = nullptr;
  if (const int status = ares_init_options(&channel, &wanted, mask); status != ARES_SUCCESS)
    return std::unexpected(status);
  return Channel(channel);
}

std::string lookups_of(ares_channel channel) {
  ares_options used{};
  int mask = 0;
  std::string out = "fb";
  if (ares_save_options(channel, &used, &mask) == ARES_SUCCESS && used.lookups != nullptr) out = used.lookups;
  ares_destroy_options(&used);
  return out;
}

// It comes back at once, for it has nobody to ask.
Addresses in_hosts_file(const std::string& host) {
  Addresses out;
  const auto channel = open_channel({}, 0, "f");
  if (!channel) return out;
  const ares_addrinfo_hints hints = any_family();
  const auto on_found = [](void* found, int, int, ares_addrinfo* result) {
    *static_cast<Addresses*>(found) = addresses_of(result);
  };
  ares_getaddrinfo(channel->get(), host.c_str(), nullptr, &hints, on_found, &out);
  return out;
}

// Reads files.
Beginning begin_lookup(const std::string& host, const ResolveOptions& options, ares_sock_state_cb on_socket,
                       void* lookup) {
  ares_options wanted{};
  int mask = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TRIES;
  wanted.sock_state_cb = on_socket;
  wanted.sock_state_cb_data = lookup;
  wanted.tries = kTries;
  if (options.timeout.count() > 0) {
    mask |= ARES_OPT_TIMEOUTMS;
    wanted.timeout = static_cast<int>(options.timeout.count());
  }
  auto channel = open_channel(wanted, mask, "");
  if (!channel) return {.status = channel.error()};
  const std::string lookups = lookups_of(channel->get());
  if (lookups.find('f') != std::string::npos) {
    if (Addresses found = in_hosts_file(host); !found.empty()) return {.found = std::move(found)};
    if (lookups.find('b') == std::string::npos) return {.status = ARES_ENOTFOUND};
    channel = open_channel(wanted, mask, "b");
    if (!channel) return {.status = channel.error()};
  }
  if (!options.servers.empty())
    if (const int status = ares_set_servers_ports_csv(channel->get(), options.servers.c_str()); status != ARES_SUCCESS)
      return {.status = status};
  return {.channel = std::move(*channel)};
}

// A channel of its own for each look-up: nothing of one can reach another, and to give up is to destroy it.
class Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  explicit Lookup(const aio::Executor& executor) : executor_(executor), timer_(executor) {}
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() { stop(); }

  static void on_socket(void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<Lookup*>(self)->watch(socket, readable != 0, writable != 0);
  }

  void start(const std::string& host, Beginning from) {
    const base::Activity activity("looking a name up");
    found_ = std::move(from.found);
    channel_ = from.channel.release();
    if (channel_ == nullptr) return finish(from.status);
    const ares_addrinfo_hints hints = any_family();
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &on_found, this);
    set_timer();
  }

  // Closes its sockets; nothing comes back to it any more.
  void stop() {
    stopped_ = true;
    if (channel_ != nullptr) ares_destroy(std::exchange(channel_, nullptr));
    for (const auto& [socket, watch] : watches_) watch->drop();
    watches_.clear();
    timer_.cancel();
  }

  aio::Task<void> done() { return done_.wait(); }
  int status() const { return status_; }
  Addresses take() { return std::move(found_); }

 private:
  void finish(int status) {
    if (done_.is_set()) return;
    status_ = status;
    done_.set();
  }

  static void on_found(void* self, int status, int /*timeouts*/, ares_addrinfo* result) {
    auto& me = *static_cast<Lookup*>(self);
    me.found_ = addresses_of(result);
    me.finish(status);
  }

  void watch(ares_socket_t socket, bool read, bool write) {
    const auto found = watches_.find(socket);
    if (!read && !write) {
      if (found == watches_.end()) return;
      found->second->drop();
      watches_.erase(found);
      return;
    }
    if (stopped_) return;
    std::shared_ptr<CaresWatch> one = found == watches_.end() ? nullptr : found->second;
    if (!one) {
      one = std::make_shared<CaresWatch>(executor_);
      error_code error;
      one->descriptor.assign(socket, error);
      if (error) return finish(ARES_ENOMEM);  // the kernel has no room to watch it: without that no answer can come
      watches_.emplace(socket, one);
    }
    one->read = read;
    one->write = write;
    arm(socket, one);
  }

  // Waits for what is wanted and not waited for already.
  void arm(ares_socket_t socket, const std::shared_ptr<CaresWatch>& one) {
    if (one->read && !one->waiting_read) {
      one->waiting_read = true;
      wait(socket, one, ForeignSocket::wait_read);
    }
    if (one->write && !one->waiting_write) {
      one->waiting_write = true;
      wait(socket, one, ForeignSocket::wait_write);
    }
  }

  void wait(ares_socket_t socket, const std::shared_ptr<CaresWatch>& one, ForeignSocket::wait_type type) {
    one->descriptor.async_wait(type, [weak = weak_from_this(), socket, one, type](error_code) {
      const bool reading = type == ForeignSocket::wait_read;
      (reading ? one->waiting_read : one->waiting_write) = false;
      const auto self = weak.lock();
      if (!self || !(reading ? one->read : one->write) || self->channel_ == nullptr) return;
      self->turn(reading ? socket : ARES_SOCKET_BAD, reading ? ARES_SOCKET_BAD : socket);
      self->arm(socket, one);
    });
  }

  void turn(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel_, readable, writable);
    set_timer();
  }

  void set_timer() {
    timeval room{};
    const timeval* next = channel_ == nullptr || done_.is_set() ? nullptr : ares_timeout(channel_, nullptr, &room);
    if (next == nullptr) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(next->tv_sec) + std::chrono::microseconds(next->tv_usec));
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (self && !error && self->channel_ != nullptr) self->turn(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
  }

  aio::Executor executor_;
  ForeignTimer timer_;
  ares_channel channel_ = nullptr;
  std::map<ares_socket_t, std::shared_ptr<CaresWatch>> watches_;
  bool stopped_ = false;
  aio::Latch done_;
  int status_ = ARES_SUCCESS;
  Addresses found_;
};

bool is_loopback_name(std::string_view host) {
  const std::string name = base::to_lower_ascii(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
  return name == "localhost" || name.ends_with(".localhost");
}

std::string_view code_of(int status) {
  switch (status) {
    case ARES_SUCCESS:  // without an address
    case ARES_ENODATA:
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
      return "ENOTFOUND";
    case ARES_ENOMEM:
    case ARES_EFILE:
    case ARES_ENOTINITIALIZED:
      return "EAI_FAIL";
    default:
      return "EAI_AGAIN";
  }
}

}  // namespace

aio::Task<base::Result<Addresses>> resolve(std::string host, ResolveOptions options) {
  error_code no_address;
  const address literal = asio::ip::make_address(host, no_address);
  if (!no_address) co_return Addresses{literal};
  if (is_loopback_name(host)) co_return Addresses{asio::ip::address_v6::loopback(), asio::ip::address_v4::loopback()};
  // Its handlers hold it weakly: it ends with this frame, a cancelled one too.
  const auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
  // It makes the channel's sockets known to the look-up, should that still be there when there are any.
  auto begin = [host, options, name = static_cast<void*>(lookup.get())]() -> base::Result<Beginning> {
    return begin_lookup(host, options, &Lookup::on_socket, name);
  };
  auto beginning = co_await os::aside(begin);
  if (!beginning) beginning = begin();  // there is no thread
  lookup->start(host, std::move(*beginning));
  co_await lookup->done();
  Addresses found = lookup->take();
  if (lookup->status() == ARES_SUCCESS && !found.empty()) co_return found;
  co_return base::fail(base::Kind::upstream,
                       fmt::format("getaddrinfo {} {}", code_of(lookup->status()), base::truncate(host, 255)),
                       ares_strerror(lookup->status()));
}

}  // namespace net
