// Chromium: a browser process of ours with its profile, from its start until nothing of either is left.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "aio/go.h"
#include "aio/latch.h"
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
  const std::string& profile_path() const { return profile_path_; }

  aio::Task<void> wait_exit() { return exited_.wait(); }
  bool exited() const { return exited_.is_set(); }
  base::Error ended_early() const;  // why it exited before it was of use

  // By force, without waiting. Its profile goes once it has exited.
  void kill();
  // Ends it, unless that has happened, and waits until its processes and its profile are gone. A temporary profile
  // needs no goodbye; for one that is kept the end is an orderly one.
  aio::Task<void> end();

 private:
  static aio::Task<void> watch_exit(std::shared_ptr<Chromium> self);
  static aio::Task<void> drain_stderr(std::shared_ptr<Chromium> self);
  static aio::Task<void> remove_profile(std::shared_ptr<Chromium> self, std::string profile);
  base::Result<std::string> choose_profile(const engine::LaunchOptions& options);
  aio::Task<base::Result<std::string>> read_ws_url();
  void read_last_words();
  void release_profile();

  aio::Executor executor_;
  Services services_;
  std::function<void(const std::string&)> on_exit_;
  std::string profile_path_;
  std::string temporary_profile_;  // the same, "" when it is not ours to remove
  std::shared_ptr<os::Process> process_;
  std::string exit_status_;
  std::string last_words_;  // the end of its stderr, for errors
  aio::Latch exited_;
  aio::Latch profile_gone_;
};

}  // namespace browser
