// Chromium: a browser process of ours with its profile, from its start until nothing of either is left.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "aio/go.h"
#include "aio/latch.h"
#include "browser/launch_folders.h"
#include "browser/services.h"
#include "engine_api/types.h"
#include "os/process.h"

namespace browser {

class Chromium : public std::enable_shared_from_this<Chromium> {
 public:
  Chromium(aio::Executor executor, const Services& services) : executor_(std::move(executor)), services_(services) {}

  // Called once, on the loop, with "exit status 1" or "signal 9". To be set before the start.
  void on_exit(std::function<void(const std::string& status)> callback) { on_exit_ = std::move(callback); }
  // Returns the URL of its DevTools endpoint once it listens there. The options are needed until then. What has been
  // made by a failure or a cancellation goes with kill().
  aio::Task<base::Result<std::string>> start(const engine::LaunchOptions& options);
  const LaunchFolders& folders() const { return folders_; }
  // It has been of use: a profile that is to be preserved is.
  void was_ready() { folders_.keep(); }

  aio::Task<void> wait_exit() { return exited_.wait(); }
  bool exited() const { return exited_.is_set(); }
  base::Error ended_early() const;  // why it exited before it was of use

  // By force, without waiting. Its profile goes once it has exited.
  void kill();
  // Ends it, unless that has happened, and waits until its processes and its folders are gone. With a temporary profile
  // that is by force; one that is kept needs a browser that has been asked to close before (Browser.close) and here is
  // asked once more, by a signal to its main process alone: the others have what is still to be written.
  aio::Task<void> end();

 private:
  static aio::Task<void> make_folders(std::shared_ptr<Chromium> self, engine::LaunchOptions options);
  static aio::Task<void> watch_exit(std::shared_ptr<Chromium> self);
  static aio::Task<void> drain_stderr(std::shared_ptr<Chromium> self);
  static aio::Task<void> remove_folders(std::shared_ptr<Chromium> self);
  aio::Task<base::Result<std::string>> read_ws_url();
  void read_last_words();
  void release_folders();

  aio::Executor executor_;
  Services services_;
  std::function<void(const std::string&)> on_exit_;
  LaunchFolders folders_;
  base::Result<std::string> programs_;  // that Chromium finds first, or why there are no folders
  bool makes_folders_ = false;
  PendingRemovals::Hold removal_;
  aio::Latch folders_made_;
  std::uint64_t launch_ = 0;  // from here on there may be a process
  std::shared_ptr<os::Process> process_;
  std::string exit_status_;
  std::string last_words_;  // the end of its stderr, for errors
  aio::Latch exited_;
  bool folders_released_ = false;
  aio::Latch folders_gone_;
};

}  // namespace browser
