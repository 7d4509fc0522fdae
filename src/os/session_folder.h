// A session's own folder, <root>/s-XXXXXX: its profile, Chromium's TMPDIR and HOME, downloads. Whoever holds its lock
// owns it; one that nobody holds is swept.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"
#include "os/folder_lock.h"
#include "os/remove_tree.h"
#include "os/session_root.h"

namespace os {

inline constexpr std::string_view kSessionPrefix = "s-";
inline constexpr std::string_view kKeptPrefix = "kept-";

class SessionFolder {
 public:
  // A path for one that does not exist yet, so that the reaper can be told before there is something to remove.
  static base::Result<std::string> new_path();
  // Makes it, for this user only, and locks it. Fails when the name is taken.
  static base::Result<SessionFolder> make(const std::string& path);
  // Takes over one that nobody holds; the refusal says who does.
  static std::expected<SessionFolder, FolderLock::Refusal> take_over(const std::string& path);

  SessionFolder() = default;
  const std::string& path() const { return path_; }
  explicit operator bool() const { return static_cast<bool>(folder_); }
  // A folder inside, for this user only; its path.
  base::Result<std::string> make_inside(const std::string& name) const;
  // A link inside to something that exists elsewhere; false when it does not. Removed with the folder, never followed.
  bool link_inside(const std::string& name, const std::string& target) const;

  // Removes a piece of it, at last the folder itself. `done` once it is gone, or somebody else's. Blocks: call on a
  // worker.
  Removal remove_some(std::size_t budget);

 private:
  bool is_ours();

  std::string path_;
  Fd folder_;
  FolderLock lock_;
};

// A folder beside those of sessions that is never swept: a profile that the caller wants to keep. Its path.
base::Result<std::string> make_kept_folder();
// Removes one again that has not been used.
void remove_kept_folder(const std::string& path);

// All of it, while its browser may still write, for two seconds at most. False when something is left. Blocks.
bool remove_session_folder(const std::string& path);

}  // namespace os
