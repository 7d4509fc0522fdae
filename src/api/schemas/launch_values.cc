#include "api/schemas/launch_values.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace api::schemas {
namespace {

using json::Value;

class Checker {
 public:
  json::Issues take() { return std::move(issues_); }

  // `path` below launchOptions; its last key names the value in the message.
  void refuse(const json::Array& path, std::string_view wanted) {
    json::Array full{"browser", "launchOptions"};
    for (const Value& step : path) full.push_back(step);
    const Value& name = *std::ranges::find_if(path.rbegin(), path.rend(), &Value::is_string);
    issues_.push_back(
        json::custom_issue(std::move(full), fmt::format("{} must be {}", std::string_view(name.get_string()), wanted)));
  }

  enum class Whole { no, yes };
  void number(const Value* value, const json::Array& path, double low, double high, Whole whole,
              std::string_view wanted) {
    if (!value) return;
    const double n = value->to_number<double>();
    if (n < low || n > high || (whole == Whole::yes && std::floor(n) != n)) refuse(path, wanted);
  }

  enum class Empty { refused, allowed };
  // A NUL would end the text early on a command line and in a path.
  void text(const Value* value, const json::Array& path, Empty empty, std::string_view wanted) {
    if (!value) return;
    const auto& s = value->get_string();
    if ((empty == Empty::refused && s.empty()) || s.find('\0') != s.npos) refuse(path, wanted);
  }

 private:
  json::Issues issues_;
};

// RFC 9110 §5.6.2: token.
bool is_header_name(std::string_view name) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  };
  return !name.empty() && std::ranges::all_of(name, allowed);
}

// RFC 9110 §5.5: no line breaks, with which a value could add headers of its own.
bool is_header_value(std::string_view value) {
  return std::ranges::all_of(value, [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

void check_headers(Checker& check, const Value* headers) {
  if (!headers) return;
  for (const auto& [key, value] : headers->get_object()) {
    const json::Array path{"cdpHeaders", Value(key)};
    if (!is_header_name(key)) check.refuse({"cdpHeaders"}, "headers whose names are tokens of HTTP");
    if (!is_header_value(value.get_string())) check.refuse(path, "text without line breaks and control characters");
  }
}

}  // namespace

json::Issues check_launch_values(const Value& options) {
  using enum Checker::Whole;
  using enum Checker::Empty;
  constexpr double kMaxSide = 10'000'000;  // Chromium's limit, Emulation.setDeviceMetricsOverride
  const auto at = [&](std::string_view key) { return json::find(options, key); };
  Checker check;
  if (const Value* args = at("args"))
    for (std::size_t i = 0; i < args->get_array().size(); ++i)
      check.text(&args->get_array()[i], {"args", i}, allowed, "switches without NUL characters");
  check.text(at("executablePath"), {"executablePath"}, refused, "the path of a browser");
  check.number(at("port"), {"port"}, 0, 65535, yes, "a whole number from 0 to 65535");
  check.text(at("userDataDir"), {"userDataDir"}, refused, "the path of a folder");
  check.text(at("proxy.server"), {"proxy", "server"}, refused, "a proxy such as http://host:port");
  check.text(at("proxy.bypass"), {"proxy", "bypass"}, allowed, "a list of hosts without NUL characters");
  check.text(at("locale"), {"locale"}, refused, "a language tag such as de-DE");
  check.number(at("viewport.width"), {"viewport", "width"}, 1, kMaxSide, yes, "a whole number from 1 to 10000000");
  check.number(at("viewport.height"), {"viewport", "height"}, 1, kMaxSide, yes, "a whole number from 1 to 10000000");
  check.number(at("deviceScaleFactor"), {"deviceScaleFactor"}, 0.1, 10, no, "a number from 0.1 to 10");
  check_headers(check, at("cdpHeaders"));
  check.number(at("connectTimeoutMs"), {"connectTimeoutMs"}, 1, 3'600'000, no,
               "a number of milliseconds from 1 to 3600000");
  check.text(at("downloadsPath"), {"downloadsPath"}, refused, "the path of a folder");
  return check.take();
}

}  // namespace api::schemas
