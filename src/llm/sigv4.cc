#include "llm/sigv4.h"

#include <ctime>
#include <map>

#include <fmt/format.h>

#include "llm/crypto.h"
#include "llm/percent.h"
#include "net/url.h"

namespace llm {
namespace {

std::string stamp(base::WallTime now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

base::Secret derive_key(const AwsKeys& keys, std::string_view date, std::string_view region, std::string_view service) {
  const base::Secret start(fmt::format("AWS4{}", keys.secret_access_key.reveal()));
  const base::Secret of_day(hmac_sha256(start.reveal(), date));
  const base::Secret of_region(hmac_sha256(of_day.reveal(), region));
  const base::Secret of_service(hmac_sha256(of_region.reveal(), service));
  return base::Secret(hmac_sha256(of_service.reveal(), "aws4_request"));
}

}  // namespace

base::Result<void> sign_aws(net::HttpCall& call, const AwsKeys& keys, const std::string& region,
                            const std::string& service, base::WallTime now) {
  TRY(const net::Url url, net::parse_url(call.url));
  const std::string time = stamp(now);
  const std::string date = time.substr(0, 8);

  std::map<std::string, base::Secret> signed_headers;
  signed_headers.emplace("host", base::Secret(url.host_header()));
  signed_headers.emplace("x-amz-date", base::Secret(time));
  if (const auto type = call.headers.find("content-type"))
    signed_headers.emplace("content-type", base::Secret(std::string(*type)));
  if (!keys.session_token.empty()) signed_headers.emplace("x-amz-security-token", keys.session_token);

  std::string names;
  std::string lines;
  for (const auto& [name, value] : signed_headers) {
    names += (names.empty() ? "" : ";") + name;
    lines += fmt::format("{}:{}\n", name, value.reveal());
  }
  const std::size_t question = url.target.find('?');
  const std::string path = url.target.substr(0, question);
  const std::string query = question == std::string::npos ? "" : url.target.substr(question + 1);
  // The path is encoded once more: what is signed is the encoding of what is sent (every service but S3).
  const base::Secret request(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", call.method, percent_encode(path, "/"), query, lines,
                                         names, hex(sha256(call.body))));
  const std::string scope = fmt::format("{}/{}/{}/aws4_request", date, region, service);
  const std::string to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, hex(sha256(request.reveal())));
  const std::string signature = hex(hmac_sha256(derive_key(keys, date, region, service).reveal(), to_sign));

  call.headers.add("x-amz-date", time);
  if (!keys.session_token.empty()) call.secret_headers.push_back({"x-amz-security-token", keys.session_token});
  call.secret_headers.push_back(
      {"authorization", base::Secret(fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                                 keys.access_key_id, scope, names, signature))});
  return {};
}

}  // namespace llm
