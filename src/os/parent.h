// The process that this one is not to outlive.
#pragma once
#include <sys/types.h>

#include "base/result.h"

namespace os {

// A pidfd of it: readable when it has ended, however that happened. 0 stands for the one that started this process.
// Unlike PR_SET_PDEATHSIG it does not fire at the end of a thread of the parent, and no execution of a privileged
// file takes it away. Fails when there is no such process (any more), or none that can be seen from here.
base::Result<int> watch_process(pid_t pid);

}  // namespace os
