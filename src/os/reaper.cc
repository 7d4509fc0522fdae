#include "os/reaper.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/launcher.h"
#include "os/launches.h"
#include "os/make_child.h"
#include "os/session_folder.h"

namespace os {
namespace {

constexpr int kReplacements = 3;
constexpr int kPipe = 1024 * 1024;  // what is said of a thousand sessions fits
constexpr base::Duration kDying = std::chrono::milliseconds(100);
constexpr int kRounds = 40;              // of looking for what still runs,
constexpr useconds_t kBetween = 25'000;  // microseconds apart

bool ends_within(pid_t pid, base::Duration patience) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd exit{.fd = fd, .events = POLLIN, .revents = 0};
  const bool ended = fd >= 0 && poll(&exit, 1, static_cast<int>(base::to_ms(patience))) > 0;
  if (fd >= 0) close(fd);
  return ended && waitpid(pid, nullptr, WNOHANG) == pid;
}

}  // namespace

Reaper::~Reaper() { end(std::chrono::seconds(2)); }

bool Reaper::is_made() const { return made_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }

pid_t Reaper::pid() const { return lifeline_ < 0 ? -1 : made_.get(); }

void Reaper::prepare_to_leave() {
  if (lifeline_ < 0) return;
  if (!groups_.empty() || !profiles_.empty()) {
    if (is_made() && made_.get() > 0) kill(made_.get(), SIGCONT);
  } else if (made_.wait_for(kDying) == std::future_status::ready && made_.get() > 0) {
    kill(made_.get(), SIGKILL);
    ends_within(made_.get(), kDying);
    Launches::of_this_process().helper_ended(number_);
    close(std::exchange(lifeline_, -1));
  } else {
    stop_by_force();
  }
}

void Reaper::end(base::Duration patience) {
  prepare_to_leave();
  if (lifeline_ < 0) return;
  close(std::exchange(lifeline_, -1));
  if (made_.wait_for(patience) != std::future_status::ready) return;
  ends_within(made_.get(), patience);
  Launches::of_this_process().helper_ended(number_);
}

// It keeps its lifeline until it is dead: the end of that would make it do its work. Another thread waits for that, and
// for one that is still being made.
void Reaper::stop_by_force() {
  if (is_made() && made_.get() > 0) kill(made_.get(), SIGKILL);
  Launcher::of_this_process().run([made = made_, number = number_, lifeline = Fd(std::exchange(lifeline_, -1))] {
    if (const pid_t pid = made.get(); pid > 0) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    Launches::of_this_process().helper_ended(number);
  });
}

void Reaper::look() {
  if (lifeline_ < 0 || !is_made()) return;
  siginfo_t info{};
  const bool fell_out =
      made_.get() > 0 &&
      waitid(P_PID, static_cast<id_t>(made_.get()), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
      info.si_pid != 0;
  if (!fell_out && !behind_) return;
  if (replacements_left_-- > 0)
    replace();
  else
    stop_by_force();  // the next thing said starts another
}

namespace {

// Where the folders of sessions are, which also tells whose reaper it is. Nothing that the server was told in
// confidence.
std::vector<std::string> own_environment() {
  const char* const tmp = std::getenv("TMPDIR");
  return tmp == nullptr ? std::vector<std::string>() : std::vector<std::string>{fmt::format("TMPDIR={}", tmp)};
}

pid_t make_reaper(std::uint64_t number, const Fd& lifeline) {
  Launches& launches = Launches::of_this_process();
  Birth& born = launches.helper_beginning(number);
  const auto made = make_child({.path = "/proc/self/exe",
                                .arguments = {"belay", kReaperArgument},
                                .environment = own_environment(),
                                .in = lifeline.get(),
                                .err = STDERR_FILENO},
                               born);
  if (made) return *made;
  if (const pid_t pid = born; pid > 0) waitpid(pid, nullptr, 0);
  born = 0;
  return -1;
}

}  // namespace

// In a session of its own it is out of reach of the terminal's signals and of a kill of the server's group.
void Reaper::start() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return;
  Fd reads(fds[0]);
  Fd writes(fds[1]);
  // A reaper that is stopped must not stop the server: a full pipe is a reaper to be replaced.
  fcntl(fds[1], F_SETFL, O_NONBLOCK);
  fcntl(fds[1], F_SETPIPE_SZ, kPipe);
  const std::uint64_t number = Launches::of_this_process().next();
  std::promise<pid_t> made;
  std::shared_future<pid_t> when_made = made.get_future().share();
  auto job = [made = std::move(made), reads = std::move(reads), number]() mutable {
    const pid_t pid = make_reaper(number, reads);
    reads.reset();
    made.set_value(pid);
  };
  if (!Launcher::of_this_process().run(std::move(job))) return;
  made_ = std::move(when_made);
  number_ = number;
  behind_ = false;
  lifeline_ = writes.release();
  write_line(fmt::format("m {}\n", launch_family()));
}

// Killed, so that it does not reap what still lives; the new one is told everything.
void Reaper::replace() {
  if (lifeline_ >= 0) stop_by_force();
  start();
  for (const auto& [group, started] : groups_) write_line(fmt::format("+ {} {}\n", group, started));
  for (const std::string& profile : profiles_) write_line(fmt::format("p {}\n", profile));
}

bool Reaper::write_line(const std::string& line) {
  // A line is shorter than PIPE_BUF, so it goes whole or not at all.
  return lifeline_ >= 0 && write(lifeline_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

void Reaper::say(const std::string& line) {
  replacements_left_ = kReplacements;
  if (lifeline_ >= 0 && !is_made()) {
    if (!write_line(line)) behind_ = true;
  } else if (behind_ || !write_line(line)) {
    replace();
  }
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

namespace {

// What the server has told. A line is a verb and its words; reaper.cc alone writes and reads them.
struct Orders {
  std::string family;
  std::map<pid_t, unsigned long long> groups;
  std::set<std::string> profiles;

  void read(const char* line) {
    std::istringstream words(line);
    char verb = 0;
    words >> verb;
    if (verb == 'm') {
      words >> family;
    } else if (verb == 'p' || verb == 'q') {
      std::string path;
      std::getline(words >> std::ws, path);
      if (verb == 'p')
        profiles.insert(path);
      else
        profiles.erase(path);
    } else {
      read_group(verb, words);
    }
  }

 private:
  void read_group(char verb, std::istringstream& words) {
    pid_t group = 0;
    unsigned long long started = 0;
    if (!(words >> group) || group <= 1) return;
    words >> started;
    if (verb == '+')
      groups[group] = started;
    else
      groups.erase(group);
  }
};

void kill_groups(const Orders& orders) {
  for (const auto& [group, started] : orders.groups)
    // The leader may be gone already (parent-death signal) while its children are not: a group keeps its number as long
    // as it has members, so only a leader with another start time means that the number has come back.
    if (const auto now = start_time(group); now == 0 || now == started) kill(-group, SIGKILL);
}

// Those that left their group, by the mark of their environment, and what they have started. Returns how many.
std::size_t kill_marked(const std::string& family) {
  std::set<pid_t> victims;
  for (const pid_t pid : all_processes())
    if (const auto mark = launch_mark_of(pid); mark && mark->family == family) {
      victims.insert(pid);
      for (const pid_t below : descendants_of(pid)) victims.insert(below);
    }
  for (const pid_t pid : victims) kill(pid, SIGKILL);
  return victims.size();
}

}  // namespace

int reaper_main() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) signal(number, SIG_IGN);
  Orders orders;
  char line[PIPE_BUF + 1];
  while (std::fgets(line, sizeof line, stdin) != nullptr) orders.read(line);
  kill_groups(orders);
  if (!orders.family.empty())
    for (int round = 0; round < kRounds && kill_marked(orders.family) > 0; ++round) usleep(kBetween);
  for (const std::string& profile : orders.profiles) remove_session_folder(profile);
  return 0;
}

}  // namespace os
