#include "browser/folder_uses.h"

#include <cerrno>
#include <filesystem>

#include <unistd.h>

namespace browser {
namespace {

std::string around(const std::string& path) { return std::filesystem::path(path).parent_path(); }

}  // namespace

FolderUses& FolderUses::of_this_process() {
  static FolderUses& uses = *new FolderUses;  // threads that still remove something may outlive main()
  return uses;
}

void FolderUses::begin(const std::string& path) {
  std::unique_lock lock(mutex_);
  removed_.wait(lock, [&] { return !removing_.contains(path); });
  ++uses_[path];
}

void FolderUses::end(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  const auto it = uses_.find(path);
  if (it != uses_.end() && --it->second == 0) uses_.erase(it);
}

// Also those that lie around one that was there before.
void FolderUses::forget_around(const std::string& path) {
  for (std::string at = path; at.size() > 1; at = around(at)) made_.erase(at);
}

void FolderUses::made(std::string path) {
  const std::scoped_lock lock(mutex_);
  made_.insert(std::move(path));
}

void FolderUses::keep(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  forget_around(path);
}

bool FolderUses::made_for_nothing(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  const auto used = uses_.lower_bound(path + "/");
  return made_.contains(path) && (used == uses_.end() || !used->first.starts_with(path + "/"));
}

bool FolderUses::begin_removing(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return made_.contains(path) && !uses_.contains(path) && removing_.insert(path).second;
}

void FolderUses::gone(const std::string& path, bool removed) {
  const std::scoped_lock lock(mutex_);
  removing_.erase(path);
  if (removed) {
    made_.erase(path);
  } else {
    // Not empty. What another start has made or names in it may go yet; else it is somebody's, with those around it.
    const std::string inside = path + "/";
    const auto made = made_.lower_bound(inside);
    const auto used = uses_.lower_bound(inside);
    const bool waits =
        (made != made_.end() && made->starts_with(inside)) || (used != uses_.end() && used->first.starts_with(inside));
    if (!waits) forget_around(path);
  }
  removed_.notify_all();
}

void FolderUses::remove(const std::string& path) {
  for (std::string at = path; begin_removing(at); at = around(at)) {
    const bool removed = rmdir(at.c_str()) == 0 || errno == ENOENT;  // it went with the profile it lay in
    gone(at, removed);
    if (!removed) break;
  }
}

}  // namespace browser
