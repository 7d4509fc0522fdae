#include "browser/launch_cause.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace browser {
namespace {

constexpr std::size_t kLongestReason = 500;

// A line that holds `sign` means `cause`. Earlier rows win: what comes first in the table explains what comes later.
// "{}" in a cause is what stands on the line from `detail` up to its end, or up to `until`.
struct Known {
  std::string_view sign;
  std::string_view cause;
  std::string_view detail = {};
  std::string_view until = {};
};
constexpr std::string_view kNoSandbox =
    "Chromium's sandbox cannot start here (as root it never does); start the server with --chromium-sandbox=off or the "
    "session with launchOptions.chromiumSandbox false";
constexpr std::string_view kNoDisplay =
    "there is no display that a window could be shown on; start the session with launchOptions.headless true or the "
    "server with --headless=true, or set DISPLAY";
constexpr std::string_view kNoRoom =
    "the disk is full or out of inodes where its profile or TMPDIR is (No space left on device); make room there, or "
    "set "
    "TMPDIR to another place";
constexpr std::array kKnown = {
    Known{"Cannot start http server for devtools", "its debugging port (launchOptions.port) is in use or not allowed"},
    Known{"Running as root without --no-sandbox", kNoSandbox},
    Known{"No usable sandbox", kNoSandbox},
    Known{"error while loading shared libraries: ",
          "a shared library that it needs is missing ({}); install it, or the whole package of the browser",
          "error while loading shared libraries: ", ":"},
    Known{"symbol lookup error", "its shared libraries are of another version than it needs; install its package anew"},
    Known{
        "profile appears to be in use by another",
        "its profile is locked by another browser ({}); end that one, or, where it is gone, remove SingletonLock from "
        "the profile",
        "Chromium process ", "."},
    Known{"Opening in existing browser session",
          "its profile is in use by a browser that runs already, which took its place; give each session a userDataDir "
          "of its own"},
    Known{"No space left on device", kNoRoom},
    Known{"Too many open files", "no more files can be opened; raise the limit of open files (ulimit -n)"},
    Known{"pthread_create",
          "no more threads can be started; raise the limit of processes (ulimit -u, pids of the cgroup)"},
    Known{"Resource temporarily unavailable",
          "no more processes can be started; raise the limit of processes (ulimit -u, pids of the cgroup)"},
    Known{"Cannot allocate memory", "there is no memory left"},
    Known{"Missing X server or $DISPLAY", kNoDisplay},
    Known{"Failed to connect to Wayland display", kNoDisplay},
    Known{"Socket path too long",
          "the path of its folder for temporary files (TMPDIR) is too long for a socket; set a shorter one"},
    Known{"Failed to create socket directory",
          "its folder for temporary files (TMPDIR) does not exist or cannot be written; set TMPDIR to one that can"},
    Known{"Failed To Create Data Directory", "its profile (userDataDir) cannot be made or written"},
    Known{"Failed to create a ProcessSingleton", "its profile (userDataDir) cannot be locked or written"},
    Known{"Can't open display", kNoDisplay},
    Known{"The platform failed to initialize", kNoDisplay},
};

// What healthy starts write as well.
constexpr std::array<std::string_view, 9> kNoise = {
    "/dbus/", "ERROR:dbus", "zygote_linux.cc", "cpufreq", "/gpu/", "ERROR:gpu", "vaapi", "gcm/", "DevTools listening"};

std::string_view from(std::string_view line, const Known& known) {
  const std::size_t at = line.find(known.detail);
  if (known.detail.empty() || at == std::string_view::npos) return {};
  const std::string_view rest = line.substr(at + known.detail.size());
  return base::trim(known.until.empty() ? rest : rest.substr(0, rest.find(known.until)));
}

std::string explained(std::string_view line, const Known& known) {
  std::string out(known.cause);
  if (const std::size_t hole = out.find("{}"); hole != std::string::npos)
    out.replace(hole, 2, base::truncate(from(line, known), 200));
  return out;
}

bool is_noise(std::string_view line) {
  return base::trim(line).empty() ||
         std::ranges::any_of(kNoise, [line](std::string_view sign) { return line.find(sign) != line.npos; });
}

}  // namespace

std::string launch_cause(std::string_view words) {
  const std::vector<std::string_view> lines = base::split(words, '\n');
  for (const Known& known : kKnown)
    for (const std::string_view line : lines)
      if (line.find(known.sign) != line.npos) return explained(line, known);
  const auto short_of = [](std::string_view line) { return base::truncate(base::trim(line), kLongestReason); };
  for (const std::string_view line : lines)
    if (line.find(":FATAL:") != line.npos) return short_of(line);
  std::string_view last_error;
  std::string_view last;
  for (const std::string_view line : lines) {
    if (is_noise(line)) continue;
    last = line;
    if (line.find(":ERROR:") != line.npos) last_error = line;
  }
  if (!last_error.empty() || !last.empty()) return short_of(last_error.empty() ? last : last_error);
  for (const std::string_view line : lines)
    if (!base::trim(line).empty()) last = line;
  return last.empty() ? "it said nothing" : short_of(last);
}

std::string hopeless_cause(std::string_view words) {
  const Known& port = kKnown.front();
  return words.find(port.sign) == words.npos ? "" : std::string(port.cause);
}

}  // namespace browser
