#include <algorithm>

#include "base/text.h"
#include "net/http_client.h"

namespace net {
namespace {

std::string variable(const std::vector<std::string>& environment, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    for (const std::string& entry : environment)
      if (entry.size() > name.size() + 1 && entry.starts_with(name) && entry[name.size()] == '=')
        return entry.substr(name.size() + 1);
  return {};
}

bool is_excepted(std::string_view rule, const Url& url) {
  if (rule == "*") return true;
  if (rule.starts_with("*.")) rule.remove_prefix(1);
  if (const std::string port = ":" + std::to_string(url.port);
      rule.ends_with(port) && rule.find(':') == rule.rfind(':'))
    rule.remove_suffix(port.size());
  if (rule.starts_with('.')) rule.remove_prefix(1);
  const std::string name = base::to_lower_ascii(rule);
  return !name.empty() && (url.host == name || url.host.ends_with("." + name));
}

}  // namespace

ProxySettings ProxySettings::from(const std::vector<std::string>& environment) {
  ProxySettings out;
  // HTTP_PROXY in upper case is left alone: servers that run CGI programs set it from a request header.
  out.http = variable(environment, {"http_proxy", "all_proxy", "ALL_PROXY"});
  out.https = variable(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  const std::string none = variable(environment, {"no_proxy", "NO_PROXY"});
  for (const std::string_view rule : base::split(none, ','))
    if (!base::trim(rule).empty()) out.none.emplace_back(base::trim(rule));
  return out;
}

std::string ProxySettings::proxy_for(const Url& url) const {
  if (std::ranges::any_of(none, [&](const std::string& rule) { return is_excepted(rule, url); })) return {};
  return url.secure() ? https : http;
}

}  // namespace net
