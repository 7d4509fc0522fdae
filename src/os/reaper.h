// The reaper: one small process beside the server, in a session of its own, that outlives it just long enough to kill
// what the server launched and to remove what it made. A pipe is the lifeline: its end means that the server is gone.
#pragma once
#include <map>
#include <string>

#include <sys/types.h>

namespace os {

inline constexpr const char* kReaperArgument = "--belay-reaper";

// In the server.
class Reaper {
 public:
  Reaper() = default;
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  ~Reaper();  // ends the reaper, which then kills what was not forgotten

  // Says what to kill and to remove should the server die. Starts the reaper on first use; without one (fork failed)
  // the parent-death signal and the next start's sweep remain.
  void watch(pid_t group, const std::string& profile);
  void forget(pid_t group);

 private:
  void say(const std::string& line);
  int lifeline_ = -1;
  pid_t pid_ = -1;
};

// The reaper's own main: reads lines from descriptor 0 until it ends, then kills and removes. Returns the exit status.
int reaper_main();

// When the process started, in clock ticks since boot (proc(5), stat field 22); 0 when there is none. A pid can come
// back, a pid with its start time cannot.
unsigned long long start_time(pid_t pid);

}  // namespace os
