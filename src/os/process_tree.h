// Who is whose child, as /proc tells.
#pragma once
#include <string>
#include <vector>

#include <sys/types.h>

namespace os {

// When the process started, in clock ticks since boot (proc(5), stat field 22); 0 when there is none. A pid can come
// back, a pid with its start time cannot.
unsigned long long start_time(pid_t pid);
// It lives and has no arguments now: it is becoming another program (execve(2)) or is on its way out, with children
// that are still its own.
bool tells_nothing(pid_t pid);

std::vector<pid_t> all_processes();
// Zombies included. Without CONFIG_PROC_CHILDREN this walks over all of /proc.
std::vector<pid_t> children_of(pid_t pid);
std::vector<pid_t> descendants_of(pid_t pid);  // parents before their children, without itself

// A variable of the environment that it was started with; "" when it has none or may not be looked at.
std::string variable_of(pid_t pid, const std::string& name);
// All of /proc/PID/what; "" when the process is gone.
std::string told_of(pid_t pid, const char* what);
// What follows `prefix` in its command line, up to the end of the argument; "" when that is not in it. A program may
// have written its arguments anew with spaces between them.
std::string word_of_command_line(pid_t pid, const std::string& prefix);

}  // namespace os
