#include "os/folder_lock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace os {
namespace {

std::string owner_text() {
  std::array<char, 65> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("process {} on {}", getpid(), host.data());
}

// What the holder has written about itself. It may be anything.
std::string holder(int file) {
  std::array<char, 120> text{};
  const ssize_t n = pread(file, text.data(), text.size(), 0);
  std::string out(text.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  std::ranges::replace_if(out, [](unsigned char c) { return c < 0x20 || c > 0x7e; }, ' ');
  out.erase(out.find_last_not_of(' ') + 1);
  return out.empty() ? "another process" : out;
}

bool is_still_there(int folder, const struct stat& mine) {
  struct stat there{};
  return fstatat(folder, FolderLock::kName, &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_ino == mine.st_ino &&
         there.st_dev == mine.st_dev;
}

std::unexpected<FolderLock::Refusal> wrong(std::string why) {
  return std::unexpected(FolderLock::Refusal{.why = std::move(why)});
}

}  // namespace

std::expected<FolderLock, FolderLock::Refusal> FolderLock::take(int folder) {
  constexpr int kTries = 10;  // each lost to somebody who removes the file in that moment
  for (int i = 0; i < kTries; ++i) {
    FolderLock out;
    out.file_ = Fd(openat(folder, kName, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    if (!out.file_ && errno == ENOENT) return std::unexpected(Refusal{.gone = true, .why = "it is gone"});
    if (!out.file_) return wrong(fmt::format("cannot open {}: {}", kName, std::strerror(errno)));
    struct stat mine{};
    if (fstat(out.file_.get(), &mine) != 0 || !S_ISREG(mine.st_mode) || mine.st_uid != geteuid())
      return wrong(fmt::format("{} is no file of this user", kName));
    if (flock(out.file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::unexpected(Refusal{.held = true, .why = holder(out.file_.get())});
      return wrong(fmt::format("cannot lock {}: {}", kName, std::strerror(errno)));
    }
    if (!is_still_there(folder, mine)) continue;
    const std::string text = owner_text() + "\n";
    if (ftruncate(out.file_.get(), 0) != 0 ||
        pwrite(out.file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
      return wrong(fmt::format("cannot write {}: {}", kName, std::strerror(errno)));
    return out;
  }
  return wrong(fmt::format("{} is removed again and again", kName));
}

bool FolderLock::is_of(int folder) const {
  struct stat mine{};
  return file_ && fstat(file_.get(), &mine) == 0 && is_still_there(folder, mine);
}

void FolderLock::release(int folder) {
  if (file_) unlinkat(folder, kName, 0);
  file_.reset();
}

}  // namespace os
