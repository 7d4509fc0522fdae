#include "browser/user_data.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "browser/variable.h"
#include "os/process_tree.h"
#include "os/remove_tree.h"

namespace browser {
namespace {

base::Result<os::Fd> open_checked(const std::string& path) {
  os::Fd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
  if (!folder) return base::fail(base::Kind::browser, fmt::format("{}: {}", path, std::strerror(errno)));
  return folder;
}

std::string link_text(int folder, const char* name) {
  std::array<char, PATH_MAX> text{};
  const ssize_t n = readlinkat(folder, name, text.data(), text.size());
  return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
}

bool somebody_listens(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.empty() || path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  const os::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return socket &&
         (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN);
}

bool is_a_browser(pid_t pid) { return os::told_of(pid, "cmdline").find("chrom") != std::string::npos; }

// Chromium's own mark, a link to "host-pid". One of a browser that has crashed here is taken over by the next.
std::optional<std::string> other_browser(int folder) {
  const std::string mark = link_text(folder, "SingletonLock");
  const std::size_t dash = mark.rfind('-');
  if (dash == std::string::npos) return std::nullopt;
  pid_t pid = 0;
  std::from_chars(mark.data() + dash + 1, mark.data() + mark.size(), pid);
  std::array<char, 65> host{};
  gethostname(host.data(), host.size() - 1);
  if (mark.substr(0, dash) != host.data())
    return fmt::format(
        "a browser on the host {} (process {}) uses it, or has not removed its SingletonLock; end it, or "
        "remove SingletonLock if it is gone",
        mark.substr(0, dash), pid);
  if (somebody_listens(link_text(folder, "SingletonSocket")) || (pid > 0 && kill(pid, 0) == 0 && is_a_browser(pid)))
    return fmt::format("another browser (process {}) uses it; end it or choose another folder", pid);
  return std::nullopt;
}

// In Chromium's own order: the mark itself last.
constexpr const char* kMarks[] = {"SingletonSocket", "SingletonCookie", "SingletonLock"};

std::vector<std::string> own_profiles(const std::vector<std::string>& environment) {
  std::string config = variable(environment, "XDG_CONFIG_HOME");
  if (config.empty()) config = variable(environment, "HOME") + "/.config";
  std::vector<std::string> out;
  for (const char* name : {"chromium", "google-chrome", "google-chrome-beta", "google-chrome-unstable",
                           "microsoft-edge", "BraveSoftware/Brave-Browser"})
    out.push_back(fmt::format("{}/{}", config, name));
  return out;
}

// Whether it is one of the profiles, by whatever name.
bool is_own_profile(int folder, const std::vector<std::string>& environment) {
  struct stat mine{};
  fstat(folder, &mine);
  return std::ranges::any_of(own_profiles(environment), [&](const std::string& profile) {
    struct stat there{};
    return stat(profile.c_str(), &there) == 0 && there.st_ino == mine.st_ino && there.st_dev == mine.st_dev;
  });
}

// The same for what is in one, or would be: neither need exist, and the user's browser will find there what is made.
base::Result<void> not_in_own_profile(const std::string& path, const std::vector<std::string>& environment) {
  const auto plain = [](const std::string& name) {
    std::error_code unknown;
    const std::string out = std::filesystem::weakly_canonical(name, unknown);
    return unknown ? name : out;
  };
  const std::string mine = plain(path) + '/';
  for (const std::string& profile : own_profiles(environment))
    if (mine.starts_with(plain(profile) + '/'))
      return base::fail(base::Kind::browser,
                        fmt::format("{} is the profile of this user's own browser, or in it", path));
  return {};
}

// Opened, and nobody else's in principle; it may still be in use.
base::Result<os::Fd> open_own(const std::string& path, const std::vector<std::string>& environment) {
  TRY(os::Fd folder, open_checked(path));
  struct stat info{};
  fstat(folder.get(), &info);
  if (info.st_uid != geteuid())
    return base::fail(base::Kind::browser,
                      fmt::format("{} belongs to user {}, the server runs as user {}", path, info.st_uid, geteuid()));
  TRY_VOID(not_in_own_profile(path, environment));
  if (is_own_profile(folder.get(), environment))
    return base::fail(base::Kind::browser, fmt::format("{} is the profile of this user's own browser, or in it", path));
  return folder;
}

}  // namespace

base::Result<UserData> UserData::claim(const std::string& path, const std::vector<std::string>& environment,
                                       MadeFolders& made) {
  const auto refused = [](std::string why) {
    return base::fail(base::Kind::browser, "The profile (launchOptions.userDataDir) cannot be used: " + std::move(why));
  };
  UserData out;
  auto found = find_folder(path);
  if (auto own = found ? not_in_own_profile(found->path, environment) : base::Result<void>(); !own)
    return refused(own.error().message);  // before a folder is made there
  auto usable = make_folder(path, made);
  if (!usable) return refused(usable.error().message);
  out.path_ = std::move(*usable);
  auto folder = open_own(out.path_, environment);
  if (!folder) return refused(folder.error().message);
  out.folder_ = std::move(*folder);
  auto lock = os::FolderLock::take(out.folder_.get());
  if (!lock && lock.error().held)
    return refused(fmt::format("{} is in use by a session of {}; end that session or choose another folder", out.path_,
                               lock.error().why));
  if (!lock) return refused(fmt::format("{}: {}", out.path_, lock.error().why));
  if (auto other = other_browser(out.folder_.get())) {
    lock->release(out.folder_.get());
    return refused(fmt::format("{}: {}", out.path_, *other));
  }
  out.lock_ = std::move(*lock);
  return out;
}

void UserData::release() {
  // A browser that was killed leaves its mark. Here the next one takes it over; under the name of another host, as that
  // of the next container on a shared volume, it would be refused for ever.
  if (lock_ && !other_browser(folder_.get()))
    for (const char* name : kMarks) unlinkat(folder_.get(), name, 0);
  lock_.release(folder_.get());
}

std::string UserData::empty(const MadeFolders& made) const {
  constexpr std::size_t kBudget = 1000;
  constexpr int kTries = 80;  // with a pause after each in which nothing could be removed
  std::optional<std::string> used;
  for (int tries = 0; tries < kTries && made.made_for_nothing(path_) && lock_.is_of(folder_.get());) {
    used = other_browser(folder_.get());  // one that is not ours, or ours that is still on its way out
    if (!used) {
      const os::Removal removal = os::clear_folder(folder_.get(), os::FolderLock::kName, kBudget);
      if (removal.state != os::Removal::State::more) return removal.why;
      if (removal.removed > 0) continue;
    }
    ++tries;
    usleep(25'000);
  }
  return made.made_for_nothing(path_) ? used.value_or("somebody still writes there") : "";
}

std::string let_go(UserData user_data, MadeFolders made) {
  made.give_up();
  std::string why = user_data ? user_data.empty(made) : "";
  user_data.release();
  made.remove();
  return why;
}

std::optional<engine::UnusableValue> check_folders(const engine::LaunchOptions& options,
                                                   const std::vector<std::string>& environment) {
  constexpr std::string_view kWritable = "a folder that the server can write to: ";
  if (options.user_data_dir) {
    auto found = find_folder(*options.user_data_dir);
    if (!found) return engine::UnusableValue{"userDataDir", std::string(kWritable) + found.error().message};
    auto own = not_in_own_profile(found->path, environment);
    if (auto folder = own && found->exists ? open_own(found->path, environment) : base::Result<os::Fd>(); !folder)
      own = std::unexpected(std::move(folder).error());
    if (!own) return engine::UnusableValue{"userDataDir", "a folder of the server's own user: " + own.error().message};
  }
  if (options.downloads_path)
    if (auto found = find_folder(*options.downloads_path); !found)
      return engine::UnusableValue{"downloadsPath", std::string(kWritable) + found.error().message};
  return std::nullopt;
}

}  // namespace browser
