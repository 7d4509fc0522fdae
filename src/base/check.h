// Assertions that stay on in release: CHECK states what must be true; a violation is a bug and stops the process
// with the place and the reason, before it can corrupt anything.
#pragma once
#include <source_location>
#include <string_view>

namespace base {

[[noreturn]] void check_failed(std::string_view condition, std::string_view message,
                               std::source_location where = std::source_location::current());

}  // namespace base

#define CHECK(condition, message)                \
  do {                                           \
    if (!(condition)) [[unlikely]]               \
      ::base::check_failed(#condition, message); \
  } while (false)
