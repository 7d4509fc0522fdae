// Orphans: this process as the parent of what its browsers leave. As a child subreaper (as PID 1 anyway) it gets every
// descendant whose parent has ended: it waits for the dead and kills the living of launches that are over.
#pragma once
#include <cstddef>
#include <cstdint>
#include <set>

#include <sys/types.h>

#include "base/time.h"

namespace os {

// Kills what is left of a launch whose leader has ended: descendants that had left its group. True when none lives, nor
// the leader; ask again after a moment until it is, for what is killed goes on for as long as it takes to die. Any
// thread.
bool kill_remains(std::uint64_t launch);

class Orphans {
 public:
  // From here on. The children that this process has already (of a shell that became it) are left alone.
  Orphans();

  // Call whenever a child has ended (SIGCHLD): an orphan comes by the end of its
  // parent, which is a child itself, so none is missed. Any thread, one at a time. Blocks: the words of a process are
  // in its own memory.
  void look() const;

  // Kills what was launched and all orphans, with their descendants. Any thread. Returns how many children that were.
  std::size_t kill_everything() const;
  // Kills and waits for the orphans until none is left, or until the time is over: then false.
  bool end(base::Duration patience);

 private:
  bool is_orphan(pid_t child) const;

  std::set<pid_t> before_;
};

}  // namespace os
