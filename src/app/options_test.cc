#include "app/options.h"

#include <gtest/gtest.h>

#include "app/bind_policy.h"

namespace app {
namespace {

using namespace std::chrono_literals;

Options good(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  auto read = read_options(std::move(arguments), environment);
  EXPECT_TRUE(std::holds_alternative<Options>(read)) << std::get<Exit>(read).err;
  return std::get<Options>(std::move(read));
}

Exit bad(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  auto read = read_options(std::move(arguments), environment);
  EXPECT_TRUE(std::holds_alternative<Exit>(read));
  return std::holds_alternative<Exit>(read) ? std::get<Exit>(read) : Exit{};
}

TEST(Options, StartWithTheDefaultsOfTheWire) {
  const Options o = good({});
  EXPECT_EQ(o.host, "localhost");
  EXPECT_EQ(o.port, 3000);
  EXPECT_EQ(o.limits.max_sessions, 100U);
  EXPECT_EQ(o.limits.max_sessions_hard, 200U);
  EXPECT_EQ(o.limits.drain_timeout, 2s);
  EXPECT_TRUE(o.warnings.empty());
}

TEST(Options, FlagsWinOverTheEnvironment) {
  const Options o = good({"--port=0", "--idle-ttl", "90s"}, {"PORT=4000", "HEADLESS=true", "HOST=127.0.0.1"});
  EXPECT_EQ(o.port, 0);
  EXPECT_EQ(o.limits.idle_ttl, 90s);
  EXPECT_TRUE(o.headless_env);
  EXPECT_EQ(o.host, "127.0.0.1");
}

TEST(Options, NameTheProcessThatTheServerEndsWith) {
  EXPECT_FALSE(good({}).exit_with);
  EXPECT_EQ(good({"--exit-with-parent"}).exit_with, 0);
  EXPECT_EQ(good({"--exit-with-parent=4711"}).exit_with, 4711);
  EXPECT_EQ(good({}, {"BELAY_EXIT_WITH_PARENT=true"}).exit_with, 0);
  EXPECT_FALSE(good({"--exit-with-parent=false"}, {"BELAY_EXIT_WITH_PARENT=true"}).exit_with);
  for (const char* wrong : {"1", "0", "-5", "yes", "4294967297"})
    EXPECT_EQ(bad({std::string("--exit-with-parent=") + wrong}).status, 1) << wrong;
}

TEST(Options, SayWhatModelCallsMayDo) {
  using Reach = net::OutboundPolicy::Reach;
  const ModelOptions plain = good({}).models;
  EXPECT_EQ(plain.outbound.reach, Reach::everywhere);
  EXPECT_TRUE(plain.outbound.hosts.empty());
  EXPECT_EQ(plain.own_keys, llm::OwnKeys::own_urls_only);
  const ModelOptions tight = good({"--model-networks=public", "--model-hosts", "api.openai.com, *.example.com:8443"},
                                  {"BELAY_OWN_KEYS=own-urls", "BELAY_MODEL_CALLS_PER_KEY=2", "BELAY_MODEL_TIMEOUT=30s"})
                                 .models;
  EXPECT_EQ(tight.outbound.reach, Reach::public_only);
  EXPECT_EQ(tight.outbound.hosts, (std::vector<std::string>{"api.openai.com", "*.example.com:8443"}));
  EXPECT_EQ(tight.own_keys, llm::OwnKeys::own_urls_only);
  EXPECT_EQ(tight.calls_per_key, 2U);
  EXPECT_EQ(tight.longest_call, 30s);
  EXPECT_EQ(bad({"--model-hosts=https://api.openai.com"}).status, 1);
  EXPECT_EQ(bad({"--model-networks=private"}).status, 1);
  EXPECT_EQ(bad({"--own-keys=yes"}).status, 1);
  EXPECT_EQ(bad({"--model-calls-per-key=0"}).status, 1);
}

TEST(Options, MinIdleIsAtMostTheAdmissionTimeout) {
  EXPECT_EQ(good({}).limits.min_idle, 5s);
  EXPECT_EQ(good({"--admission-timeout=300ms"}).limits.min_idle, 300ms);
  EXPECT_EQ(good({"--min-idle=0"}).limits.min_idle, 0s);
  EXPECT_EQ(good({"--min-idle=8s", "--admission-timeout=9s"}).limits.min_idle, 8s);
  EXPECT_EQ(
      bad({"--min-idle=8s"}).err,
      "belay: --min-idle (8000 ms) must not be above --admission-timeout (5000 ms): a start that waits could find "
      "no session to replace\n");
}

// Mutant: multiplied until it is negative. Sessions would end at once.
TEST(Options, RefuseTimesThatDoNotFit) {
  EXPECT_EQ(good({"--idle-ttl=1000000h"}).limits.idle_ttl, 1'000'000h);
  EXPECT_EQ(good({"--idle-ttl=60000000min"}).limits.idle_ttl, 1'000'000h);
  EXPECT_EQ(good({"--idle-ttl=1000000000s"}).limits.idle_ttl, 1'000'000'000s);
  for (const std::string time :
       {"1000001h", "1000000000h", "1000000000min", "9223372036854775807", "9223372036854775808s"})
    EXPECT_EQ(bad({"--idle-ttl=" + time}).err,
              "belay: --idle-ttl: \"" + time + "\" is not a duration of 1000000h at most\n");
}

TEST(Options, MinIdleIsAtMostTheIdleTtl) {
  EXPECT_EQ(good({"--idle-ttl=2s"}).limits.min_idle, 2s);
  EXPECT_EQ(good({"--idle-ttl=0"}).limits.min_idle, 5s) << "off";
  EXPECT_EQ(good({"--min-idle=2s", "--idle-ttl=2s"}).limits.min_idle, 2s);
  EXPECT_EQ(bad({"--min-idle=3s", "--idle-ttl=2s"}).err,
            "belay: --min-idle (3000 ms) must not be above --idle-ttl (2000 ms): sessions would end before another may "
            "take their place\n");
}

TEST(Options, NoPartOfTheOperationsIsMoreThanAll) {
  EXPECT_EQ(good({}).operations.per_session, 100U);
  EXPECT_EQ(good({"--max-operations=8"}).operations.per_session, 8U) << "what was not given gives way";
  EXPECT_EQ(good({"--max-operations=8", "--max-operations-per-session=8"}).operations.per_session, 8U);
  EXPECT_EQ(bad({"--max-operations=8", "--max-operations-per-session=9"}).err,
            "belay: --max-operations-per-session (9) must not be above --max-operations (8)\n");
  EXPECT_EQ(bad({"--max-operations-per-caller=1001"}).err,
            "belay: --max-operations-per-caller (1001) must not be above --max-operations (1000)\n");
  EXPECT_EQ(bad({}, {"BELAY_MAX_OPERATIONS=8", "BELAY_MAX_OPERATIONS_PER_SESSION=9"}).status, 1);
}

TEST(Options, ABadValueSaysWhatIsWanted) {
  const Exit exit = bad({}, {"PORT=http"});
  EXPECT_EQ(exit.status, 1);
  EXPECT_EQ(exit.err, "belay: PORT: \"http\" is not a port from 0 to 65535 (0 lets the system choose)\n");
  EXPECT_EQ(bad({}, {"NODE_ENV="}).status, 1);
  EXPECT_EQ(bad({}, {"BB_ENV=moon"}).status, 1);
  EXPECT_EQ(bad({"--max-sessions=0"}).status, 1);
  EXPECT_EQ(bad({"--port"}).status, 1);
}

TEST(Options, BrowserbaseIsWhereItsVariablesSay) {
  const Options o = good({}, {"BROWSERBASE_BASE_URL=http://127.0.0.1:9/x", "BROWSERBASE_SESSION_CREATE_MAX_MS=1500"});
  EXPECT_EQ(o.browserbase_url, "http://127.0.0.1:9/x");
  EXPECT_EQ(o.browserbase_timeout, 1500ms);
  EXPECT_EQ(good({}).browserbase_url, "https://api.browserbase.com");
  for (const char* url : {"ws://x", "x", "http://user:password@x"})
    EXPECT_EQ(bad({"--browserbase-url", url}).status, 1) << url;
  EXPECT_EQ(bad({"--browserbase-timeout=soon"}).status, 1);
}

TEST(Options, ABadTokenIsNotEchoed) {
  EXPECT_EQ(bad({"--token=short-secret"}).err.find("short-secret"), std::string::npos);
}

TEST(Options, UnknownArgumentsAreIgnoredWithTheNearestName) {
  const Options o = good({"--node-options=--no-lazy", "--max-sesions=3"});
  ASSERT_EQ(o.warnings.size(), 2U);
  EXPECT_EQ(o.warnings[1], "unknown argument --max-sesions=3 is ignored; did you mean --max-sessions?");
  EXPECT_EQ(o.limits.max_sessions, 100U);
}

TEST(Options, VersionAndHelpAreAnsweredAnywhere) {
  EXPECT_NE(bad({"x", "--version"}).out.find("commit: "), std::string::npos);
  EXPECT_NE(bad({"--help"}).out.find("--max-sessions N"), std::string::npos);
}

TEST(BindPolicy, TheAddressesThatWereJudgedAreWhatIsListenedOn) {
  for (const char* text : {"127.0.0.3", "::1", "0.0.0.0"}) {
    const Host host = look_up_host(text).value();
    ASSERT_EQ(host.addresses.size(), 1U);
    EXPECT_EQ(host.addresses[0].to_string(), text);
  }
}

TEST(BindPolicy, BeyondTheLoopbackNeedsATokenOrTheOperatorsWord) {
  EXPECT_EQ(look_up_host("127.0.0.1").value().reach, Reach::loopback);
  EXPECT_EQ(look_up_host("::1").value().reach, Reach::loopback);
  EXPECT_EQ(look_up_host("0.0.0.0").value().reach, Reach::network);
  EXPECT_FALSE(check_bind(good({"--host=0.0.0.0"}), Reach::network).has_value());
  EXPECT_TRUE(check_bind(good({"--host=0.0.0.0", "--insecure"}), Reach::network).has_value());
  EXPECT_TRUE(check_bind(good({"--token=0123456789abcdef"}), Reach::network).has_value());
}

}  // namespace
}  // namespace app
