#include "os/sweep.h"

#include <cstdlib>
#include <filesystem>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/process_tree.h"

namespace os {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostFolders = 100'000;
constexpr std::size_t kMostProblems = 8;
constexpr int kMostWaits = 50;

// Calls back with each session's folder, beneath `root`, on which the process runs: by what stands on the command line
// of its browser (which joins its arguments by spaces, and writes them over its environment), or by the TMPDIR that a
// wrapper of it was given.
template <class Found>
void find_sessions(pid_t pid, const std::string& root, Found found) {
  const std::string words = told_of(pid, "environ") + '\0' + told_of(pid, "cmdline");
  for (const std::string& sign :
       {"TMPDIR=" + root + "/", "--user-data-dir=" + root + "/", "--crash-dumps-dir=" + root + "/"}) {
    const std::size_t at = words.find(sign);
    if (at == std::string::npos || (at > 0 && words[at - 1] != '\0' && words[at - 1] != ' ')) continue;
    const std::size_t begin = at + sign.size();
    found(root + "/" + words.substr(begin, words.find_first_of(std::string_view("/\0", 2), begin) - begin));
  }
}

}  // namespace

void Sweep::list() {
  listed_ = true;
  const auto root = open_session_root(Missing::leave);
  if (!root) problems_.push_back(root.error().message);
  if (!root || !root->folder) return;
  const int again = openat(root->folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* dir = again < 0 ? nullptr : fdopendir(again);
  if (dir == nullptr) return;
  while (const dirent* entry = readdir(dir))
    if (std::string_view(entry->d_name).starts_with(kSessionPrefix) && left_.size() < kMostFolders)
      left_.push_back(fmt::format("{}/{}", root->path, entry->d_name));
  closedir(dir);
  if (left_.empty()) return;
  std::error_code error;
  // Not a range: its steps would throw.
  for (fs::directory_iterator entry("/proc", error); !error && entry != fs::end(entry); entry.increment(error)) {
    const pid_t pid = std::atoi(entry->path().filename().c_str());
    if (pid > 1 && pid != getpid())
      find_sessions(pid, root->path, [&](const std::string& path) { users_[path].push_back(pid); });
  }
}

Sweep::Next Sweep::step() {
  if (!listed_) {
    list();
    return left_.empty() ? Next::end : Next::go_on;
  }
  if (!current_) return take_next();
  const Removal removal = current_.remove_some(budget_);
  if (removal.state == Removal::State::more && removal.removed > 0) return Next::go_on;
  if (removal.state == Removal::State::more && ++waits_ < kMostWaits) return Next::wait;
  if (removal.state == Removal::State::done)
    ++removed_;
  else
    problem(current_.path(), removal.why.empty() ? "somebody writes there" : removal.why);
  current_ = {};
  return left_.empty() ? Next::end : Next::go_on;
}

Sweep::Next Sweep::take_next() {
  if (left_.empty()) return Next::end;
  const std::string path = std::move(left_.front());
  left_.pop_front();
  auto taken = SessionFolder::take_over(path);
  if (taken) {
    current_ = std::move(*taken);
    waits_ = 0;
    kill_users(path);
    return Next::go_on;
  }
  if (!taken.error().held && !taken.error().gone) problem(path, taken.error().why);
  return left_.empty() ? Next::end : Next::go_on;
}

// A browser whose server and reaper were both killed may live on behind a wrapper that took the parent-death signal
// for it. Nobody else names this folder.
void Sweep::kill_users(const std::string& path) {
  const std::string root = path.substr(0, path.rfind('/'));
  for (const pid_t pid : users_[path]) {
    const Fd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    bool still = false;
    find_sessions(pid, root, [&](const std::string& found) { still = still || found == path; });
    if (process && still) syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
  }
}

void Sweep::problem(const std::string& path, const std::string& why) {
  if (problems_.size() < kMostProblems) problems_.push_back(fmt::format("{}: {}", path, why));
}

}  // namespace os
