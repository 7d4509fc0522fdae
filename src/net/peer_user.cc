#include "net/peer_user.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace net {
namespace {

// A name of one end of the connection, as sock_diag writes it.
struct End {
  std::uint16_t family = 0;
  std::uint16_t port = 0;                  // in network order
  std::array<std::uint32_t, 4> address{};  // likewise
};

std::optional<End> end_of(const sockaddr_storage& name) {
  End out{.family = name.ss_family};
  if (name.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &name, sizeof v4);
    out.port = v4.sin_port;
    out.address[0] = v4.sin_addr.s_addr;
    return out;
  }
  if (name.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &name, sizeof v6);
  out.port = v6.sin6_port;
  std::memcpy(out.address.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  return out;
}

struct Question {
  nlmsghdr header{};
  inet_diag_req_v2 request{};
};

Question question(const End& theirs, const End& ours) {
  Question out;
  out.header.nlmsg_len = sizeof out;
  out.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  out.header.nlmsg_flags = NLM_F_REQUEST;
  out.request.sdiag_family = static_cast<std::uint8_t>(theirs.family);
  out.request.sdiag_protocol = IPPROTO_TCP;
  out.request.idiag_states = ~0U;
  out.request.id.idiag_sport = theirs.port;
  out.request.id.idiag_dport = ours.port;
  std::memcpy(out.request.id.idiag_src, theirs.address.data(), sizeof out.request.id.idiag_src);
  std::memcpy(out.request.id.idiag_dst, ours.address.data(), sizeof out.request.id.idiag_dst);
  out.request.id.idiag_cookie[0] = out.request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return out;
}

struct Answer {
  int error = 0;  // ENOENT: there is no such socket
  inet_diag_msg socket{};
};

// The kernel answers within the call.
Answer ask(const Question& question) {
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
  if (netlink < 0) return {.error = errno};
  alignas(nlmsghdr) std::array<char, 8192> buffer{};
  ssize_t n = ::send(netlink, &question, sizeof question, 0);
  if (n >= 0) n = ::recv(netlink, buffer.data(), buffer.size(), 0);
  const int failed = n < 0 ? errno : 0;
  ::close(netlink);
  if (failed != 0) return {.error = failed};
  nlmsghdr header{};
  if (static_cast<std::size_t>(n) < sizeof header) return {.error = EPROTO};
  std::memcpy(&header, buffer.data(), sizeof header);
  const char* payload = buffer.data() + NLMSG_HDRLEN;
  const std::size_t size = static_cast<std::size_t>(n) - NLMSG_HDRLEN;
  if (header.nlmsg_type == NLMSG_ERROR && size >= sizeof(nlmsgerr)) {
    nlmsgerr error{};
    std::memcpy(&error, payload, sizeof error);
    return {.error = error.error == 0 ? EPROTO : -error.error};
  }
  Answer out;
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || size < sizeof out.socket) return {.error = EPROTO};
  std::memcpy(&out.socket, payload, sizeof out.socket);
  return out;
}

}  // namespace

std::expected<std::uint32_t, int> peer_user(int socket) {
  sockaddr_storage own{};
  sockaddr_storage peer{};
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): what the calls
  // are made for
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0) return std::unexpected(ENOENT);
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) return std::unexpected(ENOENT);
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
  const auto ours = end_of(own);
  const auto theirs = end_of(peer);
  if (!ours || !theirs) return std::unexpected(ENOENT);
  const Answer answer = ask(question(*theirs, *ours));
  // A socket without an inode belongs to no process any more, and its user is
  // then told as 0, which is root's; a listening one of that port is another
  // one.
  if (answer.error != 0) return std::unexpected(answer.error);
  if (answer.socket.idiag_inode == 0 || answer.socket.idiag_state == TCP_LISTEN) return std::unexpected(ENOENT);
  return answer.socket.idiag_uid;
}

bool can_tell_peer_users() {
  End nobody{.family = AF_INET};
  switch (ask(question(nobody, nobody)).error) {
    case ENOENT:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EAGAIN:
    case EINTR:
      return true;
    default:
      return false;
  }
}

}  // namespace net
