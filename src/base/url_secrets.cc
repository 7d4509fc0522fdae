#include "base/url_secrets.h"

#include <algorithm>
#include <array>

namespace base {
namespace {

constexpr std::array<std::string_view, 8> kNames = {"key", "auth", "sig", "pw", "pwd", "pass", "jwt", "otp"};
constexpr std::array<std::string_view, 13> kEndings = {
    "token",      "secret",      "password",      "passwd",    "passphrase", "apikey",    "signature",
    "credential", "credentials", "authorization", "accesskey", "sessionid",  "privatekey"};
constexpr std::size_t kLongestName = 64;

// What ends a URL in running text.
bool ends_url(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\' ||
         c == '`';
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<std::string_view> run() {
    std::size_t stop = 0;  // where the URL ends, with those in its query; sought once for all of them
    for (std::size_t at = text_.find("://"); at != std::string_view::npos; at = text_.find("://", at)) {
      const std::size_t begin = at + 3;
      if (stop < begin)
        stop = static_cast<std::size_t>(std::find_if(text_.begin() + begin, text_.end(), ends_url) - text_.begin());
      // A URL in another's query begins there again.
      const std::size_t inner = text_.substr(begin, stop - begin).find("://");
      at = inner == std::string_view::npos ? stop : begin + inner;
      const std::string_view url = text_.substr(begin, at - begin);
      authority(url.substr(0, url.find_first_of("/?#")));
      if (const std::size_t query = url.find_first_of("?#"); query != std::string_view::npos)
        parameters(url.substr(query + 1));
    }
    return std::move(found_);
  }

 private:
  void authority(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return;
    std::string_view secret = text.substr(0, at);
    if (const std::size_t colon = secret.find(':'); colon != std::string_view::npos) secret.remove_prefix(colon + 1);
    if (!secret.empty()) found_.push_back(secret);
  }

  void parameters(std::string_view text) {
    while (!text.empty()) {
      const std::string_view one = text.substr(0, text.find_first_of("&;#?"));
      text.remove_prefix(std::min(text.size(), one.size() + 1));
      const std::size_t equals = one.find('=');
      if (equals == std::string_view::npos || equals + 1 == one.size()) continue;
      if (is_secret_name(one.substr(0, equals))) found_.push_back(one.substr(equals + 1));
    }
  }

  std::string_view text_;
  std::vector<std::string_view> found_;
};

}  // namespace

bool is_secret_name(std::string_view name) {
  if (name.size() > kLongestName) return false;
  std::string letters;
  for (const char c : name) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c + 32);
  }
  return std::ranges::find(kNames, letters) != kNames.end() ||
         std::ranges::any_of(kEndings, [&](std::string_view ending) { return letters.ends_with(ending); });
}

std::vector<std::string_view> url_secrets(std::string_view text) { return Finder(text).run(); }

std::string hide_url_secrets(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t from = 0;
  for (const std::string_view secret : url_secrets(text)) {
    const auto at = static_cast<std::size_t>(secret.data() - text.data());
    if (at >= most) break;
    out.append(text, from, at - from).append("***");
    from = at + secret.size();
  }
  if (from < most) out.append(text, from, most - from);
  return out;
}

}  // namespace base
