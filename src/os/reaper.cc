#include "os/reaper.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

void Reaper::watch(pid_t group, const std::string& profile) {
  if (lifeline_ < 0) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return;
    const pid_t pid = fork();
    if (pid == 0) {
      setsid();
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
    pid_ = pid;
    lifeline_ = fds[1];
  }
  say(fmt::format("+ {} {} {}\n", group, start_time(group), profile.empty() ? "-" : profile));
}

void Reaper::forget(pid_t group) { say(fmt::format("- {}\n", group)); }

void Reaper::say(const std::string& line) {
  if (lifeline_ < 0) return;
  // A line is shorter than PIPE_BUF, so it goes whole or not at all; a reaper that died is no reason to stop.
  if (write(lifeline_, line.data(), line.size()) < 0) return;
}

namespace {

struct Charge {
  unsigned long long started = 0;
  std::string profile;
};

// Chromium writes into its profile for a moment after SIGKILL, so removing is tried again for a while.
void remove_profile(const std::string& profile) {
  for (int attempt = 0; attempt < 40; ++attempt) {
    std::error_code error;
    std::filesystem::remove_all(profile, error);
    if (!std::filesystem::exists(profile)) return;
    usleep(50'000);
  }
}

}  // namespace

int reaper_main() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) signal(number, SIG_IGN);
  std::map<pid_t, Charge> charges;
  char line[4096];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    std::istringstream words(line);
    char verb = 0;
    pid_t group = 0;
    words >> verb >> group;
    if (verb == '-') {
      charges.erase(group);
      continue;
    }
    Charge charge;
    words >> charge.started;
    std::getline(words >> std::ws, charge.profile);
    charges[group] = charge;
  }
  for (const auto& [group, charge] : charges)
    // The leader may be gone already (parent-death signal) while its children are not: a group keeps its number as long
    // as it has members, so only a leader with another start time means that the number has come back.
    if (const auto now = start_time(group); now == 0 || now == charge.started) kill(-group, SIGKILL);
  for (const auto& [group, charge] : charges)
    if (charge.profile != "-") remove_profile(charge.profile);
  return 0;
}

}  // namespace os
