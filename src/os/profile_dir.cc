#include "os/profile_dir.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/reaper.h"

namespace os {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMark = "belay-owner";

std::string root() {
  const char* tmp = std::getenv("TMPDIR");
  return std::string(tmp != nullptr && *tmp != '\0' ? tmp : "/tmp") + "/belay";
}

bool owner_lives(const fs::path& profile) {
  std::ifstream mark(profile / kMark);
  pid_t pid = 0;
  unsigned long long started = 0;
  if (!(mark >> pid >> started)) return false;
  return started != 0 && start_time(pid) == started;
}

}  // namespace

base::Result<std::string> make_profile() {
  std::error_code error;
  fs::create_directories(root(), error);
  std::string path = root() + "/profile-XXXXXX";
  if (error || mkdtemp(path.data()) == nullptr)
    return base::fail(base::Kind::internal, fmt::format("cannot make a profile folder under {}: {}", root(),
                                                        error ? error.message() : std::strerror(errno)));
  std::ofstream(path + "/" + kMark) << getpid() << ' ' << start_time(getpid()) << '\n';
  return path;
}

bool remove_profile(const std::string& path) {
  for (int attempt = 0; attempt < 80; ++attempt) {
    std::error_code error;
    fs::remove_all(path, error);
    if (!fs::exists(path)) return true;
    usleep(25'000);
  }
  return false;
}

int sweep_profiles() {
  int removed = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root(), error)) {
    struct stat info{};
    const bool ours = lstat(entry.path().c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
    if (!ours || !entry.path().filename().string().starts_with("profile-") || owner_lives(entry.path())) continue;
    removed += remove_profile(entry.path()) ? 1 : 0;
  }
  return removed;
}

}  // namespace os
