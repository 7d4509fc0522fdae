// The reaper: one small process beside the server, in a session of its own, that outlives it just long enough to kill
// what the server launched and to remove what it made. A pipe is the lifeline: its end means that the server is gone.
#pragma once
#include <map>
#include <set>
#include <string>

#include <sys/types.h>

namespace os {

inline constexpr const char* kReaperArgument = "--belay-reaper";

// In the server. What is watched is also remembered here, so that a reaper that was killed is replaced by one that
// knows as much, with the next thing said to it.
class Reaper {
 public:
  Reaper() = default;
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  ~Reaper();  // ends the reaper, which then kills and removes what was not forgotten

  // Says what to kill or to remove should the server die. Starts the reaper on first use; without one (fork failed) the
  // parent-death signal and the next start's sweep remain. A profile may be named before it exists.
  void watch_group(pid_t group);
  void watch_profile(const std::string& path);
  // It is gone. A group is forgotten while its number is still ours, or soon after.
  void forget_group(pid_t group);
  void forget_profile(const std::string& path);

  pid_t pid() const { return pid_; }  // -1 when none runs

 private:
  void say(const std::string& line);
  bool write_line(const std::string& line);
  void start();
  void replace();

  std::map<pid_t, unsigned long long> groups_;  // and when their leaders started
  std::set<std::string> profiles_;
  int lifeline_ = -1;
  pid_t pid_ = -1;
};

// The reaper's own main: reads lines from descriptor 0 until it ends, then kills and removes. Returns the exit status.
int reaper_main();

// When the process started, in clock ticks since boot (proc(5), stat field 22); 0 when there is none. A pid can come
// back, a pid with its start time cannot.
unsigned long long start_time(pid_t pid);

}  // namespace os
