#include "browser/call_arguments.h"

#include <algorithm>

namespace browser {

json::Array wrapped(const json::Array& arguments) {
  json::Array out;
  for (const json::Value& argument : arguments) out.push_back(json::Object{{"value", argument}});
  return out;
}

void shorten(json::Array& arguments, base::Duration taken) {
  for (json::Value& argument : arguments)
    if (const auto timeout = json::get_double(argument, "timeout"))
      argument.as_object()["timeout"] = std::max(0.0, *timeout - static_cast<double>(base::to_ms(taken)));
}

bool have_time(const json::Array& arguments) {
  return std::ranges::any_of(
      arguments, [](const json::Value& argument) { return json::get_double(argument, "timeout").value_or(0) > 0; });
}

}  // namespace browser
