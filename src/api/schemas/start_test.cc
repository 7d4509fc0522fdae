#include "api/schemas/start.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"

namespace api::schemas {
namespace {

std::string issues(std::string_view body) { return json::write(json::to_array(check_start_body(*json::read(body)))); }
std::string launch_issues(std::string_view options) {
  return issues(fmt::format(R"({{"modelName":"m","browser":{{"type":"local","launchOptions":{}}}}})", options));
}
engine::SessionConfig config(std::string_view browser) {
  return session_config(*json::read(fmt::format(R"({{"modelName":"m","browser":{}}})", browser)), {});
}

TEST(Start, SaysHowLongActsMayTakeAndWhatTheyTouchWith) {
  const auto read = [](std::string_view more) {
    return session_config(*json::read(fmt::format(R"({{"modelName":"m"{}}})", more)), {});
  };
  EXPECT_FALSE(read("").act_timeout);
  EXPECT_EQ(read(R"(,"actTimeoutMs":1000)").act_timeout, base::Milliseconds(1000));
  EXPECT_EQ(read(R"(,"actTimeoutMs":1e300)").act_timeout, base::Milliseconds(86'400'000));
  for (const char* none : {R"(,"actTimeoutMs":0)", R"(,"actTimeoutMs":-5)"}) EXPECT_FALSE(read(none).act_timeout);
  EXPECT_FALSE(read("").use_touch);
  EXPECT_TRUE(read(R"(,"useTouch":true)").use_touch);
}

TEST(Start, RefusesLaunchOptionsThatNoBrowserTakes) {
  EXPECT_EQ(launch_issues(R"({"port":70000})"), R"([{"code":"custom","path":["browser","launchOptions","port"],)"
                                                R"("message":"port must be a whole number from 0 to 65535"}])");
  EXPECT_EQ(launch_issues(R"({"viewport":{"width":0,"height":1}})"),
            R"([{"code":"custom","path":["browser","launchOptions","viewport","width"],)"
            R"("message":"width must be a whole number from 1 to 10000000"}])");
  EXPECT_EQ(launch_issues(R"({"args":["--a","--b\u0000c"]})"),
            R"([{"code":"custom","path":["browser","launchOptions","args",1],)"
            R"("message":"args must be switches without NUL characters"}])");
  for (const char* bad : {R"({"port":-1})",
                          R"({"port":80.5})",
                          R"({"viewport":{"width":1,"height":-5}})",
                          R"({"viewport":{"width":1.5,"height":5}})",
                          R"({"viewport":{"width":1,"height":10000001}})",
                          R"({"deviceScaleFactor":0})",
                          R"({"deviceScaleFactor":-1})",
                          R"({"connectTimeoutMs":0})",
                          R"({"connectTimeoutMs":-1})",
                          R"({"connectTimeoutMs":1e300})",
                          R"({"proxy":{"server":""}})",
                          R"({"proxy":{"server":"a\u0000"}})",
                          R"({"proxy":{"server":"a","bypass":"\u0000"}})",
                          R"({"executablePath":""})",
                          R"({"userDataDir":""})",
                          R"({"locale":""})",
                          R"({"locale":"de_DE.UTF-8"})",
                          R"({"locale":"--lang"})",
                          R"({"locale":"d"})",
                          R"({"proxy":{"server":"ftp://h:21"}})",
                          R"({"proxy":{"server":"http://"}})",
                          R"({"proxy":{"server":"http://h:99999"}})",
                          R"({"proxy":{"server":"socks4a://h:1"}})",
                          R"({"proxy":{"server":"socks5://u:p@h:1"}})",
                          R"({"proxy":{"server":"socks5://h:1","username":"u"}})",
                          R"({"proxy":{"server":"http://u:p@h:1","username":"u"}})",
                          R"({"downloadsPath":""})",
                          R"({"userDataDir":"/a\u0000b"})"})
    EXPECT_NE(launch_issues(bad).find(R"("code":"custom")"), std::string::npos) << bad;
  for (const char* good : {"{}", R"({"port":0})", R"({"port":65535})", R"({"viewport":{"width":1,"height":10000000}})",
                           R"({"deviceScaleFactor":1.5})", R"({"connectTimeoutMs":1})", R"({"proxy":{"server":"a:1"}})",
                           R"({"locale":"zh-Hant-TW"})", R"({"proxy":{"server":"http://u:p@h:1"}})",
                           R"({"proxy":{"server":"http=a:1;https=b:2"}})", R"({"cdpUrl":"garbage"})",
                           R"({"cdpUrl":""})", R"({"args":[]})", R"({"cdpHeaders":{"X-Y":"a\tb é"}})"})
    EXPECT_EQ(launch_issues(good), "[]") << good;
}

std::string repeated(std::string_view what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += (i ? "," : "") + fmt::format(fmt::runtime(what), i);
  return out;
}

// Mutant: as many issues as there are wrong values, twenty times as long as these.
TEST(Start, StopsLookingAtValuesAfterAHundredIssues) {
  const auto count = [](const std::string& options) {
    return check_start_body(*json::read(R"({"modelName":"m","browser":{"launchOptions":)" + options + "}}"));
  };
  const json::Issues args = count(R"({"args":[)" + repeated(R"("\u0000")", 1000) + "]}");
  ASSERT_EQ(args.size(), 101U);
  EXPECT_EQ(json::write(args.back().body),
            R"({"code":"custom","path":["browser","launchOptions","args"],)"
            R"("message":"900 more entries were not checked: there are 100 issues or more before"})");
  const json::Issues headers = count(R"({"cdpHeaders":{)" + repeated(R"("n {}":"\u0000")", 100) + "}}");
  ASSERT_EQ(headers.size(), 101U);
  EXPECT_EQ(headers.back().body.at("message"), "50 more entries were not checked: there are 100 issues or more before");
}

TEST(Start, BoundsHowManySwitchesAndHeadersThereAre) {
  const std::string switches = "[" + repeated(R"("")", 1001) + "]";
  const std::string headers = "{" + repeated(R"("h{}":"")", 101) + "}";
  for (const auto& [name, value, most] : {std::tuple("args", switches, "1000 entries, received 1001"),
                                          std::tuple("ignoreDefaultArgs", switches, "1000 entries, received 1001"),
                                          std::tuple("cdpHeaders", headers, "100 entries, received 101")})
    EXPECT_EQ(launch_issues(fmt::format(R"({{"{}":{}}})", name, value)),
              fmt::format(R"([{{"code":"custom","path":["browser","launchOptions","{}"],)"
                          R"("message":"Too big: expected at most {}"}}])",
                          name, most));
  EXPECT_EQ(issues(R"({"modelName":"m","model":{"modelName":"m","headers":)" + headers + "}}"),
            R"([{"code":"custom","path":["model","headers"],)"
            R"("message":"Too big: expected at most 100 entries, received 101"}])");
}

// Mutant: they are taken, and win over the server's own.
TEST(Start, RefusesSwitchesThatTheServerGivesItself) {
  EXPECT_EQ(
      launch_issues(R"({"args":["--mute-audio","--user-data-dir=/profile"]})"),
      R"([{"code":"custom","path":["browser","launchOptions","args",1],"message":"args must be switches that the )"
      R"(server does not give itself: instead of --user-data-dir use launchOptions.userDataDir"}])");
  EXPECT_EQ(launch_issues(R"({"args":["--proxy-server=http://me:hunter2@h:1"]})"),
            R"([{"code":"custom","path":["browser","launchOptions","args",0],"message":"args must be without )"
            R"(credentials, which everybody on the machine can read there: instead of --proxy-server use )"
            R"(launchOptions.proxy"}])");
  for (const auto& [bad, option] : {std::pair("-user-data-dir=/a", "userDataDir"),
                                    {" --user-data-dir=/a", "userDataDir"},
                                    {"--headless", "headless"},
                                    {"--headless=old", "headless"},
                                    {"--remote-debugging-port=9222", "port"},
                                    {"--remote-debugging-pipe", "port"},
                                    {"--remote-debugging-address=0.0.0.0", "port"},
                                    {"--proxy-server=http=a:1;https=u:p@b:2", "proxy"}})
    EXPECT_NE(launch_issues(fmt::format(R"({{"args":["{}"]}})", bad)).find(fmt::format("launchOptions.{}\"", option)),
              std::string::npos)
        << bad;
  for (const char* good : {"--no-sandbox", "--proxy-server=http://h:1", "--headlessness", "--user-data-dirs",
                           "headless", "--remote-allow-origins=*", "http://h/?--headless", "--app=http://h/@x?a@b#c@d",
                           "--x=a:b@c", "--x=http:///", "", "-", "--", "--=a@b"})
    EXPECT_EQ(launch_issues(fmt::format(R"({{"args":["{}"]}})", good)), "[]") << good;
  for (const char* bad : {"--proxy-pac-url=http://u:p@h/", "--proxy-pac-url=https:/u@h", "--app=http:////u:p@h",
                          "--a=x:y,http://a/b http://u:p@h", "http://u:p@h/"})
    EXPECT_EQ(launch_issues(fmt::format(R"({{"args":["{}"]}})", bad)),
              R"([{"code":"custom","path":["browser","launchOptions","args",0],"message":"args must be without a )"
              R"(user's name or password in a URL, which everybody on the machine can read there"}])")
        << bad;
  EXPECT_EQ(launch_issues(R"({"cdpUrl":"ws://h","args":["--headless"]})"), "[]") << "nobody is launched";
  EXPECT_EQ(issues(R"({"modelName":"m","browser":{"type":"local","cdpUrl":"ws://h",)"
                   R"("launchOptions":{"args":["--headless"]}}})"),
            "[]");
}

TEST(Start, TellsWhatIsWrongWithAProxy) {
  EXPECT_EQ(
      launch_issues(R"({"proxy":{"server":"ftp://u:p@h:21"}})"),
      R"([{"code":"custom","path":["browser","launchOptions","proxy","server"],"message":"server must be an http, )"
      R"(https, socks4 or socks5 proxy, such as http://host:3128 or socks5://host:1080"}])");
  EXPECT_EQ(
      launch_issues(R"({"proxy":{"server":"socks5://h:1","username":"u","password":"p"}})"),
      R"([{"code":"custom","path":["browser","launchOptions","proxy","username"],"message":"username must be absent )"
      R"(for a socks proxy: Chromium logs in to http and https proxies only"}])");
}

TEST(Start, TakesTheCredentialsOfAProxyOutOfItsUrl) {
  const auto session = config(R"({"type":"local","launchOptions":{"proxy":{"server":"http://me:p%40@h:1"}}})");
  const auto& proxy = std::get<engine::LaunchOptions>(session.browser).proxy;
  EXPECT_EQ(proxy->server, "http://h:1");
  EXPECT_EQ(proxy->username, "me");
  EXPECT_EQ(proxy->password.reveal(), "p@");
}

TEST(Start, LetsNoHeaderLineInThroughCdpHeaders) {
  EXPECT_EQ(launch_issues(R"({"cdpHeaders":{"Authorization":"secret\r\nX: y"}})"),
            R"([{"code":"custom","path":["browser","launchOptions","cdpHeaders","Authorization"],)"
            R"("message":"Authorization must be text without line breaks and control characters"}])");
  for (const char* name : {"", "a b", "a:b", "a\\r\\nb", "ä"})
    EXPECT_NE(launch_issues(fmt::format(R"({{"cdpHeaders":{{"{}":"x"}}}})", name)).find("tokens"), std::string::npos);
}

TEST(Start, AcceptsALocalBrowserWithNothingElse) {
  EXPECT_EQ(issues(R"({"modelName":"m","browser":{"type":"local"}})"), "[]");
  EXPECT_EQ(issues(R"({"modelName":"m","browser":{"type":"local","cdpUrl":""}})"), "[]");
  const auto session = config(R"({"type":"local","cdpUrl":""})");
  EXPECT_TRUE(session.eager);
  EXPECT_TRUE(std::holds_alternative<engine::LaunchOptions>(session.browser));
}

TEST(Start, AttachesLazilyToTheBrowsersUrlAndEagerlyToTheLaunchOptions) {
  auto session =
      config(R"({"type":"local","cdpUrl":"ws://a","launchOptions":{"cdpUrl":"ws://b","cdpHeaders":{"k":"v"}}})");
  EXPECT_FALSE(session.eager);
  EXPECT_EQ(std::get<engine::AttachOptions>(session.browser).cdp_url, "ws://a");
  EXPECT_EQ(std::get<engine::AttachOptions>(session.browser).headers.at("k"), "v");
  session = config(R"({"type":"local","launchOptions":{"cdpUrl":"ws://b","viewport":{"width":10,"height":20}}})");
  EXPECT_TRUE(session.eager);
  EXPECT_EQ(std::get<engine::AttachOptions>(session.browser).cdp_url, "ws://b");
  EXPECT_EQ(std::get<engine::AttachOptions>(session.browser).page.viewport->width, 10);
}

TEST(Start, CarriesEveryLaunchOption) {
  const auto session = config(R"({"type":"local","launchOptions":{"args":["--x"],"executablePath":"/e","port":9,
    "userDataDir":"/u","preserveUserDataDir":true,"headless":true,"devtools":true,"chromiumSandbox":false,
    "ignoreDefaultArgs":["--y"],"proxy":{"server":"s","bypass":"b","username":"n","password":"p"},"locale":"de",
    "viewport":{"width":3,"height":4},"deviceScaleFactor":2,"hasTouch":true,"ignoreHTTPSErrors":true,
    "connectTimeoutMs":5,"downloadsPath":"/d","acceptDownloads":false}})");
  const auto& launch = std::get<engine::LaunchOptions>(session.browser);
  EXPECT_EQ(launch.args, std::vector<std::string>{"--x"});
  EXPECT_EQ(launch.executable_path, "/e");
  EXPECT_EQ(launch.port, 9);
  EXPECT_EQ(launch.user_data_dir, "/u");
  EXPECT_TRUE(launch.preserve_user_data_dir);
  EXPECT_EQ(launch.headless, true);
  EXPECT_TRUE(launch.devtools);
  EXPECT_EQ(launch.chromium_sandbox, false);
  EXPECT_FALSE(launch.ignore_default_args.all);
  EXPECT_EQ(launch.ignore_default_args.exactly, std::vector<std::string>{"--y"});
  EXPECT_EQ(launch.proxy->server, "s");
  EXPECT_EQ(launch.proxy->bypass, "b");
  EXPECT_EQ(launch.proxy->username, "n");
  EXPECT_EQ(launch.proxy->password.reveal(), "p");
  EXPECT_EQ(launch.locale, "de");
  EXPECT_EQ(launch.viewport->height, 4);
  EXPECT_EQ(launch.device_scale_factor, 2.0);
  EXPECT_TRUE(launch.has_touch);
  EXPECT_TRUE(launch.ignore_https_errors);
  EXPECT_EQ(launch.connect_timeout, base::Milliseconds(5));
  EXPECT_EQ(launch.downloads_path, "/d");
  EXPECT_EQ(launch.accept_downloads, false);
  EXPECT_TRUE(
      std::get<engine::LaunchOptions>(config(R"({"type":"local","launchOptions":{"ignoreDefaultArgs":true}})").browser)
          .ignore_default_args.all);
}

TEST(Start, ReadsTheVerbosityAsNumberAndAsText) {
  const auto verbose = [](std::string_view level) {
    return session_config(*json::read(fmt::format(R"({{"modelName":"m","verbose":{},"selfHeal":false}})", level)), {})
        .verbose;
  };
  EXPECT_EQ(verbose("2"), 2);
  EXPECT_EQ(verbose("0.0"), 0);
  EXPECT_EQ(verbose("\"2\""), 2);
  EXPECT_EQ(session_config(*json::read(R"({"modelName":"m"})"), {}).verbose, 1);
}

TEST(Start, ReadsHowLongAPageMayTakeToSettle) {
  const auto budget = [](std::string_view given) {
    return session_config(*json::read(fmt::format(R"({{"modelName":"m"{}}})", given)), {}).dom_settle_timeout.count();
  };
  EXPECT_EQ(budget(""), 5000);
  EXPECT_EQ(budget(R"(,"domSettleTimeoutMs":250.5)"), 250);
  EXPECT_EQ(budget(R"(,"domSettleTimeoutMs":0)"), 0);
  EXPECT_EQ(budget(R"(,"domSettleTimeoutMs":-1)"), 0);
  EXPECT_EQ(budget(R"(,"domSettleTimeoutMs":1e300)"), 600'000);
}

TEST(Start, ChecksLanguageThenNameThenProvider) {
  const auto refusal = [](std::string_view model, std::optional<std::string_view> language) {
    return refuse_start(*json::read(fmt::format(R"({{"modelName":"{}"}})", model)), language).value_or("");
  };
  EXPECT_EQ(refusal("", "go"), "Invalid client language header");
  EXPECT_EQ(refusal("m", "TypeScript"), "Invalid client language header");
  EXPECT_EQ(refusal("", "python"), "Missing required model name");
  EXPECT_EQ(refusal("/bar", ""), "Invalid model: /bar");
  EXPECT_EQ(refusal("OpenAI/x", std::nullopt), "Invalid provider: OpenAI");
  EXPECT_EQ(refusal("openai/x/y", "typescript"), "");
  EXPECT_EQ(refusal("anything", std::nullopt), "");
}

}  // namespace
}  // namespace api::schemas
