#include "net/answer_receipt.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace net {
namespace {

constexpr int kSilence = 15;  // seconds until the first question
constexpr int kBetween = 5;
constexpr int kQuestions = 3;

// A client that closes with the answer unread resets the connection; so does one whose machine has forgotten it.
bool reset(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_state == TCP_CLOSE;
}

}  // namespace

std::optional<int> unacknowledged(int socket) {
  int waiting = 0;
  if (::ioctl(socket, SIOCOUTQ, &waiting) != 0) return std::nullopt;
  return waiting;
}

Delivery AnswerReceipt::delivery() const {
  if (settled_) return *settled_;
  if (reset(socket_)) return Delivery::lost;
  return unacknowledged(socket_) == 0 ? Delivery::taken : Delivery::under_way;
}

void AnswerReceipt::end(bool broken) {
  settle(!broken && delivery() == Delivery::taken ? Delivery::read : Delivery::lost);
}

void watch_for_silence(int socket) {
  const auto set = [socket](int level, int name, int value) {
    ::setsockopt(socket, level, name, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kSilence);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kBetween);
  set(IPPROTO_TCP, TCP_KEEPCNT, kQuestions);
}

}  // namespace net
