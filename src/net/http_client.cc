#include "net/http_client.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/socket.h>

#include "aio/latch.h"
#include "aio/semaphore.h"
#include "base/check.h"
#include "base/text.h"
#include "net/http_client_multi.h"
#include "net/http_client_names.h"
#include "net/tls.h"
#include "net/url.h"

namespace net {
namespace {

constexpr std::size_t kMaxHead = 256 * 1024;  // of an answer's headers together
constexpr std::size_t kMaxUrl = 64 * 1024;    // more than servers take; a model or a page may have a say in one
constexpr std::size_t kCounted = 64 * 1024;   // smaller answers are not counted

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

// curl is not to read the file of all certificates where it need not: 20 ms of the loop with each new connection.
bool has_certificates_by_name() {
  const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
  return curl->age >= CURLVERSION_SEVENTH && curl->capath && curl->cainfo &&
         certificates_by_name(curl->capath, curl->cainfo);
}

// Looked at once, with the first client: later it would be the loop that reads files.
bool finds_by_name() {
  static const bool kFinds = has_certificates_by_name();
  return kFinds;
}

// Settings that every call of a client has.
struct Shared {
  HttpClientOptions options;
  CurlMulti multi;
  CurlNames names = {};
  bool by_name = finds_by_name();  // certificates
};

// One call: curl's handle and what its callbacks fill. Its destructor takes it out of curl, which closes the socket of
// an unfinished call.
class Transfer {
 public:
  Transfer(Shared& shared, HttpCall call)
      : shared_(shared), call_(std::move(call)), peer_(peer_of(shared.options.memory)), hold_(peer_.hold()) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    if (started_) shared_.multi.remove(easy_.get());
  }

  base::Result<void> prepare() {
    if (call_.url.size() > kMaxUrl)
      return base::fail(base::Kind::invalid, fmt::format("The URL has {} bytes, more than the {} that can be sent",
                                                         call_.url.size(), kMaxUrl));
    TRY(url_, parse_url(call_.url));
    TRY_VOID(shared_.options.policy.check(url_));
    TRY_VOID(set_headers());
    TRY_VOID(set_connection());
    return set_request();
  }

  // REQUIRES: prepare() was well, and curl does not have it yet.
  aio::Task<base::Result<void>> look_names_up(const aio::Context& ctx) {
    CO_TRY(const std::vector<std::string> entries, co_await shared_.names.entries(ctx, url_, proxy_));
    for (const std::string& entry : entries) names_.add(base::Secret(entry));
    if (!entries.empty()) set(CURLOPT_RESOLVE, names_.get());
    co_return base::Result<void>();
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
    if (thrown_) std::rethrow_exception(thrown_);
    if (code_ != CURLE_OK || gave_way_) co_return std::unexpected(error());
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    reply_.status = static_cast<int>(status);
    const auto coding = reply_.headers.find("content-encoding");
    if (received_ > 0 && coding && !base::equals_ignore_case(*coding, "identity"))
      co_return base::fail(base::Kind::upstream,
                           fmt::format("{} answered in a content coding that it was not asked for", host()));
    co_return std::move(reply_);
  }

  std::string host() const { return url_.authority(); }

 private:
  // From within a callback of curl for another call, or for this one: what is called may not take it out of curl.
  base::MemoryBudget::Peer peer_of(base::MemoryBudget* memory) {
    if (!memory) return {};
    return base::MemoryBudget::Peer(*memory, [this](const std::string& why) {
      gave_way_ = why;
      reply_.body = std::string();
      done_.set();
    });
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
    CHECK(code == CURLE_OK, curl_easy_strerror(code));
  }

  // For what others chose, in which curl may find something to refuse.
  base::Result<void> set_text(CURLoption option, const std::string& text) {
    const CURLcode code = curl_easy_setopt(easy_.get(), option, text.c_str());
    if (code == CURLE_OK) return {};
    return base::fail(base::Kind::invalid,
                      fmt::format("A call to {} cannot be made: {}", host(), curl_easy_strerror(code)));
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

  base::Result<void> set_connection() {
    TRY_VOID(set_text(CURLOPT_URL, call_.url));
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // giving up during a look-up does not wait for the resolver
    set(CURLOPT_CONNECTTIMEOUT_MS, 30'000L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    proxy_ = shared_.options.proxy.proxy_for(url_);
    TRY_VOID(set_text(CURLOPT_PROXY, proxy_));  // "" is none: curl does not look at the environment by itself
    set(CURLOPT_NOPROXY, "");
    if (!shared_.options.ca_file.empty())
      TRY_VOID(set_text(CURLOPT_CAINFO, shared_.options.ca_file));
    else if (shared_.by_name)
      set(CURLOPT_CAINFO, nullptr);
    set(CURLOPT_SSL_CIPHER_LIST, kTlsCiphers);
    set(CURLOPT_SSL_EC_CURVES, kTlsGroups);
    set(CURLOPT_PREREQFUNCTION, &before_request);
    set(CURLOPT_PREREQDATA, static_cast<void*>(this));
    set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    set(CURLOPT_ERRORBUFFER, &explanation_[0]);
    return {};
  }

  base::Result<void> set_request() {
    TRY_VOID(set_text(CURLOPT_CUSTOMREQUEST, call_.method));
    set(CURLOPT_HTTPHEADER, lines_.get());
    if (call_.method != "GET") {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
      set(CURLOPT_POSTFIELDS, call_.body.c_str());
    }
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    return {};
  }

  // curl is C: an exception must not pass through it. Kept, it is thrown to who waits for the reply.
  template <class F>
  static auto guarded(void* self, decltype(std::declval<F>()(std::declval<Transfer&>())) failed, F work) {
    auto& me = *static_cast<Transfer*>(self);
    try {
      return work(me);
    } catch (...) {
      me.thrown_ = std::current_exception();
      return failed;
    }
  }

  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* to) {
    return guarded(self, curl_socket_t{CURL_SOCKET_BAD}, [&](Transfer& me) { return me.open(*to); });
  }
  static int before_request(void* self, char*, char*, int, int) {
    return guarded(self, CURL_PREREQFUNC_ABORT, [](Transfer& me) { return me.may_send(); });
  }
  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self) {
    return guarded(self, std::size_t{0}, [&](Transfer& me) { return me.header_came({data, size * count}); });
  }
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) {
    return guarded(self, std::size_t{0}, [&](Transfer& me) { return me.body_came({data, size * count}); });
  }

  curl_socket_t open(const curl_sockaddr& to) {
    boost::asio::ip::address address;
    if (to.family == AF_INET) {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(to.addr);
      address = boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
    } else if (to.family == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(to.addr);
      boost::asio::ip::address_v6::bytes_type bytes;
      std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), bytes.begin());
      address = boost::asio::ip::address_v6(bytes);
    }
    const auto allowed = shared_.options.policy.check(address);
    if (!allowed && proxy_.empty()) {
      refusal_ = allowed.error();
      return CURL_SOCKET_BAD;
    }
    return ::socket(to.family, to.socktype | SOCK_CLOEXEC, to.protocol);
  }

  // curl sends a request again, by itself, when a connection that was kept ends before the answer begins. By then the
  // other side may have done what it was asked for, so only what may be done twice goes twice (RFC 9110 §9.2.2).
  int may_send() {
    sent_twice_ = std::exchange(sent_, true) && call_.method != "GET";
    return sent_twice_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
  }

  std::size_t header_came(std::string_view line) {
    head_received_ += line.size();
    if (head_received_ > kMaxHead) return 0;
    if (line.starts_with("HTTP/")) reply_.headers = {};  // of the last answer only: not of a proxy's or a 100
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && !line.starts_with("HTTP/"))
      reply_.headers.add(std::string(base::trim(line.substr(0, colon))),
                         std::string(base::trim(line.substr(colon + 1))));
    return line.size();
  }

  // For all that the server says will come: a large answer that outgrows its place again and again is copied each time.
  void make_room() {
    curl_off_t length = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length > 0) reply_.body.reserve(std::min(static_cast<std::size_t>(length), call_.max_body));
  }

  std::size_t body_came(std::string_view piece) {
    if (gave_way_) return 0;
    received_ += piece.size();
    if (received_ > call_.max_body) return too_big_ = true, 0;
    if (!call_.on_body)
      keep(piece);
    else if (!call_.on_body(piece))
      return 0;
    return gave_way_ ? 0 : piece.size();
  }

  void keep(std::string_view piece) {
    if (reply_.body.empty()) make_room();
    reply_.body += piece;
    if (reply_.body.size() > kCounted) hold_.set(reply_.body.size());
  }

  // Without its scheme and credentials.
  std::string_view proxy() const {
    std::string_view out = proxy_;
    if (const std::size_t mark = out.find("://"); mark != out.npos) out.remove_prefix(mark + 3);
    if (const std::size_t at = out.rfind('@'); at != out.npos) out.remove_prefix(at + 1);
    return out.substr(0, out.find('/'));
  }

  base::Error error() const {
    if (refusal_) return *refusal_;
    if (too_big_) return {base::Kind::full, fmt::format("{} answered with more than {} bytes", host(), call_.max_body)};
    if (sent_twice_)
      return {base::Kind::upstream,
              fmt::format("The exchange with {} broke before an answer came; it may have done what "
                          "it was asked for, so it was not asked again",
                          host())};
    if (gave_way_) return {base::Kind::full, fmt::format("The answer of {} was given up: {}", host(), *gave_way_)};
    const std::string where = proxy_.empty() ? host() : fmt::format("{}, the proxy on the way to {}", proxy(), host());
    std::string why = explanation_[0] ? std::string(&explanation_[0]) : std::string(curl_easy_strerror(code_));
    switch (code_) {
      case CURLE_PEER_FAILED_VERIFICATION:
        return {base::Kind::invalid,
                fmt::format("The certificate of {} is not trusted; --ca-file names further authorities", host()), why};
      case CURLE_SSL_CACERT_BADFILE:
        return {base::Kind::invalid, fmt::format("The CA file {} cannot be used", shared_.options.ca_file), why};
      case CURLE_COULDNT_RESOLVE_HOST:
        return {base::Kind::upstream, fmt::format("getaddrinfo ENOTFOUND {}", url_.host), why};
      case CURLE_COULDNT_RESOLVE_PROXY:
        return {base::Kind::upstream, fmt::format("getaddrinfo ENOTFOUND {}", where)};
      case CURLE_COULDNT_CONNECT: {
        long number = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
        const char* name = number ? strerrorname_np(static_cast<int>(number)) : nullptr;
        return {base::Kind::upstream, fmt::format("connect {} {}", name ? name : "failed", where), why};
      }
      case CURLE_OPERATION_TIMEDOUT:
        return {base::Kind::upstream, fmt::format("connect ETIMEDOUT {}", where), why};
      default:
        return {base::Kind::upstream,
                fmt::format("The exchange with {} broke: {}",
                            proxy_.empty() ? where : fmt::format("{} by the proxy {}", host(), proxy()),
                            curl_easy_strerror(code_)),
                why};
    }
  }

  Shared& shared_;
  HttpCall call_;
  Url url_;
  std::string proxy_;
  HeaderLines lines_;
  HeaderLines names_;
  char explanation_[CURL_ERROR_SIZE] = "";
  EasyHandle easy_{curl_easy_init(), &curl_easy_cleanup};
  bool started_ = false;
  aio::Latch done_;
  CURLcode code_ = CURLE_OK;
  HttpReply reply_;
  std::size_t received_ = 0;
  std::size_t head_received_ = 0;
  bool too_big_ = false;
  bool sent_ = false;
  bool sent_twice_ = false;
  std::optional<base::Error> refusal_;
  std::exception_ptr thrown_;
  std::optional<std::string> gave_way_;  // why
  base::MemoryBudget::Peer peer_;
  base::MemoryBudget::Hold hold_;
};

class CurlClient final : public HttpClient {
 public:
  CurlClient(aio::Executor executor, HttpClientOptions options)
      : shared_{options, CurlMulti(std::move(executor), options.max_connections)},
        most_for_one_(std::max<std::size_t>(options.max_connections / 2, 1)) {}

  aio::Task<base::Result<HttpReply>> send(const aio::Context& ctx, HttpCall call) override {
    Transfer transfer(shared_, std::move(call));
    CO_TRY_VOID(transfer.prepare());
    std::string late = fmt::format("{} did not answer in time", transfer.host());
    if (ctx.now() >= ctx.deadline) co_return base::fail(base::Kind::timeout, std::move(late));
    const auto places = places_for(transfer.host());
    auto waiting = take_place(*places);
    CO_TRY(const Permit place,
           co_await aio::by_deadline(ctx, std::move(waiting),
                                     fmt::format("{} calls to {} are under way, which is the limit of one host",
                                                 most_for_one_, transfer.host())));
    CO_TRY_VOID(co_await transfer.look_names_up(ctx));
    transfer.start();
    auto reply = transfer.reply();
    co_return co_await aio::by_deadline(ctx, std::move(reply), std::move(late));
  }

 private:
  using Permit = aio::Semaphore::Permit;

  static aio::Task<base::Result<Permit>> take_place(aio::Semaphore& places) { co_return co_await places.acquire(); }

  // Here and not in curl, where a call that may not go yet keeps who stands behind it waiting, whatever its host is.
  std::shared_ptr<aio::Semaphore> places_for(std::string host) {
    std::erase_if(places_, [](const auto& entry) { return entry.second.expired(); });
    auto& slot = places_[std::move(host)];
    auto places = slot.lock();
    if (!places) slot = places = std::make_shared<aio::Semaphore>(most_for_one_);
    return places;
  }

  Shared shared_;
  const std::size_t most_for_one_;
  std::map<std::string, std::weak_ptr<aio::Semaphore>> places_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(aio::Executor executor, HttpClientOptions options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(ready == CURLE_OK, "libcurl cannot start");
  return std::make_unique<CurlClient>(std::move(executor), std::move(options));
}

}  // namespace net
