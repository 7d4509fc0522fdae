#include "net/http_client.h"

#include <algorithm>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/socket.h>

#include "aio/latch.h"
#include "base/check.h"
#include "base/text.h"
#include "net/http_client_multi.h"
#include "net/url.h"

namespace net {
namespace {

constexpr std::size_t kMaxHead = 256 * 1024;  // of an answer's headers together

using EasyHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// A list of header lines that is wiped, for the keys among them.
class HeaderLines {
 public:
  HeaderLines() = default;
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;
  ~HeaderLines() {
    for (const curl_slist* line = list_; line; line = line->next) explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(list_);
  }
  void add(const base::Secret& line) {
    // The view is of a std::string, so a NUL follows; a copy would not be wiped.
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
    curl_slist* longer = curl_slist_append(list_, line.reveal().data());
    CHECK(longer != nullptr, "out of memory");
    list_ = longer;
  }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

bool is_token(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !name.empty() && std::ranges::all_of(name, allowed);
}

bool is_field_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

base::Result<void> add_header(HeaderLines& lines, const std::string& name, std::string_view value) {
  if (!is_token(name)) return base::fail(base::Kind::invalid, "A header's name is no HTTP token");
  if (!is_field_value(value))
    return base::fail(base::Kind::invalid, fmt::format("The header {} holds a line break or a NUL", name));
  // "Name;" is how curl is told to send an empty value; "Name:" would remove the header.
  lines.add(base::Secret(value.empty() ? name + ";" : fmt::format("{}: {}", name, value)));
  return {};
}

// Settings that every call of a client has.
struct Shared {
  HttpClientOptions options;
  CurlMulti multi;
};

// One call: curl's handle and what its callbacks fill. Its destructor takes it out of curl, which closes the socket of
// an unfinished call.
class Transfer {
 public:
  Transfer(Shared& shared, HttpCall call) : shared_(shared), call_(std::move(call)) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    if (started_) shared_.multi.remove(easy_.get());
  }

  base::Result<void> prepare() {
    TRY(url_, parse_url(call_.url));
    TRY_VOID(shared_.options.policy.check(url_));
    TRY_VOID(set_headers());
    set_connection();
    set_request();
    return {};
  }

  void start() {
    started_ = true;
    shared_.multi.add(easy_.get(), [this](int code) {
      code_ = static_cast<CURLcode>(code);
      done_.set();
    });
  }

  aio::Task<base::Result<HttpReply>> reply() {
    co_await done_.wait();
    if (code_ != CURLE_OK) co_return std::unexpected(error());
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    reply_.status = static_cast<int>(status);
    co_return std::move(reply_);
  }

  std::string host() const { return url_.authority(); }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
    CHECK(code == CURLE_OK, curl_easy_strerror(code));
  }

  base::Result<void> set_headers() {
    HeaderLines& lines = lines_;
    bool has_agent = false;
    for (const auto& [name, value] : call_.headers) {
      has_agent = has_agent || base::equals_ignore_case(name, "user-agent");
      TRY_VOID(add_header(lines, name, value));
    }
    for (const SecretHeader& header : call_.secret_headers)
      TRY_VOID(add_header(lines, header.name, header.value.reveal()));
    if (!has_agent) TRY_VOID(add_header(lines, "User-Agent", "Belay/" BELAY_VERSION));
    lines.add(base::Secret("Expect:"));  // removed: nobody waits for a 100
    return {};
  }

  void set_connection() {
    set(CURLOPT_URL, call_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // giving up during a look-up does not wait for the resolver
    set(CURLOPT_CONNECTTIMEOUT_MS, 30'000L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    proxy_ = shared_.options.proxy.proxy_for(url_);
    set(CURLOPT_PROXY, proxy_.c_str());  // "" is none: curl does not look at the environment by itself
    set(CURLOPT_NOPROXY, "");
    if (!shared_.options.ca_file.empty()) set(CURLOPT_CAINFO, shared_.options.ca_file.c_str());
    set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    set(CURLOPT_ERRORBUFFER, &explanation_[0]);
  }

  void set_request() {
    set(CURLOPT_CUSTOMREQUEST, call_.method.c_str());
    set(CURLOPT_HTTPHEADER, lines_.get());
    set(CURLOPT_ACCEPT_ENCODING, "");  // all that curl can undo
    if (call_.method != "GET") {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
      set(CURLOPT_POSTFIELDS, call_.body.c_str());
    }
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  }

  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* to) {
    boost::asio::ip::address address;
    if (to->family == AF_INET) {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(to->addr);
      address = boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
    } else if (to->family == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(to->addr);
      boost::asio::ip::address_v6::bytes_type bytes;
      std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), bytes.begin());
      address = boost::asio::ip::address_v6(bytes);
    }
    auto& me = *static_cast<Transfer*>(self);
    const auto allowed = me.shared_.options.policy.check(address);
    if (!allowed && me.proxy_.empty()) {
      me.refusal_ = allowed.error();
      return CURL_SOCKET_BAD;
    }
    return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  }

  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& me = *static_cast<Transfer*>(self);
    HttpReply& reply = me.reply_;
    const std::string_view line(data, size * count);
    me.head_received_ += line.size();
    if (me.head_received_ > kMaxHead) return 0;
    if (line.starts_with("HTTP/")) reply.headers = {};  // of the last answer only: not of a proxy's or a 100
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && !line.starts_with("HTTP/"))
      reply.headers.add(std::string(base::trim(line.substr(0, colon))),
                        std::string(base::trim(line.substr(colon + 1))));
    return size * count;
  }

  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& me = *static_cast<Transfer*>(self);
    const std::string_view piece(data, size * count);
    me.received_ += piece.size();
    if (me.received_ > me.call_.max_body) return me.too_big_ = true, 0;
    if (!me.call_.on_body)
      me.reply_.body += piece;
    else if (!me.call_.on_body(piece))
      return 0;
    return piece.size();
  }

  base::Error error() const {
    if (refusal_) return *refusal_;
    const std::string where = host();
    if (too_big_) return {base::Kind::full, fmt::format("{} answered with more than {} bytes", where, call_.max_body)};
    std::string why = explanation_[0] ? std::string(&explanation_[0]) : std::string(curl_easy_strerror(code_));
    switch (code_) {
      case CURLE_PEER_FAILED_VERIFICATION:
        return {base::Kind::invalid,
                fmt::format("The certificate of {} is not trusted; --ca-file names further authorities", where), why};
      case CURLE_SSL_CACERT_BADFILE:
        return {base::Kind::invalid, fmt::format("The CA file {} cannot be used", shared_.options.ca_file), why};
      case CURLE_COULDNT_RESOLVE_HOST:
        return {base::Kind::upstream, fmt::format("getaddrinfo ENOTFOUND {}", url_.host), why};
      case CURLE_COULDNT_RESOLVE_PROXY:
        return {base::Kind::upstream, "The proxy's name cannot be looked up"};
      case CURLE_COULDNT_CONNECT: {
        long number = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
        const char* name = number ? strerrorname_np(static_cast<int>(number)) : nullptr;
        return {base::Kind::upstream, fmt::format("connect {} {}", name ? name : "failed", where), why};
      }
      case CURLE_OPERATION_TIMEDOUT:
        return {base::Kind::upstream, fmt::format("connect ETIMEDOUT {}", where), why};
      default:
        return {base::Kind::upstream, fmt::format("The exchange with {} broke: {}", where, curl_easy_strerror(code_)),
                why};
    }
  }

  Shared& shared_;
  HttpCall call_;
  Url url_;
  std::string proxy_;
  HeaderLines lines_;
  char explanation_[CURL_ERROR_SIZE] = "";
  EasyHandle easy_{curl_easy_init(), &curl_easy_cleanup};
  bool started_ = false;
  aio::Latch done_;
  CURLcode code_ = CURLE_OK;
  HttpReply reply_;
  std::size_t received_ = 0;
  std::size_t head_received_ = 0;
  bool too_big_ = false;
  std::optional<base::Error> refusal_;
};

class CurlClient final : public HttpClient {
 public:
  CurlClient(aio::Executor executor, HttpClientOptions options)
      : shared_{options, CurlMulti(std::move(executor), options.max_connections)} {}

  aio::Task<base::Result<HttpReply>> send(const aio::Context& ctx, HttpCall call) override {
    Transfer transfer(shared_, std::move(call));
    CO_TRY_VOID(transfer.prepare());
    std::string late = fmt::format("{} did not answer in time", transfer.host());
    if (ctx.now() >= ctx.deadline) co_return base::fail(base::Kind::timeout, std::move(late));
    transfer.start();
    auto reply = transfer.reply();
    co_return co_await aio::by_deadline(ctx, std::move(reply), std::move(late));
  }

 private:
  Shared shared_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(aio::Executor executor, HttpClientOptions options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(ready == CURLE_OK, "libcurl cannot start");
  return std::make_unique<CurlClient>(std::move(executor), std::move(options));
}

}  // namespace net
