#include "browser/stand_ins.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace browser {
namespace {

namespace fs = std::filesystem;

TEST(StandIns, say_that_chromium_is_the_program_for_every_link_and_open_none) {
  EXPECT_EQ(as_stand_in("xdg-settings", {"check", "default-url-scheme-handler", "tel", "chromium.desktop"}), "yes\n");
  EXPECT_EQ(as_stand_in("xdg-settings", {"get", "default-url-scheme-handler", "tel"}), "");
  EXPECT_EQ(as_stand_in("/x/xdg-open", {"mailto:x@y.test"}), "");
  EXPECT_EQ(as_stand_in("/usr/bin/belay", {"check"}), std::nullopt);
  EXPECT_EQ(as_stand_in("", {}), std::nullopt);
}

TEST(StandIns, lead_to_the_running_program_and_take_the_place_of_older_ones) {
  const fs::path folder = fs::temp_directory_path() / ("stand-ins-" + std::to_string(getpid()));
  fs::create_directories(folder / "1");
  fs::create_symlink("/nowhere", folder / "1" / "xdg-open");
  const auto path = make_stand_ins(folder.string());
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, (folder / "1").string() + ":" + (folder / "2").string());
  for (const char* each : {"1", "2"})
    for (const char* name : {"xdg-open", "xdg-settings", "xdg-mime", "xdg-email"})
      EXPECT_TRUE(fs::equivalent(folder / each / name, "/proc/self/exe")) << each << name;
  fs::remove_all(folder);
}

TEST(StandIns, that_cannot_be_made_are_an_error) {
  const auto path = make_stand_ins("/proc/self/none");
  ASSERT_FALSE(path);
  EXPECT_TRUE(path.error().message.starts_with("cannot write to /proc/self/none/1: ")) << path.error().message;
}

}  // namespace
}  // namespace browser
