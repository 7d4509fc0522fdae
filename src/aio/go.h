// go: a task with no owner, for the rare work that holds everything it touches by itself and must not be waited for
// (a connection's reader after its owner has left). Everything else belongs in a Scope. An exception is told as in one.
#pragma once
#include "aio/task.h"

namespace aio {

void go(const Executor& executor, const char* what, Task<void> work);

}  // namespace aio
