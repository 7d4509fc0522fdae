// One row for each flag: its environment variable, its default, its help, and how its value is read.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/flag_values.h"
#include "app/options.h"

namespace app {

// What a value should have been, or "" when it was taken.
using Reader = std::function<std::string(Options&, Value)>;

struct Flag {
  std::string_view name;         // "--port"
  std::string_view environment;  // "PORT"
  std::string_view value;        // "N", or "" for a flag that takes none
  std::string_view fallback;     // the default, as printed
  std::string_view help;
  Reader read;
  std::function<void(Options&)> clear = {};  // of a list: what the variable said gives way to the flag
  Reader read_variable = {};                 // where the variable's value is read in another way
};

const std::vector<Flag>& flags();

}  // namespace app
