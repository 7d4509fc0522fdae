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

TEST(Options, SayWhatModelCallsMayDo) {
  using Reach = net::OutboundPolicy::Reach;
  const ModelOptions plain = good({}).models;
  EXPECT_EQ(plain.outbound.reach, Reach::everywhere);
  EXPECT_TRUE(plain.outbound.hosts.empty());
  EXPECT_FALSE(plain.own_keys);
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

TEST(BindPolicy, BeyondTheLoopbackNeedsATokenOrTheOperatorsWord) {
  EXPECT_EQ(reach_of("127.0.0.1").value(), Reach::loopback);
  EXPECT_EQ(reach_of("::1").value(), Reach::loopback);
  EXPECT_EQ(reach_of("0.0.0.0").value(), Reach::network);
  EXPECT_FALSE(check_bind(good({"--host=0.0.0.0"}), Reach::network).has_value());
  EXPECT_TRUE(check_bind(good({"--host=0.0.0.0", "--insecure"}), Reach::network).has_value());
  EXPECT_TRUE(check_bind(good({"--token=0123456789abcdef"}), Reach::network).has_value());
}

}  // namespace
}  // namespace app
