#include "browser/launch_folders.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "browser/variable.h"
#include "os/aside.h"

namespace browser {
namespace {

constexpr std::size_t kSlice = 256;  // entries that are removed before another job may have the worker
constexpr int kRemovalTries = 80;    // with a pause after each in which nothing could be removed
constexpr auto kPause = std::chrono::milliseconds(25);

// What leads to the user's folders, and is set anew.
constexpr std::array<std::string_view, 9> kUsersOwn = {
    "HOME",           "TMPDIR",          "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
    "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XAUTHORITY",      "WAYLAND_DISPLAY"};

std::string or_default(std::string value, const std::string& fallback) { return value.empty() ? fallback : value; }

}  // namespace

base::Result<void> LaunchFolders::make(const engine::LaunchOptions& options,
                                       const std::vector<std::string>& environment,
                                       base::Result<std::string> session_path) {
  session_path_ = session_path.value_or("");  // also when it comes to nothing: the reaper is to forget it
  if (options.user_data_dir) {
    TRY(user_data_, UserData::claim(*options.user_data_dir, environment, made_));
  } else if (options.preserve_user_data_dir) {
    TRY(unused_kept_, os::make_kept_folder());
    TRY(user_data_, UserData::claim(unused_kept_, environment, made_));
  }
  if (options.downloads_path) TRY_VOID(make_folder(*options.downloads_path, made_));
  if (!session_path) return std::unexpected(std::move(session_path).error());
  TRY(session_, os::SessionFolder::make(session_path_));  // a name that is taken is as rare as it can be
  for (const char* name : {"t", "home"}) TRY_VOID(session_.make_inside(name));
  link_home(environment);
  if (user_data_) {
    profile_ = user_data_.path();
  } else {
    TRY(profile_, session_.make_inside("profile"));
  }
  return {};
}

// What users have in their home for all browsers: fonts, and the certificates that NSS trusts. Linked, not copied.
void LaunchFolders::link_home(const std::vector<std::string>& environment) const {
  const std::string home = variable(environment, "HOME");
  if (home.empty()) return;
  const std::string data = or_default(variable(environment, "XDG_DATA_HOME"), home + "/.local/share");
  const std::string config = or_default(variable(environment, "XDG_CONFIG_HOME"), home + "/.config");
  for (const char* name : {"home/.config", "home/.local", "home/.local/share"})
    static_cast<void>(session_.make_inside(name));
  session_.link_inside("home/.pki", home + "/.pki");
  session_.link_inside("home/.local/share/pki", data + "/pki");
  session_.link_inside("home/.fonts", home + "/.fonts");
  session_.link_inside("home/.local/share/fonts", data + "/fonts");
  session_.link_inside("home/.config/fontconfig", config + "/fontconfig");
}

std::vector<std::string> LaunchFolders::own_environment(const std::vector<std::string>& environment) const {
  const auto is_users_own = [](const std::string& entry) {
    const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
    return std::ranges::find(kUsersOwn, name) != kUsersOwn.end();
  };
  std::vector<std::string> out;
  for (const std::string& entry : environment)
    if (!is_users_own(entry)) out.push_back(entry);
  out.push_back(fmt::format("HOME={}/home", session_.path()));
  out.push_back(fmt::format("TMPDIR={}/t", session_.path()));
  out.push_back(fmt::format("XDG_RUNTIME_DIR={}/t", session_.path()));
  // What leads to the screen, and without these variables or by a relative name is sought in folders of the user's.
  const std::string home = variable(environment, "HOME");
  const std::string key = variable(environment, "XAUTHORITY");
  if (!key.empty() || !home.empty()) out.push_back("XAUTHORITY=" + or_default(key, home + "/.Xauthority"));
  const std::string wayland = variable(environment, "WAYLAND_DISPLAY");
  const std::string runtime = variable(environment, "XDG_RUNTIME_DIR");
  if (!wayland.empty())
    out.push_back("WAYLAND_DISPLAY=" +
                  (wayland.starts_with('/') || runtime.empty() ? wayland : runtime + "/" + wayland));
  return out;
}

aio::Task<void> LaunchFolders::let_go_of_named(LaunchFolders& folders, Services services) {
  if (!folders.user_data_ && folders.made_.empty()) co_return;
  const std::string path = folders.user_data_.path();
  // Where its caller wants it, which may be anywhere.
  auto job = [user_data = std::move(folders.user_data_),
              made = std::move(folders.made_)]() mutable -> base::Result<std::string> {
    return let_go(std::move(user_data), std::move(made));
  };
  const auto why = co_await os::aside(std::move(job));
  if (why && !why->empty()) services.log.error("profile not removed", {{"profile", path}, {"error", *why}});
}

aio::Task<void> LaunchFolders::remove(LaunchFolders folders, Services services) {
  if (!folders.unused_kept_.empty()) {
    auto job = [path = folders.unused_kept_] {
      os::remove_kept_folder(path);
      return true;
    };
    static_cast<void>(co_await services.workers.run_always(std::move(job)));
  }
  os::Removal removal;
  if (folders.session_) {
    const auto session = std::make_shared<os::SessionFolder>(std::move(folders.session_));
    for (int tries = 0; tries < kRemovalTries;) {
      auto job = [session] { return session->remove_some(kSlice); };
      removal = co_await services.workers.run_always(std::move(job));
      if (removal.state != os::Removal::State::more) break;
      if (removal.removed > 0) continue;
      ++tries;
      co_await services.clock.sleep(kPause);
    }
    auto let_go = [session] {
      *session = {};
      return true;
    };
    static_cast<void>(co_await services.workers.run_always(std::move(let_go)));
  }
  if (removal.state == os::Removal::State::done)
    services.reaper.forget_profile(folders.session_path_);
  else
    services.log.error("profile not removed",
                       {{"profile", folders.session_path_},
                        {"error", removal.why.empty() ? "somebody still writes there" : removal.why}});
}

}  // namespace browser
