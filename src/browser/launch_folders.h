// All that a Chromium of ours writes to: the session's folder with its TMPDIR, HOME, profile and downloads, or the
// profile that the caller keeps. What is not to be kept goes with it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "aio/task.h"
#include "browser/services.h"
#include "browser/user_data.h"
#include "engine_api/types.h"
#include "os/session_folder.h"

namespace browser {

class LaunchFolders {
 public:
  // The session's folder at a path that the reaper knows already (os::SessionFolder::new_path). What has been made by a
  // failure is to be removed too. Blocks.
  base::Result<void> make(const engine::LaunchOptions& options, const std::vector<std::string>& environment,
                          base::Result<std::string> session_path);

  const std::string& profile() const { return profile_; }
  std::string downloads() const { return session_.path() + "/downloads"; }
  std::string crashes() const { return session_.path() + "/crashes"; }
  std::string programs() const { return session_.path() + "/programs"; }  // those that Chromium finds first
  // The caller's, or one to be preserved: its browser needs time to write it.
  bool keeps_profile() const { return static_cast<bool>(user_data_); }
  // Its browser has been ready. Before that nothing stays of it: no preserved profile, and no folder that its caller
  // names and that was missing.
  void keep() {
    unused_kept_.clear();
    made_.keep();
  }

  // `environment` with folders of the session's own in place of the user's. What leads to the screen stays.
  std::vector<std::string> own_environment(const std::vector<std::string>& environment) const;

  // Once its browser is gone, or never was: first what its caller names.
  static aio::Task<void> let_go_of_named(LaunchFolders& folders, Services services);
  // And then what is the session's own. Takes as long as something is written to them, at most two seconds.
  static aio::Task<void> remove(LaunchFolders folders, Services services);

 private:
  void link_home(const std::vector<std::string>& environment) const;

  os::SessionFolder session_;
  std::string session_path_;  // also of one that could not be made
  UserData user_data_;
  std::string profile_;
  std::string unused_kept_;
  MadeFolders made_;
};

}  // namespace browser
