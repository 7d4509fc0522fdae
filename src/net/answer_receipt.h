// AnswerReceipt: what the kernel knows of an answer that it took. Internal to net.
#pragma once
#include <optional>

#include "aio/latch.h"
#include "base/time.h"
#include "net/http.h"

namespace net {

// How a connection came to its end.
struct ConnectionEnd {
  bool reset = false;         // by the client's machine, or because that is silent
  bool client_ended = false;  // its end came in good order before
  bool gave_way = false;      // others needed the room: it was us
  bool ended = false;         // our own end has gone out, which takes a byte of its own
  base::TimePoint now = {};
};

// Whether the client's machine may have had all of an answer when its connection ended so long after the kernel took
// it, with so many bytes not acknowledged. Acknowledgements are held back for a moment, and a reset brings none:
// whoever reads an answer and resets the connection at once, as proxies do, looks like one that never had its last
// segment. Only a client that ended before cannot have read what came after.
bool may_have_arrived(const ConnectionEnd& how, base::Duration since, int unacknowledged, int segment);

class AnswerReceipt final : public Receipt {
 public:
  // sent: when the kernel took the answer.
  AnswerReceipt(int socket, base::TimePoint sent) : socket_(socket), sent_(sent) {}

  Delivery delivery() const override;
  aio::Task<bool> acknowledged() const override;

  // The client went on: it has read the answer.
  void read();
  // The client had sent its next request before. What it acknowledges from now on may be of several answers, so nothing
  // is known for certain.
  void followed() { tell(true); }
  // The connection ends, and its socket with it. Known for certain or not, what may have arrived counts as
  // acknowledged; it counts as read only where all of it was acknowledged and nothing was reset.
  void end(const ConnectionEnd& how);

 private:
  void tell(bool acknowledged);
  void settle(Delivery what) {
    if (!settled_) settled_ = what;
  }
  int socket_;
  base::TimePoint sent_;
  std::optional<Delivery> settled_ = {};
  std::optional<bool> acknowledged_ = {};
  mutable aio::Latch told_ = {};
};

// Neither end will send anything more.
bool is_over(int socket);

// The other end will send nothing more, whatever of it has not been read yet.
bool has_ended(int socket);

// Bytes that the kernel took and the other side has not acknowledged; none when it does not tell.
std::optional<int> unacknowledged(int socket);

// Has the kernel ask a silent client for a sign of life: one whose machine or network is gone is noticed after half a
// minute, where it would otherwise count as waiting for ever.
void watch_for_silence(int socket);

}  // namespace net
