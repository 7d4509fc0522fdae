#include "browser/call_arguments.h"

#include <algorithm>

namespace browser {
namespace {

constexpr double kLongestWait = 1e12;  // ms: what fits into a duration, and more than anybody waits

}  // namespace

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

base::Milliseconds longest_wait(const json::Array& arguments) {
  double longest = 0;
  for (const json::Value& argument : arguments)
    longest = std::max(longest, json::get_double(argument, "timeout").value_or(0));
  return base::Milliseconds(static_cast<std::int64_t>(std::min(longest, kLongestWait)));
}

bool have_time(const json::Array& arguments) {
  return std::ranges::any_of(
      arguments, [](const json::Value& argument) { return json::get_double(argument, "timeout").value_or(0) > 0; });
}

}  // namespace browser
