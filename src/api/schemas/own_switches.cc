#include "api/schemas/own_switches.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace api::schemas {
namespace {

struct OwnSwitch {
  std::string_view name;
  std::string_view option;  // of launchOptions
};
constexpr OwnSwitch kOwn[] = {{"user-data-dir", "userDataDir"},        {"headless", "headless"},
                              {"remote-debugging-port", "port"},       {"remote-debugging-pipe", "port"},
                              {"remote-debugging-io-pipes", "port"},   {"remote-debugging-address", "port"},
                              {"remote-debugging-socket-name", "port"}};

// As Chromium reads it: blanks around it do not count, and one dash does as well as two.
std::string_view without_dashes(std::string_view arg) {
  arg = base::trim(arg);
  if (!arg.starts_with('-')) return {};
  return arg.substr(arg.starts_with("--") ? 2 : 1);
}

}  // namespace

std::optional<std::string> refuse_own_switch(std::string_view arg) {
  const std::string_view text = without_dashes(arg);
  const std::string_view name = text.substr(0, text.find('='));
  const auto* own = std::ranges::find(kOwn, name, &OwnSwitch::name);
  if (own != std::end(kOwn))
    return fmt::format("switches that the server does not give itself: instead of --{} use launchOptions.{}", own->name,
                       own->option);
  if (name == "proxy-server" && text.find('@') != std::string_view::npos)
    return "without credentials, which everybody on the machine can read there: instead of --proxy-server use "
           "launchOptions.proxy";
  return std::nullopt;
}

}  // namespace api::schemas
