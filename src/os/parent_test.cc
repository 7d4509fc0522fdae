// Mutants that these catch: another process than the one named, no error for one that is gone.
#include "os/parent.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace os {
namespace {

bool ended(int fd, int wait) {
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&one, 1, wait) == 1;
}

TEST(WatchedProcesses, AreSeenToEnd) {
  const pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  const auto fd = watch_process(child);
  ASSERT_TRUE(fd);
  EXPECT_FALSE(ended(*fd, 0));
  kill(child, SIGKILL);
  EXPECT_TRUE(ended(*fd, 10'000));
  waitpid(child, nullptr, 0);
  close(*fd);
  const auto gone = watch_process(child);
  ASSERT_FALSE(gone);
  EXPECT_NE(gone.error().message.find("No such process"), std::string::npos) << gone.error().message;
}

TEST(WatchedProcesses, AreTheParentWhereNoneIsNamed) {
  const pid_t child = fork();
  if (child == 0) {
    const auto mine = watch_process(0);
    _exit(mine && !ended(*mine, 0) ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace os
