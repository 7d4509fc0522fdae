#include "browser/url_policy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace browser {
namespace {

constexpr std::size_t kShown = 60;  // of a scheme that somebody made up

constexpr std::array<std::string_view, 17> kChromiumsOwn = {"http",
                                                            "https",
                                                            "file",
                                                            "data",
                                                            "blob",
                                                            "filesystem",
                                                            "about",
                                                            "javascript",
                                                            "view-source",
                                                            "ws",
                                                            "wss",
                                                            "ftp",
                                                            "cid",
                                                            "chrome",
                                                            "devtools",
                                                            "chrome-extension",
                                                            "chrome-untrusted"};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_scheme_char(char c) { return is_letter(c) || base::is_digit(c) || c == '+' || c == '-' || c == '.'; }

// Dropping every control character and space drops at least what the parser drops; a scheme holds none of them.
std::string without_control_characters(std::string_view url) {
  std::string out;
  std::ranges::copy_if(url, std::back_inserter(out), [](char c) { return static_cast<unsigned char>(c) > 0x20; });
  return out;
}

// localhost:3000/x, example.test:80: a host and a port are what is meant.
bool looks_like_a_host(std::string_view scheme, std::string_view plain) {
  const std::string_view rest = plain.substr(scheme.size() + 1);
  return !rest.empty() && base::is_digit(rest.front()) &&
         (scheme == "localhost" || scheme.find('.') != std::string_view::npos);
}

// 127.0.0.1:3000/x, example.test, localhost/x, [::1]:80: likewise, where a parser finds no scheme.
bool begins_with_a_host(std::string_view url) {
  const std::string_view place = url.substr(0, url.find_first_of("/?#"));
  const std::size_t port = std::min(place.find(':', place.starts_with('[') ? place.find(']') : 0), place.size());
  const std::string host = base::to_lower_ascii(place.substr(0, port));
  if (!std::ranges::all_of(place.substr(std::min(port + 1, place.size())), base::is_digit)) return false;
  if (host.starts_with('[')) return host.ends_with(']') && host.find_first_not_of("[]:.0123456789abcdef") == host.npos;
  if (host != "localhost" && host.find('.') == host.npos) return false;
  return (is_letter(host.front()) || base::is_digit(host.front())) &&
         std::ranges::all_of(host, [](char c) { return is_scheme_char(c) && c != '+'; });
}

}  // namespace

std::string scheme_of(std::string_view url) {
  const std::string plain = base::to_lower_ascii(without_control_characters(url));
  const std::size_t colon = plain.find(':');
  if (colon == std::string::npos || colon == 0 || !is_letter(plain.front())) return "";
  const std::string scheme = plain.substr(0, colon);
  return std::ranges::all_of(scheme, is_scheme_char) ? scheme : "";
}

std::string with_scheme(std::string_view url) {
  const std::string scheme = scheme_of(url);
  const std::string_view trimmed = base::trim(url);
  const bool host =
      scheme.empty() ? begins_with_a_host(trimmed) : looks_like_a_host(scheme, without_control_characters(url));
  return host ? fmt::format("http://{}", trimmed) : std::string(url);
}

std::optional<std::string> refuse_url(std::string_view url, FileUrls file_urls) {
  const std::string scheme = scheme_of(url);
  if (scheme.empty() || scheme == "http" || scheme == "https" || scheme == "data") return std::nullopt;
  if (scheme == "file") {
    if (file_urls == FileUrls::allowed) return std::nullopt;
    return "file: URLs are not allowed; start the server with --allow-file-urls";
  }
  const std::string plain = without_control_characters(url);
  if (scheme == "about") {
    const std::string page = base::to_lower_ascii(plain.substr(0, plain.find_first_of("?#")));
    if (page == "about:blank") return std::nullopt;
    return "about: URLs other than about:blank are not allowed";
  }
  return fmt::format(
      "{}: URLs are not allowed; only http:, https:, data: and about:blank are, and file: with --allow-file-urls",
      base::truncate(scheme, kShown));
}

bool leaves_the_browser(std::string_view url) {
  const std::string scheme = scheme_of(url);
  return !scheme.empty() && !scheme.starts_with("chrome-") &&
         std::ranges::find(kChromiumsOwn, scheme) == kChromiumsOwn.end();
}

}  // namespace browser
