// Mutants that these catch: a link that is followed, a mount that is entered, a budget that is not kept, a folder that
// was written to told as done, no moving up of what lies deep.
#include "os/remove_tree.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "os/fd.h"
#include "os/testing/temp_folder.h"

namespace os {
namespace {
namespace fs = std::filesystem;
using State = Removal::State;

class RemoveTree : public testing::TempFolder {
 protected:
  Removal clear(std::string_view except = "", std::size_t budget = 1000) {
    const Fd folder(open(mine().c_str(), O_RDONLY | O_DIRECTORY));
    return clear_folder(folder.get(), except, budget);
  }
  std::string mine() const { return tmp_ + "/mine"; }
  std::size_t left() const {
    return static_cast<std::size_t>(
        std::distance(fs::recursive_directory_iterator(mine()), fs::recursive_directory_iterator()));
  }

  // Runs it where mounts are this test's own. 0: it held, 77: mounts are not for us here.
  template <class Work>
  int among_own_mounts(Work work) {
    const pid_t pid = fork();
    if (pid == 0) {
      if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) _exit(77);
      _exit(work());
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

TEST_F(RemoveTree, RemovesAllButWhatIsExcepted) {
  write(mine() + "/a/b/c");
  write(mine() + "/a/d");
  write(mine() + "/lock");
  EXPECT_EQ(clear("lock").state, State::done);
  EXPECT_EQ(left(), 1U);
  EXPECT_TRUE(exists(mine() + "/lock"));
}

TEST_F(RemoveTree, RemovesLinksAndNeverFollowsThem) {
  const std::string kept = write(tmp_ + "/elsewhere/kept");
  fs::create_directories(mine());
  fs::create_directory_symlink(tmp_ + "/elsewhere", mine() + "/folder");
  fs::create_symlink(kept, mine() + "/file");
  fs::create_symlink("/nowhere", mine() + "/dangling");
  EXPECT_EQ(clear().state, State::done);
  EXPECT_EQ(left(), 0U);
  EXPECT_TRUE(exists(kept));
}

TEST_F(RemoveTree, DoesAsMuchInACallAsItsBudgetSays) {
  for (int i = 0; i < 25; ++i) write(mine() + "/a/" + std::to_string(i));
  const Removal first = clear("", 10);
  EXPECT_EQ(first.state, State::more);
  EXPECT_EQ(first.removed, 10U);
  EXPECT_EQ(left(), 16U);
  EXPECT_EQ(clear("", 10).state, State::more);
  EXPECT_EQ(clear("", 10).state, State::done);
}

TEST_F(RemoveTree, GoesAsDeepAsItMust) {
  std::string path = mine();
  for (int i = 0; i < 300; ++i) path += "/d";
  fs::create_directories(path);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{.rlim_cur = 128, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  for (int calls = 0; calls < 100 && clear().state == State::more; ++calls) {
  }
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(left(), 0U);
}

// Mutants: one that can be looked into and not written to; one that cannot be looked into.
TEST_F(RemoveTree, OpensFoldersOfOursThatAreClosedToUs) {
  const std::string closed = mine() + "/closed";
  const std::string read_only = mine() + "/read-only";
  write(closed + "/file");
  write(read_only + "/file");
  chmod(closed.c_str(), 0);
  chmod(read_only.c_str(), 0500);
  const pid_t pid = fork();
  if (pid == 0) {
    if (geteuid() == 0) {  // to whom nothing is closed
      for (const std::string& path : {tmp_, mine(), closed, read_only})
        if (chown(path.c_str(), 65534, 65534) != 0) _exit(1);
      if (setuid(65534) != 0) _exit(1);
    }
    _exit(clear().state == State::done ? 0 : 2);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(RemoveTree, LeavesAMountAndWhatIsInItAndSaysSo) {
  write(mine() + "/a/file");
  const std::string kept = write(tmp_ + "/elsewhere/kept");
  fs::create_directories(mine() + "/bound");
  fs::create_directories(mine() + "/other");
  const int held = among_own_mounts([&] {
    if (mount((tmp_ + "/elsewhere").c_str(), (mine() + "/bound").c_str(), nullptr, MS_BIND, nullptr) != 0) return 77;
    if (mount("none", (mine() + "/other").c_str(), "tmpfs", 0, nullptr) != 0) return 77;
    write(mine() + "/other/kept");
    const Removal removal = clear();
    if (removal.state != State::blocked || removal.why.find("mounted") == std::string::npos) return 1;
    if (!exists(kept) || !exists(mine() + "/other/kept")) return 2;
    return exists(mine() + "/a") ? 3 : 0;
  });
  if (held == 77) GTEST_SKIP() << "no mounts here";
  EXPECT_EQ(held, 0);
}

}  // namespace
}  // namespace os
