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

// Whether a URL in it has something before its host: "--proxy-pac-url=http://me:pw@h/". Chromium takes any number of
// slashes of either kind.
bool has_credentials(std::string_view text) {
  constexpr std::string_view kSlashes = "/\\";
  constexpr std::string_view kEndOfAuthority = "/\\?# \t\r\n\"',;";
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    std::string_view rest = text.substr(colon + 1);
    const std::size_t slashes = std::min(rest.find_first_not_of(kSlashes), rest.size());
    if (slashes == 0) continue;
    rest.remove_prefix(slashes);
    if (rest.substr(0, rest.find_first_of(kEndOfAuthority)).find('@') != std::string_view::npos) return true;
  }
  return false;
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
  if (has_credentials(arg))
    return "without a user's name or password in a URL, which everybody on the machine can read there";
  return std::nullopt;
}

}  // namespace api::schemas
