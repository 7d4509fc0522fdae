// For tests that kill a process which has children: they become this process's own, and so can be waited for.
#pragma once
#include <functional>

#include <sys/types.h>

namespace os::testing {

// From here on, orphans of children of this process are its children.
void adopt_orphans();

// Forks; the copy runs `work` and then kills itself (SIGKILL), like a server that had no time to clean up. Returns when
// it is dead.
void run_and_die(const std::function<void()>& work);

// Waits until the child (or adopted orphan) has ended, at most ten seconds. Returns the signal that ended it, 0 for an
// exit, -1 when it still runs or is no child.
int ended_by(pid_t pid);

// Waits until somebody else has waited for the child, at most ten seconds. False when it is still there.
bool is_buried(pid_t pid);

// Kills them and waits for them: what one test leaves is not to be met by the next.
void end_all_children();

}  // namespace os::testing
