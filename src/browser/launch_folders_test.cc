// Mutants that these catch: a folder of the user's that is passed on, a screen that is lost with it.
#include "browser/launch_folders.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "browser/variable.h"

namespace browser {
namespace {

using Environment = std::vector<std::string>;

TEST(OwnEnvironment, HasNoFolderOfTheUsers) {
  const Environment out = LaunchFolders().own_environment(
      {"HOME=/u", "TMPDIR=/u/t", "XDG_CONFIG_HOME=/u/c", "XDG_CACHE_HOME=/u/k", "XDG_DATA_HOME=/u/d",
       "XDG_STATE_HOME=/u/s", "XDG_RUNTIME_DIR=/u/r", "PATH=/bin", "XAUTHORITY=/u/key"});
  EXPECT_EQ(out, (Environment{"PATH=/bin", "HOME=/home", "TMPDIR=/t", "XDG_RUNTIME_DIR=/t", "XAUTHORITY=/u/key"}));
}

TEST(OwnEnvironment, StillLeadsToTheScreen) {
  const auto of = [](const Environment& given, std::string_view name) {
    return variable(LaunchFolders().own_environment(given), name);
  };
  EXPECT_EQ(of({"DISPLAY=:0", "HOME=/u"}, "DISPLAY"), ":0");
  EXPECT_EQ(of({"HOME=/u"}, "XAUTHORITY"), "/u/.Xauthority");
  EXPECT_EQ(of({"WAYLAND_DISPLAY=wayland-0", "XDG_RUNTIME_DIR=/run/user/7"}, "WAYLAND_DISPLAY"),
            "/run/user/7/wayland-0");
  EXPECT_EQ(of({"WAYLAND_DISPLAY=/x/wayland-0", "XDG_RUNTIME_DIR=/run/user/7"}, "WAYLAND_DISPLAY"), "/x/wayland-0");
  EXPECT_EQ(of({"XDG_RUNTIME_DIR=/run/user/7"}, "WAYLAND_DISPLAY"), "");
}

}  // namespace
}  // namespace browser
