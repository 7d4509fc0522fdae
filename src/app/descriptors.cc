#include "app/descriptors.h"

#include <algorithm>

#include <sys/resource.h>

namespace app {
namespace {

constexpr std::size_t kOwn = 64;          // of the server itself: loop, log, workers' files, outbound calls
constexpr std::size_t kOfSession = 8;     // a browser's process, pipes, connection and locks; two more while it starts
constexpr std::size_t kConnections = 32;  // always, or nobody could be told anything

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  return static_cast<std::size_t>(limit.rlim_cur);
}

Fit fit(std::size_t limit, std::size_t connections, std::size_t sessions) {
  const std::size_t room = limit > kOwn + kConnections ? limit - kOwn - kConnections : 0;
  Fit out;
  out.sessions = std::min(sessions, room / kOfSession);
  out.connections = std::min(connections, kConnections + room - out.sessions * kOfSession);
  out.all = out.sessions == sessions && out.connections == connections;
  return out;
}

}  // namespace app
