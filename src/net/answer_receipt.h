// AnswerReceipt: what the kernel knows of an answer that it took. Internal to net.
#pragma once
#include <optional>

#include "aio/latch.h"
#include "net/http.h"

namespace net {

class AnswerReceipt final : public Receipt {
 public:
  explicit AnswerReceipt(int socket) : socket_(socket) {}

  Delivery delivery() const override;
  aio::Task<bool> acknowledged() const override;

  // The client went on: it has read the answer.
  void read();
  // The client had sent its next request before. What it acknowledges from now on may be of several answers, so nothing
  // is known for certain.
  void followed() { tell(true); }
  // The connection ends, and its socket with it. `broken`: by a reset or a timeout, so some of it was never read.
  void end(bool broken);
  // Likewise, when our own end had gone out already. `all`: the client's machine has acknowledged that, too.
  void closed(bool all, bool broken);

 private:
  void tell(bool acknowledged);
  void settle(Delivery what) {
    if (!settled_) settled_ = what;
  }
  int socket_;
  std::optional<Delivery> settled_ = {};
  std::optional<bool> acknowledged_ = {};
  mutable aio::Latch told_ = {};
};

// Neither end will send anything more.
bool is_over(int socket);

// Bytes that the kernel took and the other side has not acknowledged; none when it does not tell.
std::optional<int> unacknowledged(int socket);

// Has the kernel ask a silent client for a sign of life: one whose machine or network is gone is noticed after half a
// minute, where it would otherwise count as waiting for ever.
void watch_for_silence(int socket);

}  // namespace net
