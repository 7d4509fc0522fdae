// One row for each flag: its environment variable, its default, its help, and how its value is read.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.h"

namespace app {

using Value = std::string_view;
// What is wrong with a value, or "" when it was taken.
using Reader = std::function<std::string(Options&, Value)>;

struct Flag {
  std::string_view name;         // "--port"
  std::string_view environment;  // "PORT"
  std::string_view value;        // "N", or "" for a flag that takes none
  std::string_view fallback;     // the default, as printed
  std::string_view help;
  Reader read;
};

const std::vector<Flag>& flags();

}  // namespace app
