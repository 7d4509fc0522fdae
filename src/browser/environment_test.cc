#include "browser/environment.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace browser {
namespace {

std::vector<std::string> seen(std::vector<std::string> environment, std::vector<std::string> further = {},
                              std::string_view programs = "") {
  Settings settings;
  settings.environment = std::move(environment);
  settings.environment_allowed = std::move(further);
  return chromium_environment(settings, programs);
}

bool has_entry(const std::vector<std::string>& entries, const std::string& entry) {
  return std::ranges::find(entries, entry) != entries.end();
}

TEST(ChromiumEnvironment, holds_what_is_allowed_and_nothing_else) {
  for (const char* name : {"HOME", "TMPDIR", "LC_TIME", "DISPLAY", "https_proxy", "XDG_RUNTIME_DIR"})
    EXPECT_TRUE(chromium_may_see(name, {})) << name;
  for (const char* name : {"DEPLOY_KEY", "DATABASE_URL", "OPENAI_API_KEY", "BELAY_TOKEN", "HOMEPAGE", "home", "LC",
                           "LD_PRELOAD", "DBUS_SESSION_BUS_ADDRESS", "PLAIN", ""})
    EXPECT_FALSE(chromium_may_see(name, {})) << name;
}

TEST(ChromiumEnvironment, the_operator_can_allow_more_by_name_and_by_prefix) {
  const auto out = seen({"DATABASE_URL=x", "DEPLOY_KEY=y", "MY_A=1", "MY_B=2"}, {"DATABASE_URL", "MY_*"});
  EXPECT_TRUE(has_entry(out, "DATABASE_URL=x"));
  EXPECT_TRUE(has_entry(out, "MY_A=1"));
  EXPECT_TRUE(has_entry(out, "MY_B=2"));
  EXPECT_FALSE(has_entry(out, "DEPLOY_KEY=y"));
}

TEST(ChromiumEnvironment, our_programs_come_before_those_of_the_path) {
  EXPECT_TRUE(has_entry(seen({"PATH=/a:/b"}, {}, "/ours"), "PATH=/ours:/a:/b"));
  EXPECT_TRUE(has_entry(seen({}, {}, "/ours"), "PATH=/ours:/usr/local/bin:/usr/bin:/bin"));
}

TEST(ChromiumEnvironment, the_session_bus_is_out_of_reach_unless_allowed) {
  EXPECT_TRUE(has_entry(seen({"DBUS_SESSION_BUS_ADDRESS=unix:x"}), "DBUS_SESSION_BUS_ADDRESS=disabled:"));
  const auto allowed = seen({"DBUS_SESSION_BUS_ADDRESS=unix:x"}, {"DBUS_*"});
  EXPECT_TRUE(has_entry(allowed, "DBUS_SESSION_BUS_ADDRESS=unix:x"));
  EXPECT_FALSE(has_entry(allowed, "DBUS_SESSION_BUS_ADDRESS=disabled:"));
}

TEST(ChromiumEnvironment, proxies_lose_their_credentials) {
  EXPECT_TRUE(has_entry(seen({"http_proxy=http://me:p@ss@h:1/"}), "http_proxy=http://h:1/"));
  EXPECT_TRUE(has_entry(seen({"HTTPS_PROXY=me:word@h:1"}), "HTTPS_PROXY=h:1"));
  EXPECT_TRUE(has_entry(seen({"all_proxy=socks5://h:1/a@b"}), "all_proxy=socks5://h:1/a@b"));
  EXPECT_TRUE(has_entry(seen({"no_proxy=a,b"}), "no_proxy=a,b"));
}

}  // namespace
}  // namespace browser
