#include "net/http_client_multi.h"

#include <map>

#include <boost/asio/post.hpp>
#include <curl/curl.h>

#include "base/activity.h"
#include "base/check.h"
#include "net/foreign_sockets.h"

namespace net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// A socket of curl's. It belongs to curl: the descriptor is released, never closed here.
struct CurlWatch {
  explicit CurlWatch(const aio::Executor& executor, curl_socket_t s) : socket(s), descriptor(executor) {}
  ~CurlWatch() { drop(); }
  void drop() {
    wanted = 0;
    if (descriptor.is_open()) descriptor.release();
  }
  const curl_socket_t socket;
  ForeignSocket descriptor;
  int wanted = 0;  // CURL_POLL_IN, CURL_POLL_OUT
  bool waiting_in = false;
  bool waiting_out = false;
};

}  // namespace

// Kept alive by the CurlMulti alone; handlers that come late find it gone.
struct CurlMulti::Core : std::enable_shared_from_this<Core> {
  Core(aio::Executor e, std::size_t max_connections)
      : executor(std::move(e)), timer(executor), multi(curl_multi_init()) {
    CHECK(multi != nullptr, "libcurl cannot start");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(max_connections));
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(max_connections));
  }

  ~Core() {
    CHECK(transfers.empty(), "an HTTP client died with calls under way");
    curl_multi_cleanup(multi);  // closes idle connections, so on_socket is called once more for some
  }

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void*) {
    auto& me = *static_cast<Core*>(self);
    if (!me.watch(socket, what)) me.fail(easy);
    return 0;
  }

  static int on_timer(CURLM*, long ms, void* self) {
    static_cast<Core*>(self)->set_timer(ms);
    return 0;
  }

  // False when the kernel has no room to watch it.
  bool watch(curl_socket_t socket, int what) {
    const auto found = watches.find(socket);
    if (what == CURL_POLL_REMOVE) {
      if (found == watches.end()) return true;
      found->second->drop();
      watches.erase(found);
      return true;
    }
    std::shared_ptr<CurlWatch> one =
        found == watches.end() ? std::make_shared<CurlWatch>(executor, socket) : found->second;
    if (found == watches.end()) {
      error_code error;
      one->descriptor.assign(socket, error);
      if (error) return false;
      watches.emplace(socket, one);
    }
    one->wanted = what;
    arm(one);
    return true;
  }

  // Later: curl is at work on it.
  void fail(CURL* easy) {
    asio::post(executor, [weak = weak_from_this(), easy] {
      const auto self = weak.lock();
      if (!self) return;
      if (const auto it = self->transfers.find(easy); it != self->transfers.end()) it->second(CURLE_OUT_OF_MEMORY);
    });
  }

  // Waits for what is wanted and not waited for already.
  void arm(const std::shared_ptr<CurlWatch>& one) {
    if ((one->wanted & CURL_POLL_IN) && !one->waiting_in) {
      one->waiting_in = true;
      wait(one, ForeignSocket::wait_read, CURL_CSELECT_IN);
    }
    if ((one->wanted & CURL_POLL_OUT) && !one->waiting_out) {
      one->waiting_out = true;
      wait(one, ForeignSocket::wait_write, CURL_CSELECT_OUT);
    }
  }

  void wait(const std::shared_ptr<CurlWatch>& one, ForeignSocket::wait_type type, int event) {
    one->descriptor.async_wait(type, [weak = weak_from_this(), one, event](error_code error) {
      (event == CURL_CSELECT_IN ? one->waiting_in : one->waiting_out) = false;
      const auto self = weak.lock();
      const int interest = event == CURL_CSELECT_IN ? CURL_POLL_IN : CURL_POLL_OUT;
      if (!self || !(one->wanted & interest)) return;
      self->turn(one->socket, error ? CURL_CSELECT_ERR : event);
      self->arm(one);
    });
  }

  void set_timer(long ms) {
    timer.cancel();
    if (ms < 0) return;
    timer.expires_after(std::chrono::milliseconds(ms));
    timer.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (self && !error) self->turn(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  // Lets curl work, then reports what has ended: by name, because a callback may remove transfers.
  void turn(curl_socket_t socket, int events) {
    const base::Activity activity("a call to another server");
    int running = 0;
    curl_multi_socket_action(multi, socket, events, &running);
    std::vector<std::pair<CURL*, int>> ended;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left))
      if (message->msg == CURLMSG_DONE) ended.emplace_back(message->easy_handle, message->data.result);
    for (const auto& [easy, code] : ended)
      if (const auto it = transfers.find(easy); it != transfers.end()) it->second(code);
  }

  aio::Executor executor;
  ForeignTimer timer;
  CURLM* multi;
  std::map<curl_socket_t, std::shared_ptr<CurlWatch>> watches;
  std::map<CURL*, std::function<void(int)>> transfers;
};

CurlMulti::CurlMulti(aio::Executor executor, std::size_t max_connections)
    : core_(std::make_shared<Core>(std::move(executor), max_connections)) {}

CurlMulti::~CurlMulti() = default;

void CurlMulti::add(Easy easy, std::function<void(int)> ended) {
  core_->transfers.emplace(easy, std::move(ended));
  const CURLMcode code = curl_multi_add_handle(core_->multi, easy);
  CHECK(code == CURLM_OK, curl_multi_strerror(code));
}

void CurlMulti::remove(Easy easy) {
  curl_multi_remove_handle(core_->multi, easy);
  core_->transfers.erase(easy);
}

}  // namespace net
