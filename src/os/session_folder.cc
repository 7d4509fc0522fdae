#include "os/session_folder.h"

#include <cerrno>
#include <cstring>
#include <random>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace os {
namespace {

constexpr int kFolderToOpen = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string random_letters() {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
  std::string out;
  for (int i = 0; i < 6; ++i) out += kLetters[pick(random)];
  return out;
}

base::Error cannot_make(const std::string& path, std::string_view why) {
  return {base::Kind::internal, fmt::format("cannot make the session's folder {}: {}", path, why)};
}

struct Split {
  std::string root;
  std::string name;
};
Split split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return {path.substr(0, slash), path.substr(slash + 1)};
}

bool is_this_users(int folder) {
  struct stat info{};
  return fstat(folder, &info) == 0 && info.st_uid == geteuid();
}

bool same(int folder, int root, const char* name) {
  struct stat mine{};
  struct stat there{};
  return fstat(folder, &mine) == 0 && fstatat(root, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

}  // namespace

base::Result<std::string> SessionFolder::new_path() {
  TRY(const SessionRoot root, open_session_root());
  return fmt::format("{}/{}{}", root.path, kSessionPrefix, random_letters());
}

base::Result<SessionFolder> SessionFolder::make(const std::string& path) {
  const auto [root_path, name] = split(path);
  TRY(const SessionRoot root, open_root_at(root_path, Missing::make));
  if (mkdirat(root.folder.get(), name.c_str(), 0700) != 0)
    return std::unexpected(cannot_make(path, std::strerror(errno)));
  SessionFolder out;
  out.path_ = path;
  out.folder_ = Fd(openat(root.folder.get(), name.c_str(), kFolderToOpen));
  if (!out.folder_) {
    const std::string why = std::strerror(errno);
    unlinkat(root.folder.get(), name.c_str(), AT_REMOVEDIR);
    return std::unexpected(cannot_make(path, why));
  }
  auto lock = FolderLock::take(out.folder_.get());
  // A sweep that comes before the lock takes the folder for a leftover.
  if (!lock || !same(out.folder_.get(), root.folder.get(), name.c_str())) {
    const std::string why = lock ? "it was swept while it was made" : lock.error().why;
    if (!lock && !lock.error().held) unlinkat(out.folder_.get(), FolderLock::kName, 0);  // made, but not written
    unlinkat(root.folder.get(), name.c_str(), AT_REMOVEDIR);
    return std::unexpected(cannot_make(path, why));
  }
  out.lock_ = std::move(*lock);
  return out;
}

std::expected<SessionFolder, FolderLock::Refusal> SessionFolder::take_over(const std::string& path) {
  const auto [root_path, name] = split(path);
  const auto refuse = [](std::string why) { return std::unexpected(FolderLock::Refusal{.why = std::move(why)}); };
  if (!name.starts_with(kSessionPrefix)) return refuse("not a session's folder");
  auto root = open_root_at(root_path, Missing::leave);
  if (!root) return refuse(root.error().message);
  const auto gone = [] { return std::unexpected(FolderLock::Refusal{.gone = true, .why = "it is gone"}); };
  if (!root->folder) return gone();
  SessionFolder out;
  out.path_ = path;
  out.folder_ = Fd(openat(root->folder.get(), name.c_str(), kFolderToOpen));
  if (!out.folder_) return errno == ENOENT ? gone() : refuse(std::strerror(errno));
  if (!is_this_users(out.folder_.get())) return refuse("it belongs to another user");
  auto lock = FolderLock::take(out.folder_.get());
  if (!lock) return std::unexpected(std::move(lock).error());
  if (!same(out.folder_.get(), root->folder.get(), name.c_str())) return gone();
  out.lock_ = std::move(*lock);
  return out;
}

base::Result<std::string> SessionFolder::make_inside(const std::string& name) const {
  std::string path = fmt::format("{}/{}", path_, name);
  if (mkdirat(folder_.get(), name.c_str(), 0700) != 0) return std::unexpected(cannot_make(path, std::strerror(errno)));
  return path;
}

bool SessionFolder::link_inside(const std::string& name, const std::string& target) const {
  struct stat info{};
  return stat(target.c_str(), &info) == 0 && symlinkat(target.c_str(), folder_.get(), name.c_str()) == 0;
}

// Whether what is there is still ours to remove. An earlier call may have met somebody who came between the removal of
// the lock's file and that of the folder.
bool SessionFolder::is_ours() {
  if (lock_.is_of(folder_.get())) return true;
  lock_ = {};
  auto again = FolderLock::take(folder_.get());
  if (again) lock_ = std::move(*again);
  return static_cast<bool>(again);
}

Removal SessionFolder::remove_some(std::size_t budget) {
  if (!is_ours()) return {.state = Removal::State::done};
  Removal out = clear_folder(folder_.get(), FolderLock::kName, budget);
  if (out.state != Removal::State::done) return out;
  const auto [root_path, name] = split(path_);
  const auto root = open_root_at(root_path, Missing::leave);
  if (!root || !root->folder || !same(folder_.get(), root->folder.get(), name.c_str())) {
    out = {.state = Removal::State::blocked, .why = root ? "its name leads elsewhere now" : root.error().message};
    return out;
  }
  // The lock's file first, for a folder goes empty. Whoever makes it theirs in between keeps it from going.
  unlinkat(folder_.get(), FolderLock::kName, 0);
  if (unlinkat(root->folder.get(), name.c_str(), AT_REMOVEDIR) == 0)
    lock_ = {};
  else if (errno == ENOTEMPTY)
    out.state = Removal::State::more;
  else
    out = {.state = Removal::State::blocked, .why = std::strerror(errno)};
  return out;
}

base::Result<std::string> make_kept_folder() {
  TRY(const SessionRoot root, open_session_root());
  const std::string name = fmt::format("{}{}", kKeptPrefix, random_letters());
  std::string path = fmt::format("{}/{}", root.path, name);
  if (mkdirat(root.folder.get(), name.c_str(), 0700) != 0)
    return std::unexpected(cannot_make(path, std::strerror(errno)));
  return path;
}

void remove_kept_folder(const std::string& path) {
  const auto [root_path, name] = split(path);
  const auto root = open_root_at(root_path, Missing::leave);
  if (!root || !root->folder || !name.starts_with(kKeptPrefix)) return;
  {
    const Fd folder(openat(root->folder.get(), name.c_str(), kFolderToOpen));
    if (!folder || clear_folder(folder.get(), "", 100'000).state != Removal::State::done) return;
  }
  unlinkat(root->folder.get(), name.c_str(), AT_REMOVEDIR);
}

bool remove_session_folder(const std::string& path) {
  constexpr int kTries = 80;
  constexpr std::size_t kBudget = 1000;
  SessionFolder folder;
  for (int attempt = 0; attempt < kTries;) {
    if (!folder) {
      // Of a process that is just dying the lock may be held for a moment yet.
      if (auto taken = SessionFolder::take_over(path))
        folder = std::move(*taken);
      else if (!taken.error().held)
        return taken.error().gone;
    }
    Removal removal{.state = Removal::State::more};
    if (folder) removal = folder.remove_some(kBudget);
    if (removal.state == Removal::State::done) return true;
    if (removal.state == Removal::State::blocked) return false;
    if (removal.removed > 0) continue;
    ++attempt;
    usleep(25'000);
  }
  return false;
}

}  // namespace os
