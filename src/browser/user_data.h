// The profile that a caller keeps (userDataDir), and whether the folders that a start names can be had.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "browser/named_folder.h"
#include "engine_api/launch_check.h"
#include "os/fd.h"
#include "os/folder_lock.h"

namespace browser {

// A profile that a caller keeps, for one browser at a time.
class UserData {
 public:
  // Refused when it is another user's, another session's or another browser's, or the one of the operator's own
  // browser. What is missing of it is made, and is then in `made`, also when it is refused.
  static base::Result<UserData> claim(const std::string& path, const std::vector<std::string>& environment,
                                      MadeFolders& made);

  UserData() = default;
  const std::string& path() const { return path_; }
  explicit operator bool() const { return static_cast<bool>(lock_); }
  // For the next browser, on whatever host: its own must be gone. Removes what that one has left of its mark.
  void release();
  // Removes all that its browser has written there, in two seconds at most. "", or what is in the way; it is still to
  // be released. Blocks.
  std::string empty(const MadeFolders& made) const;

 private:
  std::string path_;
  os::Fd folder_;
  os::FolderLock lock_;
};

// What a start has named, once its browser is gone or never was: a profile that was made for a start that has come to
// nothing goes with all that is in it, every other one stays as it is. "", or why something that is to go is left.
// Blocks.
std::string let_go(UserData user_data, MadeFolders made);

// Whether the folders that the options name can be had at all. Makes nothing that stays. Blocks.
std::optional<engine::UnusableValue> check_folders(const engine::LaunchOptions& options,
                                                   const std::vector<std::string>& environment);

}  // namespace browser
