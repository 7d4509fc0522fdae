#include "api/schemas/launch_values.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "api/schemas/own_switches.h"
#include "api/schemas/proxy.h"
#include "base/text.h"

namespace api::schemas {
namespace {

using json::Value;

class Checker {
 public:
  json::Issues take() { return std::move(issues_); }

  // Whoever sends a thousand wrong values needs no thousand issues.
  bool full() const { return issues_.size() >= json::kMostIssues; }
  // `key` of launchOptions: a list or a record, of which so many entries were not looked at.
  void leave_out(std::string_view key, std::size_t entries) {
    issues_.push_back(json::left_out({"browser", "launchOptions", Value(key)}, entries));
  }

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

// BCP 47 by its outline, as Chromium and ICU take it: de, de-DE, zh-Hant-TW.
bool is_language_tag(std::string_view tag) {
  constexpr std::size_t kLongestPart = 8;
  const auto parts = base::split(tag, '-');
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_part = [&](std::string_view part) {
    return !part.empty() && part.size() <= kLongestPart &&
           std::ranges::all_of(part, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
  };
  return std::ranges::all_of(parts, is_part) && parts.front().size() >= 2 &&
         std::ranges::all_of(parts.front(), is_letter);
}

void check_proxy(Checker& check, const Value* proxy) {
  if (!proxy) return;
  const auto server = read_proxy_server(json::get_string(*proxy, "server").value_or(""));
  const bool login = !json::get_text(*proxy, "username").value_or("").empty();
  if (!server)
    check.refuse({"proxy", "server"}, server.error().message);
  else if (login && !server->username.empty())
    check.refuse({"proxy", "username"}, "absent where proxy.server holds credentials");
  else if (login && server->socks)
    check.refuse({"proxy", "username"}, "absent for a socks proxy: Chromium logs in to http and https proxies only");
}

void check_args(Checker& check, const Value* args, Browser browser) {
  for (std::size_t i = 0; args && i < args->get_array().size(); ++i) {
    if (check.full()) return check.leave_out("args", args->get_array().size() - i);
    const Value& arg = args->get_array()[i];
    check.text(&arg, {"args", i}, Checker::Empty::allowed, "switches without NUL characters");
    if (browser == Browser::attached) continue;  // nobody is given them
    if (const auto refusal = refuse_own_switch(arg.get_string())) check.refuse({"args", i}, *refusal);
  }
}

void check_headers(Checker& check, const Value* headers) {
  if (!headers) return;
  std::size_t left = headers->get_object().size();
  for (const auto& [key, value] : headers->get_object()) {
    if (check.full()) return check.leave_out("cdpHeaders", left);
    --left;
    const json::Array path{"cdpHeaders", Value(key)};
    if (!is_header_name(key)) check.refuse({"cdpHeaders"}, "headers whose names are tokens of HTTP");
    if (!is_header_value(value.get_string())) check.refuse(path, "text without line breaks and control characters");
  }
}

}  // namespace

json::Issues check_launch_values(const Value& options, Browser browser) {
  using enum Checker::Whole;
  using enum Checker::Empty;
  constexpr double kMaxSide = 10'000'000;  // Chromium's limit, Emulation.setDeviceMetricsOverride
  const auto at = [&](std::string_view key) { return json::find(options, key); };
  Checker check;
  check_args(check, at("args"), browser);
  check.text(at("executablePath"), {"executablePath"}, refused, "the path of a browser");
  check.number(at("port"), {"port"}, 0, 65535, yes, "a whole number from 0 to 65535");
  check.text(at("userDataDir"), {"userDataDir"}, refused, "the path of a folder");
  check_proxy(check, at("proxy"));
  check.text(at("proxy.bypass"), {"proxy", "bypass"}, allowed, "a list of hosts without NUL characters");
  if (const Value* locale = at("locale"); locale && !is_language_tag(locale->get_string()))
    check.refuse({"locale"}, "a language tag such as de-DE");
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
