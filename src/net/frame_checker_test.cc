#include "net/frame_checker.h"

#include <gtest/gtest.h>

namespace net {
namespace {

constexpr std::string_view kHead = "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n";

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (const int each : list) out += static_cast<char>(each);
  return out;
}

std::string violation_of(std::string_view sent, std::uint64_t max = 1000) {
  std::string told[2];
  for (const std::size_t piece : {std::size_t(1), sent.size() + kHead.size()}) {
    FrameChecker checker(max);
    const std::string all = std::string(kHead) + std::string(sent);
    for (std::size_t at = 0; at < all.size(); at += piece) checker.feed(std::string_view(all).substr(at, piece));
    if (checker.violation())
      told[piece == 1 ? 0 : 1] = std::to_string(checker.violation()->code) + " " + checker.violation()->what;
  }
  EXPECT_EQ(told[0], told[1]) << "by how the bytes are cut";
  return told[0];
}

TEST(FrameChecker, LetsPassWhatIsWebSocket) {
  EXPECT_EQ(violation_of(""), "");
  EXPECT_EQ(violation_of(bytes({0x81, 2, '{', '}', 0x82, 0, 0x89, 1, 'x', 0x8A, 0})), "");
  EXPECT_EQ(violation_of(bytes({0x01, 1, 'a', 0x89, 0, 0x00, 1, 'b', 0x80, 1, 'c', 0x81, 0})), "");
  EXPECT_EQ(violation_of(bytes({0x81, 126, 1, 0}) + std::string(256, 'x') + bytes({0x81, 0})), "");
  EXPECT_EQ(violation_of(bytes({0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}) + std::string(65536, 'x'), 65536), "");
  EXPECT_EQ(violation_of(bytes({0x88, 2, 3, 0xE8, 0x83, 0x83})), "");  // after the close frame nothing counts
}

// Mutants: each of the checks taken away. No payload has come in any of these, and of some not even the whole header.
TEST(FrameChecker, NamesAViolationWithTheByteThatShowsIt) {
  EXPECT_EQ(violation_of(bytes({0x83})), "1002 reserved opcode 3");
  EXPECT_EQ(violation_of(bytes({0x8B})), "1002 reserved opcode 11");
  EXPECT_EQ(violation_of(bytes({0xC1})), "1002 reserved bits that are set");
  EXPECT_EQ(violation_of(bytes({0x09})), "1002 a fragmented control frame (opcode 9)");
  EXPECT_EQ(violation_of(bytes({0x80})), "1002 a continuation of no message");
  EXPECT_EQ(violation_of(bytes({0x01, 1, 'a', 0x81})), "1002 a new message before the last one ended");
  EXPECT_EQ(violation_of(bytes({0x81, 0x85})), "1002 a masked frame");
  EXPECT_EQ(violation_of(bytes({0x89, 126})), "1002 a control frame of more than 125 bytes");
  EXPECT_EQ(violation_of(bytes({0x88, 1})), "1002 a close frame of one byte");
  EXPECT_EQ(violation_of(bytes({0x81, 127, 0xFF})), "1002 a length of 2^63 bytes or more");
  EXPECT_EQ(violation_of(bytes({0x81, 126, 0, 125})), "1002 a length that is not written in its shortest form");
  EXPECT_EQ(violation_of(bytes({0x81, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})),
            "1002 a length that is not written in its shortest form");
}

TEST(FrameChecker, NamesAMessageThatIsTooBig) {
  EXPECT_EQ(violation_of(bytes({0x81, 126, 3, 0xE8})), "");
  EXPECT_EQ(violation_of(bytes({0x81, 126, 3, 0xE9})), "1009 a message of more than 1000 bytes");
  EXPECT_EQ(violation_of(bytes({0x81, 127, 0x7F, 0, 0, 0, 0, 0, 0, 0})), "1009 a message of more than 1000 bytes");
  EXPECT_EQ(violation_of(bytes({0x01, 3, 'a', 'a', 'a', 0x80, 2}), 4), "1009 a message of more than 4 bytes");
}

TEST(FrameChecker, KnowsWhetherAMessageIsUnderWay) {
  FrameChecker checker(1000);
  const auto after = [&](std::string_view more) {
    checker.feed(more);
    return checker.in_message();
  };
  EXPECT_FALSE(after(kHead));
  EXPECT_TRUE(after(bytes({0x01})));
  EXPECT_TRUE(after(bytes({1})));
  EXPECT_TRUE(after("a"));
  EXPECT_FALSE(after(bytes({0x80, 0})));
}

}  // namespace
}  // namespace net
