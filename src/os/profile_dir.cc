#include "os/profile_dir.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/reaper.h"

namespace os {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMark = "belay-owner";
constexpr std::string_view kKept = "kept";
constexpr std::string_view kProfile = "profile-";
constexpr std::string_view kUnfinished = ".making-";  // then pid, start time and the profile's letters

std::string root() {
  const char* tmp = std::getenv("TMPDIR");
  return std::string(tmp != nullptr && *tmp != '\0' ? tmp : "/tmp") + "/belay";
}

base::Error cannot_make(const std::string& path, int error) {
  return {base::Kind::internal, fmt::format("cannot make the profile folder {}: {}", path, std::strerror(error))};
}

bool lives(pid_t pid, unsigned long long started) { return started != 0 && start_time(pid) == started; }

bool still_wanted(const fs::path& folder) {
  pid_t pid = 0;
  unsigned long long started = 0;
  if (const std::string name = folder.filename(); name.starts_with(kUnfinished)) {
    if (std::sscanf(name.c_str() + kUnfinished.size(), "%d-%llu-", &pid, &started) != 2) return false;
  } else {
    std::ifstream mark(folder / kMark);
    std::string kept;
    if (!(mark >> pid >> started)) return false;
    if (mark >> kept && kept == kKept) return true;
  }
  return lives(pid, started);
}

// A browser whose server and reaper were both killed may live on behind a wrapper that took the parent-death signal
// for it. Its command line names the profile, which nobody else has.
void kill_users(const std::string& profile) {
  const std::string wanted = "--user-data-dir=" + profile;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 1 || pid == getpid()) continue;
    std::ifstream file(entry.path() / "cmdline");
    std::string argument;
    while (std::getline(file, argument, '\0'))
      if (argument == wanted) {
        kill(pid, SIGKILL);
        break;
      }
  }
}

}  // namespace

std::string profile_name() {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
  std::string out = fmt::format("{}/{}", root(), kProfile);
  for (int i = 0; i < 6; ++i) out += kLetters[pick(random)];
  return out;
}

base::Result<void> make_profile(const std::string& path, Keep keep) {
  std::error_code error;
  fs::create_directories(root(), error);
  const std::string letters = path.substr(path.rfind('-') + 1);
  const std::string made = fmt::format("{}/{}{}-{}-{}", root(), kUnfinished, getpid(), start_time(getpid()), letters);
  if (mkdir(made.c_str(), 0700) != 0) return std::unexpected(cannot_make(path, errno));
  std::ofstream mark(made + "/" + kMark);
  mark << getpid() << ' ' << start_time(getpid());
  if (keep == Keep::for_ever) mark << ' ' << kKept;
  mark << '\n';
  mark.close();
  errno = mark ? 0 : EIO;
  if (!mark || renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
    const int why = errno;
    fs::remove_all(made, error);
    return std::unexpected(cannot_make(path, why));
  }
  return {};
}

bool remove_profile(const std::string& path) {
  for (int attempt = 0; attempt < 80; ++attempt) {
    std::error_code error;
    fs::remove_all(path, error);
    if (!fs::exists(path, error)) return true;
    usleep(25'000);
  }
  return false;
}

int sweep_profiles() {
  int removed = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root(), error)) {
    const std::string name = entry.path().filename();
    struct stat info{};
    const bool ours = lstat(entry.path().c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
    if (!ours || !(name.starts_with(kProfile) || name.starts_with(kUnfinished)) || still_wanted(entry.path())) continue;
    kill_users(entry.path());
    removed += remove_profile(entry.path()) ? 1 : 0;
  }
  return removed;
}

}  // namespace os
