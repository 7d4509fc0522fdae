#include "browser/switches.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace browser {
namespace {

bool has_switch(const engine::LaunchOptions& options, const Settings& settings, std::string_view word) {
  return std::ranges::count(command_line(options, settings, "/profile"), word) > 0;
}

TEST(Switches, a_start_that_says_whether_it_is_headless_wins_over_the_server) {
  Settings headless;
  headless.headless = true;
  EXPECT_TRUE(has_switch({}, headless, "--headless=new"));
  EXPECT_FALSE(has_switch({.headless = false}, headless, "--headless=new"));
  EXPECT_TRUE(has_switch({.headless = true}, {}, "--headless=new"));
  EXPECT_FALSE(has_switch({}, {}, "--headless=new"));
}

TEST(Switches, credentials_of_a_proxy_are_on_no_command_line) {
  const engine::LaunchOptions options{
      .proxy = engine::Proxy{.server = "http://h:1", .username = "someone", .password = base::Secret("hunter2")}};
  EXPECT_TRUE(has_switch(options, {}, "--proxy-server=http://h:1"));
  for (const std::string& word : command_line(options, {}, "/profile"))
    EXPECT_TRUE(word.find("someone") == std::string::npos && word.find("hunter2") == std::string::npos) << word;
}

}  // namespace
}  // namespace browser
