#include "os/orphans.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/launches.h"
#include "os/process_tree.h"

namespace os {
namespace {

// True when it was dead: its number is free now.
bool wait_for_dead(const Fd& child) {
  siginfo_t info{};
  return waitid(P_PIDFD, static_cast<id_t>(child.get()), &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0;
}

// Before it is asked whose child it is: other threads bury theirs, and the number may be given to a new one.
Fd hold(pid_t child) { return Fd(static_cast<int>(syscall(SYS_pidfd_open, child, 0))); }

void kill_tree(pid_t root) {
  const std::vector<pid_t> below = descendants_of(root);
  kill(root, SIGKILL);
  for (const pid_t pid : below) kill(pid, SIGKILL);
}

// Whoever lives has an ancestor, or is one, that came to this process as an orphan.
bool kill_found(std::uint64_t launch) {
  const Launches& launches = Launches::of_this_process();
  const std::string family = launch_family();
  bool any = false;
  for (const pid_t child : children_of(getpid())) {
    if (launches.leads(child) || launches.helps(child)) continue;
    const auto mark = launch_mark_of(child);
    if (mark && mark->family == family && mark->number == launch) {
      kill_tree(child);
      any = true;
    } else if (!mark && tells_nothing(child)) {
      any = true;
    }
  }
  return any;
}

}  // namespace

// Twice: the kernel's list of children may leave one out while another ends (proc(5)), and one that becomes another
// program as it is looked at shows no mark.
bool kill_remains(std::uint64_t launch) {
  if (Launches::of_this_process().lives(launch)) return false;
  return !kill_found(launch) && !kill_found(launch);
}

Orphans::Orphans() {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (const pid_t child : children_of(getpid())) before_.insert(child);
}

bool Orphans::is_orphan(pid_t child) const {
  const Launches& launches = Launches::of_this_process();
  return !launches.leads(child) && !launches.helps(child) && !before_.contains(child);
}

void Orphans::look() const {
  const std::string family = launch_family();
  for (const pid_t child : children_of(getpid())) {
    const Fd held = hold(child);
    if (before_.contains(child)) wait_for_dead(held);
    if (!is_orphan(child) || wait_for_dead(held)) continue;
    const auto mark = launch_mark_of(child);
    if (mark && mark->family == family && !Launches::of_this_process().lives(mark->number)) kill_tree(child);
  }
}

std::size_t Orphans::kill_everything() const {
  Launches& launches = Launches::of_this_process();
  std::size_t met = 0;
  for (const pid_t child : children_of(getpid()))
    if (launches.leads(child) || is_orphan(child)) {
      kill_tree(child);
      ++met;
    }
  launches.kill_groups();
  return met;
}

bool Orphans::end(base::Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    bool any = false;
    for (const pid_t child : children_of(getpid()))
      if (const Fd held = hold(child); held && is_orphan(child) && !wait_for_dead(held)) {
        kill_tree(child);
        any = true;
      }
    if (!any) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    usleep(2'000);
  }
}

}  // namespace os
