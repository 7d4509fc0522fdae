#include "browser/launch_cause.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace browser {
namespace {

constexpr const char* kBus =
    "[7:7:1129/224956.738416:ERROR:dbus/bus.cc:405] Failed to connect to the bus: Failed to connect to socket /run/x\n";
constexpr const char* kZygote =
    "[9:9:0100/000000.867762:ERROR:content/zygote/zygote_linux.cc:662] write: Broken pipe (32)\n";

std::string cause(std::string telling) { return launch_cause(kBus + std::move(telling) + "\n" + kZygote); }
bool tells(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

TEST(LaunchCause, a_foreign_lock_is_not_told_as_a_missing_display) {
  const std::string why = cause(
      "[2:2:1129/224955.718555:ERROR:chrome/browser/process_singleton_posix.cc:367] The profile appears to be in use "
      "by "
      "another Chromium process (1234) on another computer (otherhost). Chromium has locked the profile so that it "
      "doesn't get corrupted.\nError: Can't open display: ");
  EXPECT_EQ(
      why,
      "its profile is locked by another browser ((1234) on another computer (otherhost)); end that one, or, where it "
      "is gone, remove SingletonLock from the profile");
}

TEST(LaunchCause, without_a_display_it_says_what_to_set) {
  const std::string why = cause(
      "[7:7:1129/224956.7:ERROR:ui/ozone/platform/x11/ozone_platform_x11.cc:257] Missing X server or $DISPLAY\n"
      "[7:7:1129/224956.7:ERROR:ui/aura/env.cc:253] The platform failed to initialize.  Exiting.");
  EXPECT_TRUE(tells(why, "launchOptions.headless true")) << why;
  EXPECT_TRUE(tells(why, "--headless=true")) << why;
}

TEST(LaunchCause, folders_libraries_limits_and_the_sandbox_are_named) {
  const std::pair<const char*, const char*> cases[] = {
      {"[4:4:1129/2:ERROR:chrome/browser/process_singleton_posix.cc:1046] Failed to create socket directory.\n"
       "[4:4:1129/2:ERROR:chrome/app/chrome_main_delegate.cc:624] Failed to create a ProcessSingleton for your profile",
       "TMPDIR"},
      {"chromium: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file",
       "missing (libnss3.so); install"},
      {"[1:1:1:FATAL:x.cc:1] Check failed: . : No space left on device (28)", "out of inodes"},
      {"[1:1:1:ERROR:x.cc:1] pthread_create: Resource temporarily unavailable (11)", "ulimit -u"},
      {"[1:1:1:ERROR:x.cc:1] open: Too many open files (24)", "ulimit -n"},
      {"[4:4:1129/2:ERROR:z.cc:103] Running as root without --no-sandbox is not supported.", "--chromium-sandbox=off"},
      {"[4:4:1129/2:FATAL:z.cc:103] No usable sandbox! Update your kernel", "--chromium-sandbox=off"},
      {"Opening in existing browser session.", "userDataDir of its own"},
      {"[4:4:1129/2:ERROR:d.cc:1] Cannot start http server for devtools.", "launchOptions.port"}};
  for (const auto& [line, words] : cases) EXPECT_TRUE(tells(cause(line), words)) << line << ": " << cause(line);
}

TEST(LaunchCause, of_unknown_lines_the_fatal_one_tells_then_an_error_then_the_last_one_without_noise) {
  EXPECT_EQ(cause("[1:1:1:FATAL:a.cc:1] Check failed: x\n[1:1:1:ERROR:b.cc:1] later"),
            "[1:1:1:FATAL:a.cc:1] Check failed: x");
  EXPECT_EQ(cause("[1:1:1:ERROR:b.cc:1] broken\nbye"), "[1:1:1:ERROR:b.cc:1] broken");
  EXPECT_EQ(cause("cannot do it"), "cannot do it");
  EXPECT_EQ(launch_cause(kZygote), base::trim(kZygote));
  EXPECT_EQ(launch_cause(" \n\n"), "it said nothing");
  EXPECT_EQ(launch_cause(""), "it said nothing");
}

TEST(LaunchCause, only_a_port_that_is_taken_is_hopeless_while_it_runs) {
  EXPECT_TRUE(tells(hopeless_cause("x\n[4:4:1:ERROR:d.cc:1] Cannot start http server for devtools.\n"), "port"));
  EXPECT_EQ(hopeless_cause("Missing X server or $DISPLAY"), "");
}

}  // namespace
}  // namespace browser
