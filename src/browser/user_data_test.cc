// Mutants that these catch: a file taken for a folder, no look at the owner, no lock, a stale mark of Chromium's
// believed, a live one not seen, the operator's own profile under another name.
#include "browser/user_data.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace browser {
namespace {
namespace fs = std::filesystem;

class UserDatas : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(tmp_.data()), nullptr); }
  void TearDown() override { fs::remove_all(tmp_); }

  std::string refusal(const std::string& path) const {
    MadeFolders made;
    const auto claimed = UserData::claim(path, {"HOME=" + tmp_}, made);
    return claimed ? "" : claimed.error().message;
  }
  static std::string host() {
    std::array<char, 65> text{};
    gethostname(text.data(), text.size() - 1);
    return text.data();
  }

  std::string tmp_ = "/tmp/belay-data-XXXXXX";
};

TEST_F(UserDatas, AreMadeForThisUserOnlyAndHeldUntilReleased) {
  const std::string path = tmp_ + "/a/b";
  MadeFolders made;
  auto first = UserData::claim(path + "/", {}, made);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->path(), path);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  EXPECT_NE(refusal(path).find("in use by a session of process " + std::to_string(getpid())), std::string::npos)
      << refusal(path);
  first->release();
  EXPECT_TRUE(fs::is_empty(path));
  EXPECT_EQ(refusal(path), "");
}

TEST_F(UserDatas, ThatCannotBeHadSayWhy) {
  std::ofstream(tmp_ + "/file") << "x";
  EXPECT_NE(refusal(tmp_ + "/file").find("Not a directory"), std::string::npos) << refusal(tmp_ + "/file");
  EXPECT_NE(refusal(tmp_ + "/file/x").find("cannot be made"), std::string::npos) << refusal(tmp_ + "/file/x");
  EXPECT_NE(refusal("/proc/x").find("cannot be made"), std::string::npos) << refusal("/proc/x");
  EXPECT_NE(refusal("/proc").find("cannot be written to"), std::string::npos) << refusal("/proc");
  EXPECT_NE(refusal("/proc").find("launchOptions.userDataDir"), std::string::npos) << refusal("/proc");
}

// Mutant: the server's own root, made as the parent of what a caller names, is open to others, and every start fails.
TEST_F(UserDatas, AreNotAmongTheFoldersOfSessions) {
  const char* const before = getenv("TMPDIR");
  const std::string kept = before ? before : "";
  setenv("TMPDIR", tmp_.c_str(), 1);
  const std::string root = tmp_ + "/belay-" + std::to_string(geteuid());
  EXPECT_NE(refusal(root + "/mine").find("keeps the folders of sessions"), std::string::npos)
      << refusal(root + "/mine");
  EXPECT_EQ(fs::status(root).permissions(), fs::perms::owner_all);
  fs::create_directory_symlink(root, tmp_ + "/link");
  for (const std::string& path : {root, root + "/s-abcdef/profile", tmp_ + "/x/../link/mine"})
    EXPECT_NE(refusal(path).find("keeps the folders of sessions"), std::string::npos) << path;
  EXPECT_FALSE(find_folder(root + "/downloads"));
  EXPECT_TRUE(find_folder(root + "/kept-abcdef"));
  EXPECT_FALSE(find_folder("/"));
  if (before)
    setenv("TMPDIR", kept.c_str(), 1);
  else
    unsetenv("TMPDIR");
}

TEST_F(UserDatas, OfAnotherUserAreRefused) {
  fs::create_directory(tmp_ + "/other");
  if (chown((tmp_ + "/other").c_str(), 65534, 65534) != 0) GTEST_SKIP() << "not root";
  EXPECT_NE(refusal(tmp_ + "/other").find("belongs to user 65534"), std::string::npos) << refusal(tmp_ + "/other");
}

TEST_F(UserDatas, OfTheOperatorsOwnBrowserAreRefusedUnderEveryName) {
  fs::create_directories(tmp_ + "/.config/google-chrome");
  fs::create_directory_symlink(tmp_ + "/.config/google-chrome", tmp_ + "/alias");
  for (const char* name : {"/.config/google-chrome", "/alias"})
    EXPECT_NE(refusal(tmp_ + name).find("own browser"), std::string::npos) << refusal(tmp_ + name);
}

TEST_F(UserDatas, InTheOperatorsOwnBrowserOrWhereItWillBeAreRefusedBeforeAnythingIsMade) {
  fs::create_directories(tmp_ + "/.config/google-chrome");
  const std::vector<std::string> environment{"HOME=" + tmp_};
  fs::create_directory_symlink(tmp_ + "/.config/google-chrome", tmp_ + "/alias");
  for (const char* name :
       {"/.config/google-chrome/Default", "/alias/Default", "/.config/chromium", "/.config/chromium/x/y"}) {
    EXPECT_NE(refusal(tmp_ + name).find("own browser"), std::string::npos) << refusal(tmp_ + name);
    const auto unusable = check_folders({.user_data_dir = tmp_ + name}, environment);
    ASSERT_TRUE(unusable) << name;
    EXPECT_EQ(unusable->option, "userDataDir");
    EXPECT_FALSE(fs::exists(tmp_ + name)) << name;
  }
  EXPECT_EQ(refusal(tmp_ + "/.config/chromium-of-mine"), "");
}

TEST_F(UserDatas, OnWhichABrowserOfAnotherHostMayRunAreRefused) {
  fs::create_directory(tmp_ + "/mine");
  fs::create_symlink("far-host-4711", tmp_ + "/mine/SingletonLock");
  EXPECT_NE(refusal(tmp_ + "/mine").find("host far-host (process 4711)"), std::string::npos) << refusal(tmp_ + "/mine");
  EXPECT_FALSE(fs::exists(tmp_ + "/mine/belay.lock")) << "the lock was kept";
}

TEST_F(UserDatas, OnWhichABrowserListensAreRefusedAndStaleMarksAreNot) {
  fs::create_directory(tmp_ + "/mine");
  const std::string path = tmp_ + "/socket";
  fs::create_symlink(host() + "-" + std::to_string(getpid()), tmp_ + "/mine/SingletonLock");
  fs::create_symlink(path, tmp_ + "/mine/SingletonSocket");
  EXPECT_EQ(refusal(tmp_ + "/mine"), "") << "this process is no browser";
  const os::Fd listening(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listening.get(), 1), 0);
  EXPECT_NE(refusal(tmp_ + "/mine").find("another browser"), std::string::npos) << refusal(tmp_ + "/mine");
}

// Mutants: what a browser has left stays in a folder made for a start that failed; a profile that was there, or has
// come to be used, is emptied; what another start names in it goes with it.
class ProfilesOfAStart : public UserDatas {
 protected:
  UserData claim(MadeFolders& made, const std::string& host = "") const {
    auto out = UserData::claim(mine_, {}, made);
    EXPECT_TRUE(out) << out.error().message;
    fs::create_directories(mine_ + "/Default/Cache");
    std::ofstream(mine_ + "/Local State") << "x";
    for (const std::string name : {"SingletonSocket", "SingletonCookie"})
      fs::create_symlink("/nowhere/" + name, mine_ + "/" + name);
    fs::create_symlink((host.empty() ? UserDatas::host() : host) + "-999999999", mine_ + "/SingletonLock");
    return std::move(*out);
  }
  std::vector<std::string> left() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(mine_)) out.push_back(entry.path().filename());
    std::ranges::sort(out);
    return out;
  }

  std::string mine_ = tmp_;  // before SetUp has named it
  void SetUp() override {
    UserDatas::SetUp();
    mine_ = tmp_ + "/outer/mine";
  }
};

TEST_F(ProfilesOfAStart, ThatHasFailedGoWithAllThatItsBrowserHasLeft) {
  MadeFolders made;
  UserData data = claim(made);
  ASSERT_TRUE(make_folder(mine_ + "/files", made));
  EXPECT_EQ(let_go(std::move(data), std::move(made)), "");
  EXPECT_TRUE(fs::is_empty(tmp_));
}

TEST_F(ProfilesOfAStart, ThatHasComeOutStayWithoutTheMarkOfItsBrowser) {
  MadeFolders made;
  UserData data = claim(made);
  made.keep();
  EXPECT_EQ(let_go(std::move(data), std::move(made)), "");
  EXPECT_EQ(left(), (std::vector<std::string>{"Default", "Local State"}));
}

TEST_F(ProfilesOfAStart, ThatWereThereBeforeStay) {
  fs::create_directories(mine_);
  MadeFolders made;
  UserData data = claim(made);
  EXPECT_EQ(let_go(std::move(data), std::move(made)), "");
  EXPECT_EQ(left(), (std::vector<std::string>{"Default", "Local State"}));
}

TEST_F(ProfilesOfAStart, InWhichAnotherStartNamesAFolderStay) {
  MadeFolders made, others;
  UserData data = claim(made);
  ASSERT_TRUE(make_folder(mine_ + "/theirs", others));
  EXPECT_EQ(let_go(std::move(data), std::move(made)), "");
  EXPECT_EQ(left(), (std::vector<std::string>{"Default", "Local State", "theirs"}));
}

// Mutant: it is emptied under a browser that is not ours.
TEST_F(ProfilesOfAStart, ThatABrowserMayUseStay) {
  MadeFolders made;
  UserData data = claim(made, "far-host");
  EXPECT_NE(let_go(std::move(data), std::move(made)).find("far-host"), std::string::npos);
  EXPECT_EQ(left().size(), 5U);
}

// Whoever names one in it that was there, or that somebody else has made.
TEST_F(ProfilesOfAStart, AroundAFolderThatIsUsedStay) {
  MadeFolders made, other;
  UserData data = claim(made);
  fs::create_directory(mine_ + "/files");
  ASSERT_TRUE(make_folder(mine_ + "/files", other));
  other.keep();
  EXPECT_EQ(let_go(std::move(data), std::move(made)), "");
  EXPECT_TRUE(fs::exists(mine_ + "/Local State"));
}

TEST_F(ProfilesOfAStart, KeepTheMarkOfABrowserThatMayLive) {
  MadeFolders made;
  UserData data = claim(made, "far-host");
  made.keep();
  EXPECT_EQ(let_go(std::move(data), std::move(made)), "");
  EXPECT_EQ(left(), (std::vector<std::string>{"Default", "Local State", "SingletonCookie", "SingletonLock",
                                              "SingletonSocket"}));
}

TEST_F(UserDatas, ThatAreOnlyLookedAtAreNotMade) {
  EXPECT_FALSE(check_folders({.user_data_dir = tmp_ + "/a/b", .downloads_path = tmp_ + "/c/d"}, {}));
  EXPECT_TRUE(fs::is_empty(tmp_));
  fs::create_directory(tmp_ + "/other");
  if (chown((tmp_ + "/other").c_str(), 65534, 65534) != 0) GTEST_SKIP() << "not root";
  const auto other = check_folders({.user_data_dir = tmp_ + "/other"}, {});
  ASSERT_TRUE(other);
  EXPECT_NE(other->why.find("belongs to user 65534"), std::string::npos) << other->why;
}

TEST_F(UserDatas, RelativeOnesNeedTheServersFolder) {
  const std::string gone = tmp_ + "/gone";
  fs::create_directory(gone);
  const fs::path before = fs::current_path();
  fs::current_path(gone);
  fs::remove(gone);
  const std::string why = refusal("mine");
  const auto unusable = check_folders({.downloads_path = "dl"}, {});
  fs::current_path(before);
  EXPECT_NE(why.find("working folder, which is gone"), std::string::npos) << why;
  ASSERT_TRUE(unusable);
  EXPECT_EQ(unusable->option, "downloadsPath");
}

}  // namespace
}  // namespace browser
