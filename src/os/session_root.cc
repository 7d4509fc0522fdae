#include "os/session_root.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace os {
namespace {

constexpr const char* kAdvice = "set TMPDIR to a folder in which this user may make folders";

base::Error refused(const std::string& path, std::string_view why, std::string_view advice = kAdvice) {
  return {base::Kind::internal, fmt::format("sessions cannot have their folders in {}: {}; {}", path, why, advice)};
}

std::string root_in(const std::string& folder) {
  return fmt::format("{}{}belay-{}", folder, folder.ends_with('/') ? "" : "/", geteuid());
}

base::Result<std::string> wanted_root() {
  const char* tmp = std::getenv("TMPDIR");
  if (tmp == nullptr || *tmp == '\0') return root_in("/tmp");
  std::error_code error;
  const auto path = std::filesystem::absolute(tmp, error);
  if (error)
    return std::unexpected(
        refused(tmp, "it is relative to the server's working folder, which is gone", "set TMPDIR to an absolute path"));
  return root_in(path);
}

}  // namespace

base::Result<SessionRoot> open_root_at(const std::string& path, Missing missing) {
  if (missing == Missing::make && mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return std::unexpected(refused(path, fmt::format("it cannot be made: {}", std::strerror(errno))));
  Fd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) {
    if (errno == ENOENT && missing == Missing::leave) return SessionRoot{.path = path, .folder = {}};
    const bool stranger = errno == ENOTDIR || errno == ELOOP;
    const std::string why = stranger ? "it is a link or no folder" : std::strerror(errno);
    return std::unexpected(refused(path, why, stranger ? "remove it, or set TMPDIR to another folder" : kAdvice));
  }
  struct stat info{};
  if (fstat(folder.get(), &info) != 0) return std::unexpected(refused(path, std::strerror(errno)));
  if (info.st_uid != geteuid())
    return std::unexpected(refused(path,
                                   fmt::format("it belongs to user {} and not to user {}", info.st_uid, geteuid()),
                                   "remove it, or set TMPDIR to another folder"));
  if ((info.st_mode & 0077U) != 0)
    return std::unexpected(refused(path, fmt::format("other users may enter it (mode {:04o})", info.st_mode & 07777U),
                                   "see who made it, then chmod 700 it or set TMPDIR to another folder"));
  return SessionRoot{.path = path, .folder = std::move(folder)};
}

base::Result<SessionRoot> open_session_root(Missing missing) {
  TRY(const std::string wanted, wanted_root());
  if (wanted.size() <= kLongestRoot) return open_root_at(wanted, missing);
  std::string why;
  for (const std::string& folder :
       {std::string("/tmp"), std::string("/var/tmp"), fmt::format("/run/user/{}", geteuid())}) {
    auto root = open_root_at(root_in(folder), missing);
    if (root) return root;
    why += fmt::format("; {}", root.error().message);
  }
  return std::unexpected(
      refused(wanted,
              fmt::format("the path is longer than {} characters, with which Chromium's socket has no address{}",
                          kLongestRoot, why),
              "set TMPDIR to a folder with a shorter path"));
}

}  // namespace os
