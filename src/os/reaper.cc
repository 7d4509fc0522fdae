#include "os/reaper.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/profile_dir.h"

namespace os {

unsigned long long start_time(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  if (!std::getline(file, text)) return 0;
  // The second field is the name in parentheses and may hold anything; the 22nd is the 20th after it.
  std::istringstream rest(text.substr(text.rfind(')') + 1));
  std::string word;
  for (int field = 3; field <= 22; ++field) rest >> word;
  return rest ? std::stoull(word) : 0;
}

Reaper::~Reaper() {
  if (lifeline_ < 0) return;
  close(lifeline_);
  waitpid(pid_, nullptr, 0);
}

void Reaper::start() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return;
  const pid_t pid = fork();
  if (pid == 0) {
    setsid();  // out of reach of the terminal's signals and of a kill of the server's group
    dup2(fds[0], 0);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, 1);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    execl("/proc/self/exe", "belay", kReaperArgument, static_cast<char*>(nullptr));
    _exit(127);
  }
  close(fds[0]);
  if (pid < 0) {
    close(fds[1]);
    return;
  }
  // A reaper that is stopped must not stop the server: a full pipe is a reaper to be replaced.
  fcntl(fds[1], F_SETFL, O_NONBLOCK);
  pid_ = pid;
  lifeline_ = fds[1];
}

// Killed, so that it does not reap what still lives; the new one is told everything.
void Reaper::replace() {
  if (lifeline_ >= 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(std::exchange(lifeline_, -1));
    pid_ = -1;
  }
  start();
  for (const auto& [group, started] : groups_) write_line(fmt::format("+ {} {}\n", group, started));
  for (const std::string& profile : profiles_) write_line(fmt::format("p {}\n", profile));
}

bool Reaper::write_line(const std::string& line) {
  // A line is shorter than PIPE_BUF, so it goes whole or not at all.
  return lifeline_ >= 0 && write(lifeline_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

void Reaper::say(const std::string& line) {
  if (!write_line(line)) replace();
}

void Reaper::watch_group(pid_t group) {
  const unsigned long long started = start_time(group);
  groups_[group] = started;
  say(fmt::format("+ {} {}\n", group, started));
}

void Reaper::watch_profile(const std::string& path) {
  // A name that does not fit the protocol would make the reaper remove something else; the next start sweeps it.
  if (path.find('\n') != std::string::npos || path.size() + 4 > PIPE_BUF) return;
  profiles_.insert(path);
  say(fmt::format("p {}\n", path));
}

void Reaper::forget_group(pid_t group) {
  if (groups_.erase(group) > 0) say(fmt::format("- {}\n", group));
}

void Reaper::forget_profile(const std::string& path) {
  if (profiles_.erase(path) > 0) say(fmt::format("q {}\n", path));
}

int reaper_main() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) signal(number, SIG_IGN);
  std::map<pid_t, unsigned long long> groups;
  std::set<std::string> profiles;
  char line[PIPE_BUF + 1];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    std::istringstream words(line);
    char verb = 0;
    pid_t group = 0;
    unsigned long long started = 0;
    std::string path;
    words >> verb;
    if (verb == 'p' || verb == 'q') {
      std::getline(words >> std::ws, path);
      if (verb == 'p')
        profiles.insert(path);
      else
        profiles.erase(path);
    } else if (words >> group && group > 1) {
      words >> started;
      if (verb == '+')
        groups[group] = started;
      else
        groups.erase(group);
    }
  }
  for (const auto& [group, started] : groups)
    // The leader may be gone already (parent-death signal) while its children are not: a group keeps its number as long
    // as it has members, so only a leader with another start time means that the number has come back.
    if (const auto now = start_time(group); now == 0 || now == started) kill(-group, SIGKILL);
  for (const std::string& profile : profiles) remove_profile(profile);
  return 0;
}

}  // namespace os
