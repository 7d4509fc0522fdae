// What becomes of an answer, on real sockets of the loopback.
#include "net/answer_receipt.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace net {
namespace {

// The two ends of a TCP connection. What the client can hold is little.
struct Ends {
  Ends() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener, 1), 0);
    EXPECT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int little = 4096;
    EXPECT_EQ(::setsockopt(client, SOL_SOCKET, SO_RCVBUF, &little, sizeof little), 0);
    EXPECT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&address), size), 0);
    server = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    ::close(listener);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends() {
    close_client();
    ::close(server);
  }
  void close_client() {
    if (client >= 0) ::close(std::exchange(client, -1));
  }
  // As much as the kernel takes, `most` at most.
  std::size_t write(std::size_t most) {
    const std::string bytes(64 * 1024, 'x');
    std::size_t total = 0;
    while (total < most) {
      const ssize_t n = ::send(server, bytes.data(), std::min(bytes.size(), most - total), MSG_NOSIGNAL);
      if (n <= 0) break;
      total += static_cast<std::size_t>(n);
    }
    return total;
  }
  void read(std::size_t bytes) {
    std::string buffer(64 * 1024, ' ');
    while (bytes > 0) {
      const ssize_t n = ::recv(client, buffer.data(), std::min(buffer.size(), bytes), 0);
      ASSERT_GT(n, 0);
      bytes -= static_cast<std::size_t>(n);
    }
  }
  // Until the server's end has heard of what the client's kernel says.
  void heard() {
    pollfd one{.fd = server, .events = POLLRDHUP, .revents = 0};
    EXPECT_EQ(::poll(&one, 1, 60'000), 1);
  }
  int client = -1;
  int server = -1;
};

TEST(AnswerReceipt, IsTakenWhenTheClientsMachineHasAll) {
  Ends ends;
  ASSERT_EQ(ends.write(100), 100U);
  const AnswerReceipt receipt(ends.server, {});
  ends.read(100);
  EXPECT_EQ(receipt.delivery(), Delivery::taken);
}

// Mutant: what the kernel took for sending counts as delivered.
TEST(AnswerReceipt, IsUnderWayWhileTheKernelHoldsSome) {
  Ends ends;
  const std::size_t written = ends.write(8 * 1024 * 1024);
  ASSERT_GT(written, 100'000U);
  AnswerReceipt receipt(ends.server, {});
  EXPECT_EQ(receipt.delivery(), Delivery::under_way);
  receipt.end({});
  EXPECT_EQ(receipt.delivery(), Delivery::lost);
}

// Mutant: acknowledged counts, though nobody has read it.
TEST(AnswerReceipt, IsLostWhenTheClientClosesWithoutReading) {
  Ends ends;
  ASSERT_EQ(ends.write(100), 100U);
  AnswerReceipt receipt(ends.server, {});
  ends.close_client();
  ends.heard();
  EXPECT_EQ(receipt.delivery(), Delivery::lost);
  receipt.end({.reset = true});
  EXPECT_EQ(receipt.delivery(), Delivery::lost);
}

TEST(AnswerReceipt, StaysWhatItWasWhenTheConnectionEnds) {
  Ends ends;
  ASSERT_EQ(ends.write(100), 100U);
  AnswerReceipt read(ends.server, {});
  AnswerReceipt ended(ends.server, {});
  read.read();
  ends.read(100);
  ends.close_client();
  ends.heard();
  ended.end({});
  read.end({.reset = true});
  EXPECT_EQ(ended.delivery(), Delivery::read);
  EXPECT_EQ(read.delivery(), Delivery::read);
}

// Mutants: our own end counts as a byte of the answer; we make it give way, and it is lost; a reset proves a loss; of a
// client that had ended, too, nothing is known; what is missing for seconds is not lost; whatever its size.
TEST(AnswerReceipt, MayHaveArrivedWhereNothingShowsThatItWasLost) {
  using namespace std::chrono_literals;
  constexpr int kSegment = 1448;
  const auto arrived = [](const ConnectionEnd& how, base::Duration since, int unacknowledged) {
    return may_have_arrived(how, since, unacknowledged, kSegment);
  };
  EXPECT_TRUE(arrived({.reset = true, .client_ended = true}, 1min, 0));
  EXPECT_TRUE(arrived({.reset = true, .client_ended = true, .ended = true}, 1min, 1));
  EXPECT_FALSE(arrived({.reset = true, .client_ended = true}, 1min, 1));
  EXPECT_FALSE(arrived({.reset = true, .client_ended = true, .ended = true}, 1min, 2));
  EXPECT_TRUE(arrived({.gave_way = true}, 1min, 1'000'000));

  EXPECT_TRUE(arrived({.reset = true}, 40ms, kSegment));
  EXPECT_TRUE(arrived({.reset = true, .ended = true}, 40ms, kSegment + 1));
  EXPECT_FALSE(arrived({.reset = true}, 40ms, kSegment + 1)) << "two are acknowledged at once";
  EXPECT_FALSE(arrived({.reset = true}, 1s, kSegment));
  EXPECT_FALSE(arrived({.reset = true, .client_ended = true}, 40ms, kSegment));
}

}  // namespace
}  // namespace net
