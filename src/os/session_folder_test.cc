// Mutants that these catch: a root that is followed through a link, belongs to another user or is open to others; no
// O_EXCL of the name; a lock that a child inherits or that is judged by the file's existence; a long TMPDIR that is
// used.
#include "os/session_folder.h"

#include <regex>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "os/testing/temp_folder.h"

namespace os {
namespace {
namespace fs = std::filesystem;

class SessionFolders : public testing::TempFolder {
 protected:
  SessionFolder made() {
    auto path = SessionFolder::new_path();
    EXPECT_TRUE(path) << path.error().message;
    auto folder = SessionFolder::make(*path);
    EXPECT_TRUE(folder) << folder.error().message;
    return std::move(*folder);
  }
  std::string refusal() {
    auto path = SessionFolder::new_path();
    return path ? "" : path.error().message;
  }
};

mode_t mode_of(const std::string& path) {
  struct stat info{};
  return lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

TEST_F(SessionFolders, ArePrivateInARootOfThisUsers) {
  umask(0);
  const SessionFolder folder = made();
  umask(022);
  EXPECT_TRUE(std::regex_match(folder.path(), std::regex(root() + "/s-[A-Za-z0-9]{6}"))) << folder.path();
  EXPECT_EQ(mode_of(folder.path()), 0700U);
  EXPECT_EQ(mode_of(root()), 0700U);
  EXPECT_EQ(mode_of(*folder.make_inside("t")), 0700U);
}

TEST_F(SessionFolders, DoNotTakeANameThatExists) {
  const std::string path = root() + "/s-aaaaaa";
  const std::string kept = write(path + "/kept");
  chmod(root().c_str(), 0700);
  const auto again = SessionFolder::make(path);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find(path), std::string::npos);
  EXPECT_TRUE(exists(kept));
}

TEST_F(SessionFolders, ThatCannotBeFinishedAreTakenAway) {
  const auto path = SessionFolder::new_path();
  ASSERT_TRUE(path);
  const int next = dup(STDIN_FILENO);
  close(next);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  for (const int descriptors : {1, 2}) {  // enough for the root; for the folder, too, but for no lock
    rlimit few = limit;
    few.rlim_cur = static_cast<rlim_t>(next + descriptors);
    setrlimit(RLIMIT_NOFILE, &few);
    const auto folder = SessionFolder::make(*path);
    setrlimit(RLIMIT_NOFILE, &limit);
    EXPECT_FALSE(folder) << descriptors;
    EXPECT_FALSE(exists(*path)) << descriptors;
  }
}

TEST_F(SessionFolders, AreNotMadeInARootThatIsALink) {
  fs::create_directories(tmp_ + "/elsewhere");
  chmod((tmp_ + "/elsewhere").c_str(), 0700);
  fs::create_directory_symlink(tmp_ + "/elsewhere", root());
  EXPECT_NE(refusal().find("a link or no folder"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("set TMPDIR"), std::string::npos) << refusal();
  EXPECT_TRUE(fs::is_empty(tmp_ + "/elsewhere"));
}

TEST_F(SessionFolders, AreNotMadeInARootThatIsAFile) {
  write(root());
  EXPECT_NE(refusal().find("a link or no folder"), std::string::npos) << refusal();
}

TEST_F(SessionFolders, AreNotMadeInARootOfAnotherUser) {
  fs::create_directories(root());
  chmod(root().c_str(), 0700);
  if (chown(root().c_str(), 65534, 65534) != 0) GTEST_SKIP() << "not root";
  EXPECT_NE(refusal().find("belongs to user 65534"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("set TMPDIR"), std::string::npos) << refusal();
}

TEST_F(SessionFolders, AreNotMadeInARootThatOthersMayEnter) {
  fs::create_directories(root());
  chmod(root().c_str(), 0755);
  EXPECT_NE(refusal().find("mode 0755"), std::string::npos) << refusal();
}

TEST_F(SessionFolders, AreNotMadeInARootThatWasSwappedAfterItWasChosen) {
  const auto path = SessionFolder::new_path();
  fs::rename(root(), tmp_ + "/moved");
  fs::create_directory_symlink(tmp_ + "/moved", root());
  EXPECT_FALSE(SessionFolder::make(*path));
}

TEST_F(SessionFolders, SayWhatToDoWhereTheRootCannotBeMade) {
  setenv("TMPDIR", "/proc/nowhere", 1);
  EXPECT_NE(refusal().find("/proc/nowhere/belay-"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("set TMPDIR"), std::string::npos) << refusal();
}

TEST_F(SessionFolders, LeaveRoomForChromiumsSocketWhateverTmpdirIs) {
  for (std::size_t size = tmp_.size() + 1; size < 130; ++size) {
    const std::string folder = tmp_ + "/" + std::string(size, 'x');
    fs::create_directories(folder);
    setenv("TMPDIR", folder.c_str(), 1);
    const auto path = SessionFolder::new_path();
    ASSERT_TRUE(path) << path.error().message;
    EXPECT_LE((*path + "/t/org.chromium.Chromium.XXXXXX/SingletonSocket").size(), 107U) << *path;
  }
}

TEST_F(SessionFolders, UseTheLongestTmpdirThatFits) {
  const std::size_t name = std::string("/belay-").size() + std::to_string(geteuid()).size();
  const auto in_tmpdir = [&](std::size_t size) {
    const std::string folder = tmp_ + "/" + std::string(size - name - tmp_.size() - 1, 'x');
    fs::create_directories(folder);
    setenv("TMPDIR", folder.c_str(), 1);
    return SessionFolder::new_path()->starts_with(folder);
  };
  EXPECT_TRUE(in_tmpdir(kLongestRoot));
  EXPECT_FALSE(in_tmpdir(kLongestRoot + 1));
}

TEST_F(SessionFolders, BelongToWhoeverHoldsTheirLock) {
  const SessionFolder folder = made();
  const auto taken = SessionFolder::take_over(folder.path());
  ASSERT_FALSE(taken);
  EXPECT_TRUE(taken.error().held);
  EXPECT_NE(taken.error().why.find("process " + std::to_string(getpid())), std::string::npos) << taken.error().why;
}

TEST_F(SessionFolders, AreNotHeldByWhatTheirOwnerHasStarted) {
  std::string path;
  pid_t child = -1;
  {
    const SessionFolder folder = made();
    path = folder.path();
    child = fork();
    if (child == 0) {
      execl("/bin/sleep", "sleep", "1000", static_cast<char*>(nullptr));
      _exit(127);
    }
    std::string name;
    while (name != "sleep") std::ifstream("/proc/" + std::to_string(child) + "/comm") >> name;
  }
  EXPECT_TRUE(SessionFolder::take_over(path));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(SessionFolders, GoWithAllThatIsInThem) {
  SessionFolder folder = made();
  write(*folder.make_inside("profile") + "/Default/Cookies");
  EXPECT_TRUE(folder.link_inside("profile/link", "/etc"));
  EXPECT_FALSE(folder.link_inside("profile/none", "/nowhere/at/all"));
  while (folder.remove_some(2).state == Removal::State::more) EXPECT_TRUE(exists(folder.path() + "/belay.lock"));
  EXPECT_FALSE(exists(folder.path()));
  EXPECT_TRUE(exists("/etc"));
}

TEST_F(SessionFolders, RemoveNothingWhereTheirNameLeadsElsewhere) {
  SessionFolder folder = made();
  fs::rename(folder.path(), tmp_ + "/moved");
  const std::string kept = write(folder.path() + "/kept");
  EXPECT_EQ(folder.remove_some(100).state, Removal::State::blocked);
  EXPECT_TRUE(exists(kept));
}

// Who removes a folder takes the lock's file away before the folder, and somebody may make it theirs in between.
TEST_F(SessionFolders, AreNotRemovedByWhoLostThem) {
  SessionFolder old = made();
  ASSERT_EQ(unlink((old.path() + "/belay.lock").c_str()), 0);
  auto newer = SessionFolder::take_over(old.path());
  ASSERT_TRUE(newer) << newer.error().why;
  const std::string file = write(old.path() + "/profile");
  EXPECT_EQ(old.remove_some(100).state, Removal::State::done);
  EXPECT_TRUE(exists(file));
  EXPECT_TRUE(SessionFolder::take_over(old.path()).error().held);
  EXPECT_EQ(newer->remove_some(100).state, Removal::State::done);
  EXPECT_FALSE(exists(old.path()));
}

TEST_F(SessionFolders, OfWhichOnlyTheLockIsGoneAreRemoved) {
  SessionFolder folder = made();
  ASSERT_EQ(unlink((folder.path() + "/belay.lock").c_str()), 0);
  EXPECT_EQ(folder.remove_some(100).state, Removal::State::done);
  EXPECT_FALSE(exists(folder.path()));
  EXPECT_EQ(folder.remove_some(100).state, Removal::State::done);
}

TEST_F(SessionFolders, OfAKilledOwnerCanBeRemovedByTheirPath) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t owner = fork();
  if (owner == 0) {
    const SessionFolder folder = made();
    if (::write(ready[1], folder.path().c_str(), folder.path().size()) < 0) _exit(1);
    for (;;) pause();
  }
  char text[200] = {};
  ASSERT_GT(read(ready[0], text, sizeof text - 1), 0);
  const std::string path = text;
  EXPECT_FALSE(remove_session_folder(path)) << "its owner lives";
  EXPECT_TRUE(exists(path));
  kill(owner, SIGKILL);
  waitpid(owner, nullptr, 0);
  EXPECT_TRUE(remove_session_folder(path));
  EXPECT_FALSE(exists(path));
  EXPECT_TRUE(remove_session_folder(path)) << "gone is gone";
}

TEST_F(SessionFolders, AreTheOnlyThingThatIsRemovedByPath) {
  fs::create_directories(root());
  chmod(root().c_str(), 0700);
  const std::string kept = write(root() + "/kept-aaaaaa/file");
  const std::string elsewhere = write(tmp_ + "/elsewhere/s-aaaaaa/file");
  fs::create_directory_symlink(tmp_ + "/elsewhere/s-aaaaaa", root() + "/s-aaaaaa");
  EXPECT_FALSE(remove_session_folder(root() + "/kept-aaaaaa"));
  EXPECT_FALSE(remove_session_folder(root() + "/s-aaaaaa"));
  EXPECT_FALSE(remove_session_folder(tmp_ + "/elsewhere/s-aaaaaa")) << "a root that others may enter";
  EXPECT_TRUE(exists(kept) && exists(elsewhere));
}

TEST_F(SessionFolders, HaveALockThatIsAFileOfThisUsers) {
  const std::string path = root() + "/s-aaaaaa";
  const std::string victim = write(tmp_ + "/victim", "precious");
  fs::create_directories(path);
  chmod(root().c_str(), 0700);
  fs::create_symlink(victim, path + "/belay.lock");
  EXPECT_FALSE(SessionFolder::take_over(path));
  fs::remove(path + "/belay.lock");
  fs::create_symlink(tmp_ + "/made", path + "/belay.lock");
  EXPECT_FALSE(SessionFolder::take_over(path));
  EXPECT_FALSE(exists(tmp_ + "/made")) << "made through a link";
  fs::remove(path + "/belay.lock");
  ASSERT_EQ(mkfifo((path + "/belay.lock").c_str(), 0600), 0);
  EXPECT_FALSE(SessionFolder::take_over(path));
  EXPECT_EQ(fs::file_size(victim), 8U);
}

// Mutants: what an earlier holder wrote stays behind the name; what stands in the file goes to a terminal as it is.
TEST_F(SessionFolders, NameTheirHolderAsPlainText) {
  const std::string path = root() + "/s-aaaaaa";
  write(path + "/belay.lock", std::string(110, 'z'));
  chmod(root().c_str(), 0700);
  const auto holder = SessionFolder::take_over(path);
  ASSERT_TRUE(holder);
  EXPECT_EQ(SessionFolder::take_over(path).error().why.find('z'), std::string::npos);
  write(path + "/belay.lock", "a\x1b[2J\nb");
  EXPECT_EQ(SessionFolder::take_over(path).error().why, "a [2J b");
  write(path + "/belay.lock", "\n");
  EXPECT_EQ(SessionFolder::take_over(path).error().why, "another process");
}

// Mutants: no prefix asked for, so that a session's folder goes; not emptied first.
TEST_F(SessionFolders, ThatAreKeptGoWithAllThatIsInThemAndNoOther) {
  const auto kept = make_kept_folder();
  ASSERT_TRUE(kept);
  EXPECT_EQ(mode_of(*kept), 0700U);
  write(*kept + "/Default/Cookies");
  const SessionFolder folder = made();
  remove_kept_folder(folder.path());
  EXPECT_TRUE(exists(folder.path() + "/belay.lock"));
  remove_kept_folder(*kept);
  EXPECT_FALSE(exists(*kept));
}

// The owner goes when somebody reaches for its lock. Mutant: who finds it held does not come back.
TEST_F(SessionFolders, OfAnOwnerThatIsJustDyingAreRemovedWhenItIsDead) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t owner = fork();
  if (owner == 0) {
    const SessionFolder folder = made();
    const int events = inotify_init1(IN_CLOEXEC);
    if (inotify_add_watch(events, (folder.path() + "/belay.lock").c_str(), IN_CLOSE) < 0) _exit(1);
    if (::write(ready[1], folder.path().c_str(), folder.path().size()) < 0) _exit(1);
    char event[500];
    _exit(read(events, event, sizeof event) > 0 ? 0 : 1);
  }
  char text[200] = {};
  ASSERT_GT(read(ready[0], text, sizeof text - 1), 0);
  EXPECT_TRUE(remove_session_folder(text));
  EXPECT_FALSE(exists(text));
  int status = -1;
  waitpid(owner, &status, 0);
  EXPECT_EQ(status, 0);
  for (const int end : ready) close(end);
}

}  // namespace
}  // namespace os
