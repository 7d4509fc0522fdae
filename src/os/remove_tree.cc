#include "os/remove_tree.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "os/fd.h"

namespace os {
namespace {

constexpr int kDeepest = 32;  // folders below this are first moved up, so that neither stack nor descriptors run out
constexpr int kFolderToEmpty = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};
using Dir = std::unique_ptr<DIR, CloseDir>;

Dir open_listing(int folder) {
  const int again = openat(folder, ".", kFolderToEmpty);
  if (again < 0) return nullptr;
  Dir dir(fdopendir(again));
  if (!dir) close(again);
  return dir;
}

// Also a bind mount of the same file system.
bool is_mount(int folder) {
  struct statx info{};
  if (statx(folder, "", AT_EMPTY_PATH, STATX_TYPE, &info) != 0) return true;
  return (info.stx_attributes_mask & info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

class Remover {
 public:
  Remover(int top, std::size_t budget) : top_(top), budget_(budget) { fstat(top, &top_info_); }

  void clear(int folder, std::string_view except, int depth) {
    const Dir dir = open_listing(folder);
    if (!dir) return blocked("a folder", errno);
    while (const dirent* entry = readdir(dir.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || name == except) continue;
      if (out_.removed >= budget_) {
        cut_ = true;
        return;
      }
      remove(folder, entry->d_name, entry->d_type == DT_DIR, depth);
    }
  }

  Removal result() {
    if (cut_ || (written_ && out_.why.empty()))
      out_.state = Removal::State::more;
    else if (!out_.why.empty())
      out_.state = Removal::State::blocked;
    return std::move(out_);
  }

 private:
  void remove(int folder, const char* name, bool known_folder, int depth) {
    if (!known_folder) {
      if (unlink(folder, name, 0)) return;
      if (errno != EISDIR && errno != EPERM) return failed(name, errno);
    }
    Fd inner(openat(folder, name, kFolderToEmpty));
    if (!inner && errno == EACCES && fchmodat(folder, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
      inner = Fd(openat(folder, name, kFolderToEmpty));
    if (!inner) return errno == ENOTDIR || errno == ELOOP ? failed(name, EAGAIN) : failed(name, errno);
    struct stat info{};
    if (fstat(inner.get(), &info) != 0 || info.st_dev != top_info_.st_dev || is_mount(inner.get()))
      return blocked(name, EBUSY);
    if (depth >= kDeepest) return move_up(folder, name, info);
    fchmod(inner.get(), 0700);
    clear(inner.get(), "", depth + 1);
    if (cut_ || unlink(folder, name, AT_REMOVEDIR)) return;
    failed(name, errno);
  }

  bool unlink(int folder, const char* name, int flags) {
    if (unlinkat(folder, name, flags) != 0) return false;
    ++out_.removed;
    return true;
  }

  void move_up(int folder, const char* name, const struct stat& info) {
    const std::string up = fmt::format("deep-{}", info.st_ino);
    if (renameat(folder, name, top_, up.c_str()) != 0) return failed(name, errno);
    ++out_.removed;
    written_ = true;  // the top has one more than was listed
  }

  // Gone already is as good; what has come into a folder meanwhile is for the next call.
  void failed(const char* name, int error) {
    if (error == ENOTEMPTY || error == EEXIST || error == EAGAIN)
      written_ = true;
    else if (error != ENOENT)
      blocked(name, error);
  }

  void blocked(const char* name, int error) {
    if (out_.why.empty())
      out_.why = fmt::format("{}: {}", name, error == EBUSY ? "something is mounted there" : std::strerror(error));
  }

  int top_;
  std::size_t budget_;
  struct stat top_info_{};
  Removal out_;
  bool cut_ = false;
  bool written_ = false;
};

}  // namespace

Removal clear_folder(int folder, std::string_view except, std::size_t budget) {
  Remover remover(folder, budget);
  remover.clear(folder, except, 0);
  return remover.result();
}

}  // namespace os
