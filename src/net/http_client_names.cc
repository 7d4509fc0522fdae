#include "net/http_client_names.h"

#include <cstdlib>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "net/resolve.h"

namespace net {
namespace {

constexpr auto kFresh = std::chrono::seconds(60);

std::string joined_addresses(const std::vector<boost::asio::ip::address>& addresses) {
  std::string out;
  for (const auto& address : addresses) {
    if (!out.empty()) out += ',';
    const std::string text = address.to_string();
    out += address.is_v6() ? fmt::format("[{}]", text) : text;
  }
  return out;
}

bool is_address(const std::string& host) {
  boost::system::error_code is_a_name;
  boost::asio::ip::make_address(host, is_a_name);
  return !is_a_name;
}

}  // namespace

ProxyHost proxy_host(const std::string& proxy) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK) return std::string();
    const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
    return std::string(text);
  };
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, proxy.c_str(),
                              CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) != CURLUE_OK)
    return {};
  ProxyHost out{.host = part(CURLUPART_HOST)};
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  const std::string scheme = proxy.find("://") == std::string::npos ? "http" : part(CURLUPART_SCHEME);
  const std::string port = part(CURLUPART_PORT);
  out.port = static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10));
  if (out.port == 0) out.port = scheme == "https" ? 443 : 1080;  // as curl has it
  out.targets_too = scheme == "socks4" || scheme == "socks5";
  return out;
}

aio::Task<base::Result<std::string>> CurlNames::entry(const aio::Context& ctx, std::string host, std::uint16_t port) {
  if (host.empty() || is_address(host)) co_return "";
  if (const auto it = known_.find(host); it != known_.end() && ctx.now() < it->second.until)
    co_return fmt::format("+{}:{}:{}", host, port, it->second.addresses);
  CO_TRY(const auto found,
         co_await aio::by_deadline(ctx, resolve(host), fmt::format("{} was not looked up in time", host)));
  const base::TimePoint now = ctx.now();
  std::erase_if(known_, [&](const auto& one) { return one.second.until <= now; });
  if (known_.size() >= kKept) known_.clear();
  const std::string addresses = joined_addresses(found);
  known_.insert_or_assign(host, Known{addresses, base::after(now, kFresh)});
  co_return fmt::format("+{}:{}:{}", host, port, addresses);
}

aio::Task<base::Result<std::vector<std::string>>> CurlNames::entries(const aio::Context& ctx, Url url,
                                                                     std::string proxy) {
  std::vector<std::string> out;
  const ProxyHost through = proxy.empty() ? ProxyHost{} : proxy_host(proxy);
  if (!proxy.empty()) {
    auto one = co_await entry(ctx, through.host, through.port);
    if (!one) co_return base::fail(base::Kind::upstream, "The proxy's name cannot be looked up", one.error().message);
    if (!one->empty()) out.push_back(std::move(*one));
  }
  if (proxy.empty() || through.targets_too) {
    CO_TRY(std::string one, co_await entry(ctx, url.host, url.port));
    if (!one.empty()) out.push_back(std::move(one));
  }
  co_return out;
}

}  // namespace net
