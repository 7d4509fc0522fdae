// Which folders starts of this process name, and which of them were made for a start that has not come out yet. A start
// that fails takes away what was made, but not what another one names as well: whoever is the last does.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace browser {

// From any thread. Paths are canonical, so that two ways to one folder are the same.
class FolderUses {
 public:
  static FolderUses& of_this_process();

  // Named from now on. Waits while it is being removed, as a folder at a file system that hangs may be for long; others
  // are not kept waiting.
  void begin(const std::string& path);
  void end(const std::string& path);  // what is named n times has to be ended n times
  void made(std::string path);
  // A start has come out: this folder stays, and those around it.
  void keep(const std::string& path);
  // It was made, no start that names it has come out, and no folder in it is named.
  bool made_for_nothing(const std::string& path);
  // Removes it and those around it, as far as they were made, nobody names them, and they are empty. Blocks.
  void remove(const std::string& path);

 private:
  // Whether the folder may go now; from then on nobody begins to use it until gone().
  bool begin_removing(const std::string& path);
  void gone(const std::string& path, bool removed);
  void forget_around(const std::string& path);

  std::mutex mutex_;
  std::condition_variable removed_;
  std::map<std::string, int> uses_;
  std::set<std::string> made_;
  std::set<std::string> removing_;
};

// One start's naming of one folder.
class FolderUse {
 public:
  explicit FolderUse(std::string path) : path_(std::move(path)) { FolderUses::of_this_process().begin(path_); }
  FolderUse(FolderUse&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  FolderUse& operator=(FolderUse&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~FolderUse() {
    if (!path_.empty()) FolderUses::of_this_process().end(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace browser
