// Folders that a caller names: userDataDir and downloadsPath.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine_api/launch_check.h"
#include "os/fd.h"
#include "os/folder_lock.h"

namespace browser {

// Makes what is missing of it and tries to write there. Its absolute path; the error says what is in the way.
base::Result<std::string> usable_folder(const std::string& path);

// A profile that a caller keeps, for one browser at a time.
class UserData {
 public:
  // Refused when it is another user's, another session's or another browser's, or the one of the operator's own
  // browser.
  static base::Result<UserData> claim(const std::string& path, const std::vector<std::string>& environment);

  UserData() = default;
  const std::string& path() const { return path_; }
  explicit operator bool() const { return static_cast<bool>(lock_); }
  void release() { lock_.release(folder_.get()); }

 private:
  std::string path_;
  os::Fd folder_;
  os::FolderLock lock_;
};

// Whether the folders that the options name can be had at all. Blocks: call on a worker.
std::optional<engine::UnusableValue> check_folders(const engine::LaunchOptions& options,
                                                   const std::vector<std::string>& environment);

}  // namespace browser
