// Reading NAME=value lists.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace browser {

inline std::string variable(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& entry : environment)
    if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  return "";
}

}  // namespace browser
