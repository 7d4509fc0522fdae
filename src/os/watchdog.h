// Watchdog: a thread that takes the process's signals and ends the process in time, whatever its loop and its other
// threads hang in. docs/internals/processes.md says what is cut off when.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "os/end_plan.h"

namespace os {

class Watchdog {
 public:
  struct Cut {
    const char* step;  // what was under way, as last said to step()
    int status;        // with which the process leaves
  };
  struct Hooks {                                  // called on the watchdog's thread; none may wait
    std::function<void()> on_end;                 // a signal to end (watchdog.cc) or the end of the parent; each time
    std::function<void()> on_child;               // SIGCHLD
    std::function<void(const Cut&)> on_cut = {};  // the time is over: kill what was launched; then the process leaves
  };
  static constexpr int kCutStatus = 3;

  // In main, before any thread is made: a signal that another thread may take would not come here.
  static void block_signals();

  // `parent`: a pidfd whose end counts as a signal, or -1. It is closed here.
  Watchdog(EndPlan plan, Hooks hooks, int parent);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // From here on these are called; none of the former ones still runs. Not out of a hook.
  void set_hooks(Hooks hooks);

  // What is under way, for the line that says what was cut off. The text must live for ever.
  void step(const char* what) { step_ = what; }
  // All that matters is done: what is left has this long, and the process leaves with this status.
  void end_within(base::Duration left, int status);

 private:
  void run();
  int milliseconds_left();
  void take_signals();
  void ended();
  void cut_if_due();

  std::mutex mutex_;  // guards the plan and the status
  EndPlan plan_;
  int status_ = kCutStatus;
  std::mutex hooks_mutex_;  // guards the hooks, and is held while one is called
  Hooks hooks_;
  std::atomic<const char*> step_ = "starting";
  std::atomic<bool> stop_ = false;
  int signals_;  // a signalfd
  int wake_;     // an eventfd: the plan has changed, or stop
  int parent_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace os
