#include "net/http_get.h"

#include <algorithm>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace net {
namespace {

constexpr std::size_t kMaxBody = 1024 * 1024;

std::size_t take(char* data, std::size_t size, std::size_t count, void* out) {
  auto& body = *static_cast<std::string*>(out);
  if (body.size() + size * count > kMaxBody) return 0;
  body.append(data, size * count);
  return size * count;
}

base::Result<std::string> get(const std::string& url, const std::string& ca_file, long timeout_ms) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  std::string body;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  if (!ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file.c_str());
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK)
    return base::fail(base::Kind::upstream, fmt::format("GET {} failed: {}", url, curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return base::fail(base::Kind::upstream, fmt::format("GET {} answered {}", url, status));
  return body;
}

}  // namespace

aio::Task<base::Result<std::string>> http_get(const aio::Context& ctx, aio::Workers& workers, std::string url,
                                              std::string ca_file) {
  const auto left = std::min(ctx.remaining(), base::Duration(std::chrono::seconds(30)));
  const long timeout_ms = std::max<long>(1, base::to_ms(left));
  auto job = [url = std::move(url), ca_file = std::move(ca_file), timeout_ms] { return get(url, ca_file, timeout_ms); };
  co_return co_await workers.run(std::move(job));
}

}  // namespace net
