// AnswerReceipt: what the kernel knows of an answer that it took. Internal to net.
#pragma once
#include <optional>

#include "net/http.h"

namespace net {

class AnswerReceipt final : public Receipt {
 public:
  explicit AnswerReceipt(int socket) : socket_(socket) {}

  Delivery delivery() const override;

  // The client went on: it has read the answer.
  void read() { settle(Delivery::read); }
  // The connection ends, and its socket with it. `broken`: by a reset or a timeout, so some of it was never read.
  void end(bool broken);

 private:
  void settle(Delivery what) {
    if (!settled_) settled_ = what;
  }
  int socket_;
  std::optional<Delivery> settled_ = {};
};

// Bytes that the kernel took and the other side has not acknowledged; none when it does not tell.
std::optional<int> unacknowledged(int socket);

// Has the kernel ask a silent client for a sign of life: one whose machine or network is gone is noticed after half a
// minute, where it would otherwise count as waiting for ever.
void watch_for_silence(int socket);

}  // namespace net
