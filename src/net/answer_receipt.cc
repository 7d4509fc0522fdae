#include "net/answer_receipt.h"

#include <chrono>

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

// For so long an acknowledgement may be held back (RFC 1122 §4.2.3.2), and as long again our loop may be late.
constexpr auto kHeldBack = 2 * std::chrono::milliseconds(500);

std::optional<tcp_info> info_of(int socket) {
  tcp_info out{};
  socklen_t size = sizeof out;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &out, &size) != 0) return std::nullopt;
  return out;
}

}  // namespace

bool may_have_arrived(const ConnectionEnd& how, base::Duration since, int unacknowledged, int segment) {
  const int left = how.ended ? unacknowledged - 1 : unacknowledged;
  if (left <= 0 || how.gave_way) return true;
  return !how.client_ended && since < kHeldBack && left <= segment;
}

bool is_over(int socket) {
  const auto info = info_of(socket);
  return !info || info->tcpi_state == TCP_CLOSE;
}

bool has_ended(int socket) {
  const auto info = info_of(socket);
  return !info || info->tcpi_state == TCP_CLOSE || info->tcpi_state == TCP_CLOSE_WAIT;
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
void AnswerReceipt::end(const ConnectionEnd& how) {
  const int left = unacknowledged(socket_).value_or(0);
  const auto info = info_of(socket_);
  tell(may_have_arrived(how, how.now - sent_, left, info ? static_cast<int>(info->tcpi_snd_mss) : 0));
  // Once both ends are out, an end in good order looks like any other.
  const bool all = how.ended ? left <= 1 : left == 0 && !is_over(socket_);
  settle(all && !how.reset ? Delivery::read : Delivery::lost);
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
