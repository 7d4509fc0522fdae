#include "browser/stand_ins.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

namespace browser {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kNames = {"xdg-open",  "xdg-settings",     "xdg-mime",
                                                    "xdg-email", "xdg-desktop-menu", "xdg-icon-resource"};

base::Result<void> link_all(const fs::path& folder, const std::string& target) {
  std::error_code error;
  fs::create_directories(folder, error);
  for (const std::string_view name : kNames) {
    if (error) break;
    fs::remove(folder / name, error);  // of a server that had the folder before, in a profile that is kept
    if (!error) fs::create_symlink(target, folder / name, error);
  }
  if (error)
    return base::fail(base::Kind::browser, fmt::format("cannot write to {}: {}", folder.string(), error.message()));
  return {};
}

}  // namespace

base::Result<std::string> make_stand_ins(const std::string& folder) {
  // By its path, and, should the file be replaced while the browser lives, as the running process has it.
  std::error_code error;
  const std::string program = fs::read_symlink("/proc/self/exe", error);
  const std::string first = folder + "/1";
  const std::string second = folder + "/2";
  TRY_VOID(link_all(first, program));
  TRY_VOID(link_all(second, fmt::format("/proc/{}/exe", getpid())));
  return fmt::format("{}:{}", first, second);
}

std::optional<std::string> as_stand_in(std::string_view called, const std::vector<std::string>& arguments) {
  const std::string_view name = called.substr(called.rfind('/') + 1);
  if (std::ranges::find(kNames, name) == kNames.end()) return std::nullopt;
  const bool asked = name == "xdg-settings" && !arguments.empty() && arguments.front() == "check";
  return asked ? "yes\n" : "";
}

}  // namespace browser
