// Makes a child process that executes a program, as vfork(2) does: in the memory of this process and not in a copy, so
// that it takes as long with a gigabyte of memory as with ten megabytes.
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "os/launches.h"

namespace os {

using Unwanted = std::atomic<bool>;

struct ChildPlan {
  std::string path;
  std::vector<std::string> arguments;    // with argv[0]
  std::vector<std::string> environment;  // all of it
  int in = -1;                           // descriptors of ours that it gets as 0, 1 and 2; -1: /dev/null
  int out = -1;
  int err = -1;
  int nice = 0;                        // see SpawnOptions
  bool dies_with_thread = false;       // killed by the kernel when the calling thread ends
  const Unwanted* unwanted = nullptr;  // once true it does not execute any more
};

// The caller waits until it has executed its program, for which there is no limit: call on a thread of the Launcher.
// Its number, which is also in `born` before it runs. It leads a session of its own, has no other descriptor of ours
// and no signal blocked or ignored. The error names the path and the reason; then nobody has waited for the child yet
// whose number is in `born`, unless that is 0.
base::Result<pid_t> make_child(ChildPlan plan, Birth& born);

}  // namespace os
