#include "llm/redact.h"

#include <algorithm>
#include <array>

namespace llm {
namespace {

constexpr std::size_t kLongestWordOfLetters = 32;
constexpr std::array<std::string_view, 11> kKeyPrefixes = {"sk-",  "sk_",  "gsk_", "xai-",  "AIza", "pplx-",
                                                           "csk-", "AKIA", "ASIA", "ya29.", "eyJ"};

bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.*+/=~").find(c) != std::string_view::npos;
}

bool looks_like_a_key(std::string_view word) {
  if (word.find("**") != std::string_view::npos) return true;
  if (word.size() >= 10 &&
      std::ranges::any_of(kKeyPrefixes, [&](std::string_view prefix) { return word.starts_with(prefix); }))
    return true;
  // Long and of letters and digits mixed, without the slashes of a path or the dots of a name.
  return word.size() > kLongestWordOfLetters && word.find_first_of("/.") == std::string_view::npos &&
         word.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

base::Redactor redactor_of(const Endpoint& endpoint) {
  base::Redactor out;
  out.add(endpoint.key);
  for (const auto& [name, value] : endpoint.headers) out.add_header(name, value.reveal());
  if (endpoint.aws) {
    out.add(endpoint.aws->access_key_id);
    out.add(endpoint.aws->secret_access_key);
    out.add(endpoint.aws->session_token);
  }
  if (endpoint.google) out.add(endpoint.google->private_key);
  out.add_url(endpoint.url);
  return out;
}

std::string redact(std::string_view text, const base::Redactor& secrets) {
  const std::string all = secrets(text);
  std::string out;
  for (std::size_t i = 0; i < all.size();) {
    const auto stop = std::find_if_not(all.begin() + static_cast<long>(i), all.end(), is_key_char);
    const std::size_t end = static_cast<std::size_t>(stop - all.begin());
    if (end == i) {
      out += all[i++];
      continue;
    }
    const std::string_view word = std::string_view(all).substr(i, end - i);
    out += looks_like_a_key(word) ? std::string_view("***") : word;
    i = end;
  }
  return out;
}

}  // namespace llm
