// Mutants that these catch: a launch that is being made counts as over, a leader that is known only when it has
// executed.
#include "os/launches.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace os {
namespace {

TEST(Launching, LastsFromBeforeTheLeaderIsBornUntilItHasEnded) {
  Launches launches;
  const std::uint64_t number = launches.next();
  EXPECT_FALSE(launches.lives(number));
  Birth& born = launches.beginning(number);
  EXPECT_TRUE(launches.lives(number)) << "what it starts at once would be taken for its remains";
  EXPECT_FALSE(launches.leads(0));
  launches.kill(number);
  launches.kill_groups();  // nobody yet: above all not this process's own group
  const pid_t pid = fork();
  if (pid == 0)
    for (;;) pause();
  born = pid;
  EXPECT_TRUE(launches.lives(number));
  EXPECT_TRUE(launches.leads(pid));
  launches.kill(number);  // before it has become the leader of a group
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  EXPECT_EQ(info.si_status, SIGKILL);
  EXPECT_FALSE(launches.lives(number));
  EXPECT_TRUE(launches.leads(pid)) << "its status is its Process's";
  launches.ended(number);
  EXPECT_FALSE(launches.leads(pid));
  waitpid(pid, nullptr, 0);
}

}  // namespace
}  // namespace os
