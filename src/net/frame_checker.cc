#include "net/frame_checker.h"

#include <algorithm>

#include <fmt/format.h>

namespace net {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::uint64_t kLongestControl = 125;
constexpr unsigned kClose = 8;

}  // namespace

void FrameChecker::feed(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size() && !violation_ && !closed_;) {
    const char c = bytes[i];
    if (head_matched_ < kHeadEnd.size()) {
      head_matched_ = c == kHeadEnd[head_matched_] ? head_matched_ + 1 : c == kHeadEnd[0] ? 1 : 0;
      ++i;
    } else if (payload_left_ > 0) {
      const std::uint64_t passed = std::min<std::uint64_t>(payload_left_, bytes.size() - i);
      payload_left_ -= passed;
      i += passed;
    } else {
      take(static_cast<unsigned char>(c));
      ++i;
    }
  }
}

void FrameChecker::take(unsigned char byte) {
  ++at_;
  if (at_ == 1) return take_opcode(byte);
  if (at_ == 2) {
    take_length(byte);
  } else {
    // RFC 6455 §5.2: the most significant bit of the longest form must be 0.
    if (at_ == 3 && header_ == 10 && byte >= 0x80) return fail("a length of 2^63 bytes or more");
    length_ = length_ << 8 | byte;
  }
  if (!violation_ && at_ == header_) header_done();
}

void FrameChecker::take_opcode(unsigned char byte) {
  opcode_ = byte & 0x0F;
  final_ = (byte & 0x80) != 0;
  if ((byte & 0x70) != 0) return fail("reserved bits that are set");
  if (opcode_ > 10 || (opcode_ > 2 && !is_control())) return fail(fmt::format("reserved opcode {}", opcode_));
  if (is_control() && !final_) return fail(fmt::format("a fragmented control frame (opcode {})", opcode_));
  if (opcode_ == 0 && !in_fragments_) return fail("a continuation of no message");
  if ((opcode_ == 1 || opcode_ == 2) && in_fragments_) return fail("a new message before the last one ended");
}

void FrameChecker::take_length(unsigned char byte) {
  if ((byte & 0x80) != 0) return fail("a masked frame");
  length_ = byte & 0x7F;
  if (is_control() && length_ > kLongestControl) return fail("a control frame of more than 125 bytes");
  header_ = length_ == 127 ? 10 : length_ == 126 ? 4 : 2;
  if (header_ > 2) length_ = 0;
}

void FrameChecker::header_done() {
  if ((header_ == 4 && length_ < 126) || (header_ == 10 && length_ < 65536))
    return fail("a length that is not written in its shortest form");
  if (!is_control()) {
    if (opcode_ != 0) message_ = 0;
    if (length_ > max_message_ - std::min(max_message_, message_))
      return fail(fmt::format("a message of more than {} bytes", max_message_), Violation::kTooBig);
    message_ += length_;
    in_fragments_ = !final_;
  } else if (opcode_ == kClose) {
    if (length_ == 1) return fail("a close frame of one byte");
    closed_ = true;
  }
  payload_left_ = length_;
  at_ = 0;
  header_ = 2;
}

void FrameChecker::fail(std::string what, std::uint16_t code) { violation_ = Violation{code, std::move(what)}; }

}  // namespace net
