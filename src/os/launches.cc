#include "os/launches.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/process_tree.h"

namespace os {
namespace {

// A child that has just been born leads no group yet.
void kill_group(pid_t leader) {
  if (leader <= 0) return;
  kill(-leader, SIGKILL);
  kill(leader, SIGKILL);
}

bool contains(const std::map<std::uint64_t, Birth>& children, pid_t pid) {
  return pid > 0 && std::ranges::any_of(children, [pid](const auto& child) { return child.second == pid; });
}

}  // namespace

std::string launch_family() { return fmt::format("{}.{}", getpid(), start_time(getpid())); }

std::optional<LaunchMark> launch_mark_of(pid_t pid) {
  std::string mark = variable_of(pid, kLaunchVariable);
  if (mark.empty()) mark = word_of_command_line(pid, kLaunchArgument);
  const std::size_t dot = mark.rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  return LaunchMark{mark.substr(0, dot), std::strtoull(mark.c_str() + dot + 1, nullptr, 10)};
}

Launches& Launches::of_this_process() {
  static Launches launches;
  return launches;
}

std::uint64_t Launches::next() {
  const std::scoped_lock lock(mutex_);
  return next_++;
}

Birth& Launches::beginning(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  return leaders_[number];
}

void Launches::ended(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  leaders_.erase(number);
}

void Launches::kill(std::uint64_t number) const {
  const std::scoped_lock lock(mutex_);
  if (const auto it = leaders_.find(number); it != leaders_.end()) kill_group(it->second);
}

bool Launches::lives(std::uint64_t number) const {
  const std::scoped_lock lock(mutex_);
  const auto it = leaders_.find(number);
  if (it == leaders_.end()) return false;
  const pid_t leader = it->second;
  if (leader == 0) return true;  // it is being made
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

bool Launches::leads(pid_t pid) const {
  const std::scoped_lock lock(mutex_);
  return contains(leaders_, pid);
}

void Launches::kill_groups() const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [number, leader] : leaders_) kill_group(leader);
}

Birth& Launches::helper_beginning(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  return helpers_[number];
}

void Launches::helper_ended(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  helpers_.erase(number);
}

bool Launches::helps(pid_t pid) const {
  const std::scoped_lock lock(mutex_);
  return contains(helpers_, pid);
}

void Launches::wake_helpers() const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [number, helper] : helpers_)
    if (const pid_t pid = helper; pid > 0) ::kill(pid, SIGCONT);
}

}  // namespace os
