#include "browser/file_urls.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace browser {
namespace {

constexpr std::array<std::string_view, 3> kWrappers = {"view-source:", "filesystem:", "blob:"};

bool is_skipped(char c) { return static_cast<unsigned char>(c) <= 0x20; }

}  // namespace

bool reads_a_file(std::string_view url) {
  // Dropping every control character and space drops at least what the parser drops; a scheme holds none of them.
  std::string plain;
  std::copy_if(url.begin(), url.end(), std::back_inserter(plain), [](char c) { return !is_skipped(c); });
  plain = base::to_lower_ascii(plain);
  std::string_view rest = plain;
  const auto unwrap = [&](std::string_view wrapper) {
    const bool wrapped = rest.starts_with(wrapper);
    if (wrapped) rest.remove_prefix(wrapper.size());
    return wrapped;
  };
  while (std::ranges::any_of(kWrappers, unwrap)) {
  }
  return rest.starts_with("file:");
}

}  // namespace browser
