#include "net/http.h"

#include "base/text.h"

namespace net {

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (base::equals_ignore_case(key, name)) return value;
  return std::nullopt;
}

}  // namespace net
