// Mutants that these catch: a look makes what is missing, or takes what cannot be made for what can; what was made
// stays, or goes although somebody has put something there; the innermost goes alone.
#include "browser/named_folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace browser {
namespace {
namespace fs = std::filesystem;

class NamedFolders : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(tmp_.data()), nullptr); }
  void TearDown() override { fs::remove_all(tmp_); }

  // What is in the way of it; "" when it can be had. Whoever looks and whoever makes it must say the same.
  std::string refusal(const std::string& path) {
    const auto found = find_folder(path);
    MadeFolders made;
    const auto got = make_folder(path, made);
    made.remove();
    EXPECT_EQ(static_cast<bool>(found), static_cast<bool>(got)) << path;
    return found ? "" : found.error().message;
  }

  std::string tmp_ = "/tmp/belay-named-XXXXXX";
};

TEST_F(NamedFolders, AreFoundWhereTheyCanBeMadeAndNothingIs) {
  const auto found = find_folder(tmp_ + "/a/b/");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->path, tmp_ + "/a/b");
  EXPECT_FALSE(found->exists);
  EXPECT_TRUE(fs::is_empty(tmp_));
  const auto there = find_folder(tmp_);
  ASSERT_TRUE(there) << there.error().message;
  EXPECT_TRUE(there->exists);
  EXPECT_TRUE(fs::is_empty(tmp_));
}

TEST_F(NamedFolders, ThatCannotBeMadeAreRefusedAtTheFirstLook) {
  std::ofstream(tmp_ + "/file") << "x";
  fs::create_symlink(tmp_ + "/nowhere", tmp_ + "/link");
  EXPECT_NE(refusal(tmp_ + "/file").find("Not a directory"), std::string::npos);
  EXPECT_NE(refusal(tmp_ + "/file/x").find("cannot be made: Not a directory"), std::string::npos);
  EXPECT_NE(refusal("/proc/x/y").find("/proc/x/y cannot be made"), std::string::npos);
  EXPECT_NE(refusal("/proc").find("cannot be written to"), std::string::npos);
  EXPECT_NE(refusal(tmp_ + "/link").find("link is a link to nowhere"), std::string::npos);
  EXPECT_NE(refusal(tmp_ + "/link/x").find("link is a link to nowhere"), std::string::npos);
  EXPECT_NE(refusal(tmp_ + "/a/" + std::string(300, 'n')).find("File name too long"), std::string::npos);
}

TEST_F(NamedFolders, ThatWereMadeForNothingGoAgain) {
  MadeFolders made;
  fs::create_directory(tmp_ + "/mine");
  ASSERT_TRUE(make_folder(tmp_ + "/mine/a/b/c", made));
  EXPECT_EQ(fs::status(tmp_ + "/mine/a/b/c").permissions(), fs::perms::owner_all);
  made.remove();
  EXPECT_TRUE(fs::exists(tmp_ + "/mine"));
  EXPECT_TRUE(fs::is_empty(tmp_ + "/mine"));
}

TEST_F(NamedFolders, StayWhereSomebodyHasPutSomethingThere) {
  MadeFolders made;
  ASSERT_TRUE(make_folder(tmp_ + "/a/b", made));
  std::ofstream(tmp_ + "/a/theirs") << "x";
  made.remove();
  EXPECT_FALSE(fs::exists(tmp_ + "/a/b"));
  EXPECT_TRUE(fs::exists(tmp_ + "/a/theirs"));
}

// Mutants: what another start names goes; what it made stays when the last of them fails; another way to the same
// folder is another folder.
TEST_F(NamedFolders, StayForAnotherStartThatNamesThemUntilItFailsToo) {
  fs::create_directory_symlink(tmp_, tmp_ + "/link");
  MadeFolders first, second;
  ASSERT_TRUE(make_folder(tmp_ + "/a/b", first));
  ASSERT_TRUE(make_folder(tmp_ + "/link/a/b", second));
  first.remove();
  EXPECT_TRUE(fs::exists(tmp_ + "/a/b"));
  second.remove();
  EXPECT_FALSE(fs::exists(tmp_ + "/a"));
}

TEST_F(NamedFolders, StayForAnotherStartThatHasComeOut) {
  MadeFolders first, second, third;
  ASSERT_TRUE(make_folder(tmp_ + "/a/b", first));
  ASSERT_TRUE(make_folder(tmp_ + "/a/b", second));
  second.keep();
  first.remove();
  EXPECT_TRUE(fs::exists(tmp_ + "/a/b"));
  ASSERT_TRUE(make_folder(tmp_ + "/a/b", third));
  third.remove();
  EXPECT_TRUE(fs::exists(tmp_ + "/a/b"));
}

// Mutant: another start removes them, with what somebody has put there by then.
TEST_F(NamedFolders, ThatNobodyCouldRemoveAreNobodysToRemoveLater) {
  {
    MadeFolders lost;
    ASSERT_TRUE(make_folder(tmp_ + "/a/b", lost));
  }
  MadeFolders other;
  ASSERT_TRUE(make_folder(tmp_ + "/a/b", other));
  other.remove();
  EXPECT_TRUE(fs::exists(tmp_ + "/a/b"));
}

// Mutant: those around it are left when another start's folder was still in them.
TEST_F(NamedFolders, GoWithTheLastOfThoseThatLieInThem) {
  MadeFolders first, second;
  ASSERT_TRUE(make_folder(tmp_ + "/a/b", first));
  ASSERT_TRUE(make_folder(tmp_ + "/a/c/d", second));
  first.remove();
  EXPECT_FALSE(fs::exists(tmp_ + "/a/b"));
  EXPECT_TRUE(fs::exists(tmp_ + "/a/c/d"));
  second.remove();
  EXPECT_TRUE(fs::is_empty(tmp_));
}

TEST_F(NamedFolders, StayWhenTheStartHasComeOut) {
  MadeFolders made;
  ASSERT_TRUE(make_folder(tmp_ + "/a", made));
  made.keep();
  made.remove();
  EXPECT_TRUE(fs::exists(tmp_ + "/a"));
}

}  // namespace
}  // namespace browser
