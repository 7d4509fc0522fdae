#include "os/write_now.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

bool write_now(int fd, std::string_view text) {
  const auto whole = static_cast<ssize_t>(text.size());
  struct stat info{};
  if (fstat(fd, &info) != 0) return false;
  if (S_ISSOCK(info.st_mode)) return send(fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == whole;
  // Opened anew, for O_NONBLOCK belongs to the open file, which others share: they would not expect it.
  const int own = open(fmt::format("/proc/self/fd/{}", fd).c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC);
  if (own < 0) return false;
  const bool out = write(own, text.data(), text.size()) == whole;
  close(own);
  return out;
}

}  // namespace os
