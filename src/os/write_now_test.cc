// Mutants that these catch: a write that waits, O_NONBLOCK set on the open file that others share.
#include "os/write_now.h"

#include <array>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace os {
namespace {

std::string read_from(int fd) {
  std::array<char, 100> out;
  const ssize_t n = read(fd, out.data(), out.size());
  return n < 0 ? std::string() : std::string(out.data(), static_cast<std::size_t>(n));
}

TEST(WriteNow, WritesToAPipeAndLeavesItAsItWas) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_TRUE(write_now(ends[1], "last\n"));
  EXPECT_EQ(read_from(ends[0]), "last\n");
  EXPECT_EQ(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
  for (const int end : ends) close(end);
}

TEST(WriteNow, DoesNotWaitForAPipeThatNobodyReads) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK), 0);
  while (write(ends[1], "x", 1) == 1) {
  }
  fcntl(ends[1], F_SETFL, 0);
  EXPECT_FALSE(write_now(ends[1], "last\n"));
  for (const int end : ends) close(end);
}

TEST(WriteNow, WritesToASocketAndToTheEndOfAFile) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EXPECT_TRUE(write_now(ends[1], "last\n"));
  EXPECT_EQ(read_from(ends[0]), "last\n");
  for (const int end : ends) close(end);
  std::string name = "/tmp/belay-write-now-XXXXXX";
  const int file = mkstemp(name.data());
  EXPECT_EQ(write(file, "first\n", 6), 6);
  EXPECT_TRUE(write_now(file, "last\n"));
  lseek(file, 0, SEEK_SET);
  EXPECT_EQ(read_from(file), "first\nlast\n");
  close(file);
  unlink(name.c_str());
}

TEST(WriteNow, IsContentWithoutADescriptor) { EXPECT_FALSE(write_now(-1, "last\n")); }

}  // namespace
}  // namespace os
