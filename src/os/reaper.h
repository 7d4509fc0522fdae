// The reaper: one small process beside the server, in a session of its own, that outlives it just long enough to kill
// what the server launched and to remove what it made. A pipe is the lifeline: its end means that the server is gone.
#pragma once
#include <cstdint>
#include <future>
#include <map>
#include <set>
#include <string>

#include <sys/types.h>

#include "base/time.h"
#include "os/process_tree.h"

namespace os {

inline constexpr const char* kReaperArgument = "--belay-reaper";

// In the server. What is watched is also remembered here, so that a reaper that was killed is replaced by one that
// knows as much, with the next thing said to it.
class Reaper {
 public:
  Reaper() = default;
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  ~Reaper();  // ends the reaper, which then kills and removes what was not forgotten; waits two seconds at most

  // The same with another patience. A reaper that has nothing to do is gone when this returns; one that has goes on by
  // itself.
  void end(base::Duration patience);
  // Before this process leaves: one that has something to do begins when the process is gone, for until then another
  // thread may make what is to be removed.
  void prepare_to_leave();
  // Call whenever a child has ended or was stopped (SIGCHLD): a reaper to which that happened is replaced.
  void look();

  // Says what to kill or to remove should the server die. Starts the reaper on first use, on another thread: what is
  // said waits in the pipe for it. Without one (fork failed) the parent-death signal and the next start's sweep remain.
  // A profile may be named before it exists.
  void watch_group(pid_t group);
  void watch_profile(const std::string& path);
  // It is gone. A group is forgotten while its number is still ours, or soon after.
  void forget_group(pid_t group);
  void forget_profile(const std::string& path);

  // What is launched waits for it (SpawnOptions::after), so that nothing runs without a reaper.
  const std::shared_future<pid_t>& made() const { return made_; }
  pid_t pid() const;  // -1 when none runs; waits for one that is being made

 private:
  void say(const std::string& line);
  bool write_line(const std::string& line);
  void start();
  void replace();
  void stop_by_force();
  bool is_made() const;

  std::map<pid_t, unsigned long long> groups_;  // and when their leaders started
  std::set<std::string> profiles_;
  int lifeline_ = -1;
  std::shared_future<pid_t> made_;  // with a lifeline: by a thread of the Launcher
  std::uint64_t number_ = 0;        // of the reaper among the helpers
  bool behind_ = false;             // something that was said did not reach the one that was being made
  int replacements_left_ = 0;  // by look(), until the next thing is said: one that cannot run is not tried for ever
};

// The reaper's own main: reads lines from descriptor 0 until it ends, then kills and removes. Returns the exit status.
int reaper_main();

}  // namespace os
