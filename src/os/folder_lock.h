// A lock on a folder: a file in it that this process holds with flock(2). Whoever dies lets go of it, in whatever PID
// namespace and on whatever machine that shares the file system; no child inherits it.
#pragma once
#include <expected>
#include <string>

#include "os/fd.h"

namespace os {

class FolderLock {
 public:
  struct Refusal {
    bool held = false;     // by somebody who lives
    bool gone = false;     // there is no folder any more
    std::string why = {};  // who, or what is wrong
  };
  static constexpr const char* kName = "belay.lock";

  FolderLock() = default;
  static std::expected<FolderLock, Refusal> take(int folder);

  // Removes the file and lets go. Without this the file stays, and means nothing once nobody holds it.
  void release(int folder);
  explicit operator bool() const { return static_cast<bool>(file_); }
  bool is_of(int folder) const;  // its file is still what others find there

 private:
  Fd file_;
};

}  // namespace os
