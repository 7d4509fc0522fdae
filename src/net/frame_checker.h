// FrameChecker: whether what a WebSocket server sends is WebSocket (RFC 6455 §5), noticed with the first byte that
// shows that it is not. Neither reads sockets nor keeps payloads; whether texts are UTF-8 is for who reads them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net {

// What the other side did, in words that follow "broke the WebSocket protocol: ", and the code that it is told
// (§7.4.1).
struct Violation {
  static constexpr std::uint16_t kProtocol = 1002;
  static constexpr std::uint16_t kNotText = 1007;
  static constexpr std::uint16_t kTooBig = 1009;

  std::uint16_t code = kProtocol;
  std::string what;
};

class FrameChecker {
 public:
  explicit FrameChecker(std::uint64_t max_message) : max_message_(max_message) {}

  // The next bytes that came, the answer to the upgrade first, which is passed over.
  void feed(std::string_view bytes);

  // The first violation; what is fed after it is ignored.
  const std::optional<Violation>& violation() const { return violation_; }
  // A frame or a message has begun and not ended.
  bool in_message() const { return in_fragments_ || at_ > 0 || payload_left_ > 0; }

 private:
  void take(unsigned char byte);  // of a header
  void take_opcode(unsigned char byte);
  void take_length(unsigned char byte);
  void header_done();
  void fail(std::string what, std::uint16_t code = Violation::kProtocol);
  bool is_control() const { return opcode_ >= 8; }

  const std::uint64_t max_message_;
  unsigned head_matched_ = 0;  // of the empty line that ends the answer to the upgrade
  unsigned at_ = 0;            // bytes of this header so far
  unsigned header_ = 2;        // its length
  unsigned opcode_ = 0;
  bool final_ = false;
  std::uint64_t length_ = 0;
  std::uint64_t payload_left_ = 0;
  std::uint64_t message_ = 0;  // bytes of the message so far
  bool in_fragments_ = false;
  bool closed_ = false;  // nothing counts after a close frame
  std::optional<Violation> violation_;
};

}  // namespace net
