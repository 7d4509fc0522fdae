#include "llm/uri_reference.h"

#include <algorithm>

namespace llm {
namespace {

struct UriParts {
  std::string_view scheme = {};     // with its colon
  std::string_view authority = {};  // with its slashes
  std::string_view path = {};
  std::string_view query = {};  // with its question mark
};

bool is_scheme_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

UriParts split_uri(std::string_view text) {
  UriParts out;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon > 0 && std::ranges::all_of(text.substr(0, colon), is_scheme_char)) {
    out.scheme = text.substr(0, colon + 1);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    out.authority = text.substr(0, std::min(text.find_first_of("/?", 2), text.size()));
    text.remove_prefix(out.authority.size());
  }
  out.path = text.substr(0, std::min(text.find('?'), text.size()));
  out.query = text.substr(out.path.size());
  return out;
}

// §5.2.4
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t next = path.find('/', path.starts_with('/') ? 1 : 0);
    const std::string_view segment = path.substr(0, std::min(next, path.size()));
    path.remove_prefix(segment.size());
    if (segment == "/." || segment == "." || segment == "/.." || segment == "..") {
      if (segment.ends_with("..")) out.erase(std::min(out.rfind('/'), out.size()));
      if (path.empty() && segment.starts_with('/')) out += '/';
      if (out.empty() && !segment.starts_with('/') && path.starts_with('/')) path.remove_prefix(1);
    } else {
      out += segment;
    }
  }
  return out;
}

std::string merged(const UriParts& base, std::string_view path) {
  if (!base.authority.empty() && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  return std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1)) + std::string(path);
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const UriParts to = split_uri(reference);
  if (!to.scheme.empty()) return std::string(reference);
  const UriParts from = split_uri(base);
  std::string out(from.scheme);
  out += to.authority.empty() ? from.authority : to.authority;
  if (to.authority.empty() && to.path.empty()) {
    out += from.path;
    out += to.query.empty() ? from.query : to.query;
    return out;
  }
  const bool whole = !to.authority.empty() || to.path.starts_with('/');
  out += without_dots(whole ? std::string(to.path) : merged(from, to.path));
  out += to.query;
  return out;
}

}  // namespace llm
