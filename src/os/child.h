// A child process of ours on its way from the thread that makes it to the loop.
#pragma once
#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "os/fd.h"
#include "os/make_child.h"

namespace os {

struct SpawnOptions {
  std::string path;
  std::vector<std::string> arguments = {};    // without argv[0]
  std::vector<std::string> environment = {};  // NAME=value, all of it
  int nice = 0;                               // how much lower its priority is than this process's, 0 to 19
  bool marks_arguments = false;               // puts kLaunchArgument before the others, too
  std::uint64_t launch = 0;                   // its number in os/launches.h, for who must know it before; 0: the next
  std::shared_future<pid_t> after = {};       // what is waited for before: a reaper that is being made
};

// A child that somebody must look after: it is killed with its group, and buried, when nobody does any more.
class Child {
 public:
  // Makes it and waits until it has executed. Once `unwanted` it does not.
  static base::Result<Child> make(std::uint64_t launch, SpawnOptions options, const Unwanted& unwanted);
  Child(Child&&) noexcept = default;
  Child& operator=(Child&&) = delete;
  ~Child();

 private:
  friend class Process;
  Child(std::uint64_t launch, Fd err) : launch_(launch), err_(std::move(err)) {}

  std::uint64_t launch_;
  pid_t pid_ = -1;
  Fd pid_fd_;  // while the child is ours to look after
  Fd err_;
};

// Kills and buries a child of ours that was a launch.
void end_launch(std::uint64_t launch, Fd pid_fd);
// Waits, on another thread, for a child that is no launch any more and of whom all is known that is wanted. What the
// kernel does then can take 25 ms, where others read /proc. One without a descriptor is found among the orphans.
void bury(Fd pid_fd);

}  // namespace os
