// Launcher: the threads that make child processes. Making one takes as long as its program takes to be loaded, which a
// file system that hangs may make for ever: too long for the loop, and for a thread that others wait for.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace os {

class Launcher {
 public:
  using Job = std::move_only_function<void()>;

  // Its threads live as long as the process: a child that is to die with its parent (PR_SET_PDEATHSIG) dies with the
  // thread that made it. A copy of this process (fork) has its own.
  static Launcher& of_this_process();

  // Runs it on a thread that is free, or on a new one: there are as many as there were jobs at a time. False when there
  // is no thread to be had; then it does not run.
  bool run(Job job);

 private:
  Launcher() = default;
  bool add_thread();
  void work();

  std::mutex mutex_;
  std::condition_variable wanted_;
  std::deque<Job> jobs_;
  std::size_t free_ = 0;
};

}  // namespace os
