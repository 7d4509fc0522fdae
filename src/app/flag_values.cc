#include "app/flag_values.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "net/url.h"

namespace app {
namespace {

// More is no time that anything lasts, and does not fit beside the time of day.
constexpr base::Duration kLongestDuration = std::chrono::hours(1'000'000);

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNameChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

bool consists_of(Value text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == Value::npos;
}

bool is_address(Value text) {
  boost::system::error_code error;
  boost::asio::ip::make_address(std::string(text), error);
  return !error;
}

bool is_address_v6(Value text) { return text.find(':') != Value::npos && is_address(text); }

// A name or an address; of IPv6 within brackets.
bool is_host(Value text) {
  if (text.starts_with('[') && text.ends_with(']')) return is_address_v6(text.substr(1, text.size() - 2));
  return text.size() <= 253 && consists_of(text, kNameChars);
}

bool is_port(Value text) {
  const auto number = whole_number(text);
  return consists_of(text, kDigits) && number && *number >= 1 && *number <= 65535;
}

bool is_host_pattern(Value text) {
  if (is_address_v6(text)) return true;
  const std::size_t name = text.starts_with('[') ? text.find(']') : 0;
  const std::size_t colon = name == Value::npos ? Value::npos : text.find(':', name);
  if (colon != Value::npos && !is_port(text.substr(colon + 1))) return false;
  Value host = text.substr(0, colon);
  if (host.starts_with("*.")) host.remove_prefix(2);
  return is_host(host);
}

// As browsers write it in the header Origin, or nothing.
std::optional<std::string> origin_of(Value text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t end = text.find("://");
  if (end == Value::npos || text.find_first_of("/?#@", end + 3) != Value::npos) return std::nullopt;
  const std::string scheme = base::to_lower_ascii(text.substr(0, end));
  if (scheme == "http" || scheme == "https") {
    const auto url = net::parse_url(text);
    if (!url) return std::nullopt;
    return scheme + "://" + url->host_header();
  }
  // Of extensions and of programs that show pages: chrome-extension://<id>, app://localhost.
  if (!consists_of(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+-.") || !kLower.contains(scheme.front()))
    return std::nullopt;
  if (!is_host_pattern(text.substr(end + 3))) return std::nullopt;
  return scheme + std::string(text.substr(end));
}

std::optional<std::string> own_host_of(Value text) {
  if (is_address_v6(text)) return bracketed(text);
  return is_host(text) ? std::optional(std::string(text)) : std::nullopt;
}

bool is_variable_name(Value text) {
  if (text.ends_with('*')) text.remove_suffix(1);
  return consists_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") &&
         !base::is_digit(text.front());
}

// `read` makes an entry of each part, or nothing where it is none.
template <class Read>
Parsed<Texts> parse_list(Value text, std::string_view usage, Read read) {
  Texts out;
  if (base::trim(text).empty()) return out;
  for (const Value part : base::split(text, ',')) {
    std::optional<std::string> entry = read(base::trim(part));
    if (!entry) return std::unexpected(std::string(usage));
    out.push_back(std::move(*entry));
  }
  return out;
}

}  // namespace

std::optional<long> whole_number(Value text) {
  long out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

Parsed<base::Duration> parse_duration(Value text, BareNumber bare) {
  static const std::map<Value, base::Duration> kUnits = {{"", std::chrono::milliseconds(1)},
                                                         {"ms", std::chrono::milliseconds(1)},
                                                         {"s", std::chrono::seconds(1)},
                                                         {"min", std::chrono::minutes(1)},
                                                         {"h", std::chrono::hours(1)}};
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  const auto unit = kUnits.find(text.substr(digits));
  if (digits == 0 || unit == kUnits.end())
    return std::unexpected("a duration with a unit, such as 500ms, 2s, 10min or 1h");
  const auto number = whole_number(text.substr(0, digits));
  if (!number || *number > kLongestDuration / unit->second) return std::unexpected("a duration of 1000000h at most");
  if (unit->first.empty() && *number != 0 && bare == BareNumber::refused)
    return std::unexpected(
        fmt::format("a duration with a unit, such as {}ms, {}s, {}min or {}h", text, text, text, text));
  return *number * unit->second;
}

Parsed<bool> parse_bool(Value text) {
  if (text != "true" && text != "false" && !text.empty()) return std::unexpected("true or false");
  return text != "false";
}

Parsed<Texts> parse_own_hosts(Value text) {
  return parse_list(text, "a list of names without ports, such as belay.internal,192.0.2.7", own_host_of);
}

Parsed<Texts> parse_host_patterns(Value text, std::string_view usage) {
  if (base::trim(text).empty()) return std::unexpected(std::string(usage));  // which would allow all, or none
  return parse_list(text, usage,
                    [](Value part) { return is_host_pattern(part) ? std::optional(std::string(part)) : std::nullopt; });
}

Parsed<Texts> parse_origins(Value text) {
  return parse_list(text,
                    "a list of origins such as https://app.example,http://localhost:5173 (a scheme and a host, a port "
                    "where there is one, and no path)",
                    origin_of);
}

Parsed<Texts> parse_variable_names(Value text) {
  return parse_list(text, "a list of names of variables such as LANG,XDG_*", [](Value part) {
    return is_variable_name(part) ? std::optional(std::string(part)) : std::nullopt;
  });
}

Parsed<std::string> parse_http_url(Value text) {
  const auto url = net::parse_url(text);
  if (!url || (url->scheme != "http" && url->scheme != "https") || !url->userinfo.empty())
    return std::unexpected("an http or https URL without credentials, such as https://api.example.com");
  return std::string(text);
}

Parsed<std::string> parse_program(Value text) {
  std::string path(text);
  struct stat status{};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || access(path.c_str(), X_OK) != 0)
    return std::unexpected("the path of a program that can be run, such as /usr/bin/chromium");
  return path;
}

std::string bracketed(std::string_view host) {
  return is_address_v6(host) ? fmt::format("[{}]", host) : std::string(host);
}

}  // namespace app
