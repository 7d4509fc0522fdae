#include "app/options.h"

#include <map>

#include <gtest/gtest.h>

#include "app/bind_policy.h"
#include "app/flags.h"

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
       {"1000001h", "1000000000h", "1000000000min", "9223372036854775807ms", "9223372036854775808s"})
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

TEST(Options, FlagsOfOtherProgramsAreIgnoredWithAWarning) {
  const Options o = good({"--node-options=--no-lazy", "--enable-source-maps", "--inspect", "9229", "--no-lazy"});
  EXPECT_EQ(o.warnings,
            (Texts{"unknown argument --node-options is ignored", "unknown argument --enable-source-maps is ignored",
                   "unknown argument --inspect is ignored", "unknown argument --no-lazy is ignored"}));
}

// Mutants: the server starts, and without the limit, the token or the browser that somebody asked for.
TEST(Options, WhatLooksLikeOneOfOursIsRefusedWithItsName) {
  const auto told = [](std::vector<std::string> arguments) {
    const Exit exit = bad(std::move(arguments));
    EXPECT_EQ(exit.status, 1);
    return exit.err;
  };
  EXPECT_EQ(told({"--tokn-file", "x"}),
            "belay: unknown flag --tokn-file; did you mean --token-file? belay --help lists the flags\n");
  for (const char* near : {"--max-sesions=3", "--MAX_SESSIONS=3", "-max-sessions=3", "max-sessions=3", "--max-session"})
    EXPECT_NE(told({near}).find("did you mean --max-sessions?"), std::string::npos) << near;
  EXPECT_NE(told({"-p", "3000"}).find("unknown flag -p: each begins with two dashes"), std::string::npos);
  EXPECT_NE(told({"serve"}).find("\"serve\" is no flag"), std::string::npos);
  EXPECT_NE(told({""}).find("\"\" is no flag"), std::string::npos);
  EXPECT_NE(told({"--headless=maybe"}).find("\"maybe\" is not true or false"), std::string::npos);
  EXPECT_NE(told({"--headless", "maybe"}).find("a value of --headless is given as --headless=VALUE"),
            std::string::npos);
  EXPECT_NE(told({"--insecure", "false"}).find("a value of --insecure is given as"), std::string::npos);
}

TEST(Options, AValueBesideAnUnknownFlagIsNotEchoed) {
  EXPECT_EQ(bad({"--tokne=0123456789abcdef"}).err.find("0123456789abcdef"), std::string::npos);
  for (const std::string& warning : good({"--api-password-of-mine=0123456789abcdef"}).warnings)
    EXPECT_EQ(warning.find("0123456789abcdef"), std::string::npos);
}

TEST(Options, VariablesThatLookLikeOursAreRefusedToo) {
  EXPECT_EQ(bad({}, {"BELAY_TOKN=0123456789abcdef"}).err,
            "belay: unknown variable BELAY_TOKN; did you mean BELAY_TOKEN? Correct it or unset it\n");
  EXPECT_EQ(good({}, {"BELAY_SOURCE_DIR=/b", "BELAY_BINARY=belay"}).warnings,
            (Texts{"unknown variable BELAY_BINARY is ignored", "unknown variable BELAY_SOURCE_DIR is ignored"}));
  EXPECT_TRUE(
      good({}, {"BELAY_PORT=tcp://10.0.0.1:80", "BELAY_SERVICE_HOST=10.0.0.1", "BELAY_PORT_80_TCP=x"}).warnings.empty())
      << "of Kubernetes";
  for (const char* ours : {"BELAY_SEED=1", "BELAY_TEST_CHROMIUM=x", "BELAY_TEST_FOLDERS=x"}) good({}, {ours});
}

TEST(Options, HeadlessOfTheEnvironmentIsTrueOrFalse) {
  EXPECT_TRUE(good({}, {"HEADLESS=true"}).headless_env);
  const Options o = good({}, {"HEADLESS=1"});
  EXPECT_FALSE(o.headless_env);
  EXPECT_EQ(o.warnings, (Texts{"HEADLESS=1 is ignored; it is true or false"}));
}

TEST(Options, VersionAndHelpAreAnsweredAnywhere) {
  EXPECT_NE(bad({"x", "--version"}).out.find("commit: "), std::string::npos);
  EXPECT_NE(bad({"--help"}).out.find("--max-sessions N"), std::string::npos);
  for (const char* word : {"-h", "help"}) EXPECT_NE(bad({"--port=0", word}).out.find("Usage"), std::string::npos);
  for (const char* word : {"-v", "-V", "version"}) EXPECT_NE(bad({word}).out.find("commit: "), std::string::npos);
  EXPECT_EQ(good({"--host", "help"}).host, "help");
}

// --- every row of the table

const std::map<std::string_view, std::string>& examples_of_lists() {
  static const std::map<std::string_view, std::string> kExamples = {
      {"--chromium-env", "LANG"}, {"--dialogs", "alert=dismiss"}, {"--model-hosts", "a.test"},
      {"--tool-hosts", "a.test"}, {"--allowed-hosts", "a.test"},  {"--allowed-origins", "https://a.test"}};
  return kExamples;
}
Texts list_of(const Options& o, std::string_view flag) {
  if (flag == "--chromium-env") return o.chromium_environment;
  if (flag == "--dialogs") return {o.dialogs};
  if (flag == "--model-hosts") return o.models.outbound.hosts;
  if (flag == "--tool-hosts") return o.tool_hosts;
  return flag == "--allowed-hosts" ? o.allowed_hosts : o.allowed_origins;
}

// Mutant: what the variable allows is allowed beside what the flag says, and nobody sees it.
TEST(Flags, EveryListOfAFlagTakesThePlaceOfTheVariables) {
  std::size_t lists = 0;
  for (const Flag& flag : flags()) {
    if (!flag.value.contains("LIST")) continue;
    ++lists;
    ASSERT_TRUE(examples_of_lists().contains(flag.name)) << flag.name << ": give an example";
    const std::string example = examples_of_lists().at(flag.name);
    const std::string other = flag.name == "--dialogs" ? "alert=accept" : "https://b.test";
    const std::string variable = flag.name.ends_with("origins") || flag.name == "--dialogs" ? other : "B_TEST";
    const std::string entry = std::string(flag.environment) + "=" + variable;
    EXPECT_EQ(list_of(good({}, {entry}), flag.name), Texts{variable}) << flag.name;
    EXPECT_EQ(list_of(good({std::string(flag.name), example}, {entry}), flag.name), Texts{example}) << flag.name;
    EXPECT_TRUE(flag.clear) << flag.name;
    if (flag.name == "--dialogs") continue;
    EXPECT_EQ(list_of(good({std::string(flag.name), example, std::string(flag.name), variable}, {entry}), flag.name),
              (Texts{example, variable}))
        << flag.name << ", given twice";
  }
  EXPECT_EQ(lists, examples_of_lists().size());
}

TEST(Flags, EveryTimePathUrlAndSwitchIsCheckedAtTheStart) {
  const std::map<std::string_view, Texts> wrong = {{"TIME", {"300", "soon", ""}},
                                                   {"PATH", {"/nonexistent/x"}},
                                                   {"URL", {"not a url", "ftp://x", "http://me:secret@x"}},
                                                   {"BOOL", {"maybe"}},
                                                   {"LIST", {"two words", "https://x/y"}},
                                                   {"LIST|any", {"two words", "https://x/y", "any,a.test"}},
                                                   {"N", {"-1", "x", "1.5"}},
                                                   {"", {"maybe"}}};
  for (const Flag& flag : flags()) {
    if (!wrong.contains(flag.value)) continue;
    for (const std::string& value : wrong.at(flag.value)) {
      Options options;
      EXPECT_NE(flag.read(options, value), "") << flag.name << flag.environment << " " << value;
      if (value.empty() || flag.read_variable) continue;
      EXPECT_EQ(bad({}, {std::string(flag.environment) + "=" + value}).status, 1) << flag.environment << " " << value;
    }
  }
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
