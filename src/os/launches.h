// What this process has launched: who leads, and the mark by which their descendants are known even when they left the
// group, the session and their parents. Any thread may ask.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace os {

// In the environment of what is launched, and so in that of all its descendants: FAMILY.NUMBER, the family being the
// server's pid and start time, the number one of its launches.
inline constexpr const char* kLaunchVariable = "BELAY_LAUNCH";
// The same as an argument, for programs that write over their environment, as Chromium does: --belay-launch=MARK.
inline constexpr const char* kLaunchArgument = "--belay-launch=";

struct LaunchMark {
  std::string family;
  std::uint64_t number = 0;
};
std::string launch_family();  // of this process
std::optional<LaunchMark> launch_mark_of(pid_t pid);

// The number of a child, 0 until it is born; the kernel writes it before the child runs.
using Birth = std::atomic<pid_t>;

class Launches {
 public:
  static Launches& of_this_process();

  std::uint64_t next();
  // From here on it is a launch. Its leader's number, 0 until the leader is born, is to be stored there by whoever
  // makes it, before it runs: no thread ever sees a child of ours that belongs to nobody. The leader leads a group of
  // its own, until ended(), which comes before it is waited for.
  Birth& beginning(std::uint64_t number);
  void ended(std::uint64_t number);
  void kill(std::uint64_t number) const;   // its group, unless it has ended
  bool lives(std::uint64_t number) const;  // its leader has not exited
  bool leads(pid_t pid) const;
  void kill_groups() const;

  // A child that is no launch and waited for by somebody, like the reaper.
  Birth& helper_beginning(std::uint64_t number);
  void helper_ended(std::uint64_t number);
  bool helps(pid_t pid) const;
  void wake_helpers() const;  // those that were stopped go on

 private:
  mutable std::mutex mutex_;  // never held across a wait
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, Birth> leaders_;
  std::map<std::uint64_t, Birth> helpers_;
};

}  // namespace os
