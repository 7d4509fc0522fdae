#include "browser/environment.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace browser {
namespace {

// A name that ends in * is a prefix.
constexpr std::array kAllowed = {
    // where things are, who and in which language
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "TZDIR", "LANG", "LANGUAGE", "LC_*", "LD_LIBRARY_PATH",
    // the screen, for a browser with a window
    "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP",
    "GDK_BACKEND", "GDK_SCALE", "GDK_DPI_SCALE", "GTK_*", "XCURSOR_*",
    // folders of settings, data, fonts and certificates
    "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CACHE_HOME", "XDG_STATE_HOME",
    "FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT", "FREETYPE_PROPERTIES", "NSS_*",
    // graphics and sound
    "EGL_*", "LIBGL_*", "LIBVA_*", "MESA_*", "GALLIUM_*", "VK_*", "DRI_PRIME", "__GLX_VENDOR_LIBRARY_NAME",
    "__EGL_VENDOR_LIBRARY_*", "NVIDIA_*", "PULSE_SERVER", "PIPEWIRE_*", "ALSA_*",
    // Chromium's own
    "CHROME_DEVEL_SANDBOX", "CHROME_DESKTOP", "CHROME_EXTRA_FLAGS", "CHROMIUM_FLAGS", "CHROMIUM_USER_FLAGS",
    // proxies, in both spellings
    "http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY",
    "ALL_PROXY", "NO_PROXY"};

bool matches(std::string_view name, std::string_view pattern) {
  if (!pattern.ends_with('*')) return name == pattern;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

// "http_proxy=http://user:word@host:1" without "user:word@", which Chromium does not use.
std::string without_credentials(std::string_view entry) {
  std::string out(entry);
  const std::size_t value = out.find('=') + 1;
  const std::size_t scheme = out.find("://", value);
  const std::size_t begin = scheme == std::string::npos ? value : scheme + 3;
  const std::size_t end = std::min(out.find_first_of("/?#", begin), out.size());
  const std::size_t at = out.substr(0, end).rfind('@');
  if (at != std::string::npos && at >= begin) out.erase(begin, at + 1 - begin);
  return out;
}

}  // namespace

bool chromium_may_see(std::string_view name, const std::vector<std::string>& further) {
  const auto fits = [name](std::string_view pattern) { return matches(name, pattern); };
  return std::ranges::any_of(kAllowed, fits) || std::ranges::any_of(further, fits);
}

std::vector<std::string> chromium_environment(const Settings& settings, std::string_view programs) {
  constexpr std::string_view kBus = "DBUS_SESSION_BUS_ADDRESS";
  constexpr std::string_view kUsualPath = "/usr/local/bin:/usr/bin:/bin";
  std::vector<std::string> out;
  std::string path(kUsualPath);
  for (const std::string& entry : settings.environment) {
    const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
    if (name.size() == entry.size() || !chromium_may_see(name, settings.environment_allowed)) continue;
    if (name == "PATH")
      path = entry.substr(name.size() + 1);
    else if (base::to_lower_ascii(name).ends_with("_proxy") && name.size() <= sizeof "https_proxy")
      out.push_back(without_credentials(entry));
    else
      out.push_back(entry);
  }
  out.push_back(programs.empty() ? fmt::format("PATH={}", path) : fmt::format("PATH={}:{}", programs, path));
  if (!chromium_may_see(kBus, settings.environment_allowed)) out.push_back(fmt::format("{}=disabled:", kBus));
  return out;
}

}  // namespace browser
