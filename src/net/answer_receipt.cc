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

}  // namespace

bool is_over(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_state == TCP_CLOSE;
}

std::optional<int> unacknowledged(int socket) {
  int waiting = 0;
  if (::ioctl(socket, SIOCOUTQ, &waiting) != 0) return std::nullopt;
  return waiting;
}

Delivery AnswerReceipt::delivery() const {
  if (settled_) return *settled_;
  // A client that closes with the answer unread resets the connection; so does one whose machine has forgotten it.
  if (is_over(socket_)) return Delivery::lost;
  return unacknowledged(socket_) == 0 ? Delivery::taken : Delivery::under_way;
}

aio::Task<bool> AnswerReceipt::acknowledged() const {
  co_await told_.wait();
  co_return acknowledged_.value_or(true);
}

void AnswerReceipt::tell(bool acknowledged) {
  if (!acknowledged_) acknowledged_ = acknowledged;
  told_.set();
}

void AnswerReceipt::read() {
  tell(true);
  settle(Delivery::read);
}

// A reset takes nothing back of what was acknowledged before.
void AnswerReceipt::end(bool broken) {
  tell(unacknowledged(socket_).value_or(0) == 0);
  settle(!broken && delivery() == Delivery::taken ? Delivery::read : Delivery::lost);
}

void AnswerReceipt::closed(bool all, bool broken) {
  tell(all);
  settle(all && !broken ? Delivery::read : Delivery::lost);
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
