// Mutants that these catch: a value that no code can use is taken, or one that people write is refused.
#include "app/flag_values.h"

#include <gtest/gtest.h>

namespace app {
namespace {

using namespace std::chrono_literals;

TEST(FlagValues, DurationsHaveAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("10min"), 10min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("0"), 0s);
  EXPECT_EQ(parse_duration("300").error(), "a duration with a unit, such as 300ms, 300s, 300min or 300h");
  for (const char* text : {"", "s", "1 s", "1.5s", "-1s", "1m", "1d", "0x1s"})
    EXPECT_EQ(parse_duration(text).error(), "a duration with a unit, such as 500ms, 2s, 10min or 1h") << text;
}

TEST(FlagValues, AVariableInMillisecondsTakesABareNumber) {
  EXPECT_EQ(parse_duration("1500", BareNumber::milliseconds), 1500ms);
  EXPECT_EQ(parse_duration("2s", BareNumber::milliseconds), 2s);
}

TEST(FlagValues, OriginsAreWrittenAsBrowsersWriteThem) {
  EXPECT_EQ(parse_origins("https://App.Example/, http://localhost:5173,https://a.test:443,http://[::1]:8080"),
            (Texts{"https://app.example", "http://localhost:5173", "https://a.test", "http://[::1]:8080"}));
  EXPECT_EQ(parse_origins("chrome-extension://abcdefgh,app://localhost"),
            (Texts{"chrome-extension://abcdefgh", "app://localhost"}));
  EXPECT_EQ(parse_origins(""), Texts());
  for (const char* text : {"not an origin", "*", "null", "app.example", "https://", "https://app.example/path",
                           "https://me@app.example", "https://app.example?x", "https://app.example:0", "://x", "a,,b"})
    EXPECT_FALSE(parse_origins(text)) << text;
}

TEST(FlagValues, OwnHostsHaveNoPorts) {
  EXPECT_EQ(parse_own_hosts("belay.internal, 192.0.2.7,fd00::7,[fd00::8],my_host"),
            (Texts{"belay.internal", "192.0.2.7", "[fd00::7]", "[fd00::8]", "my_host"}));
  EXPECT_EQ(parse_own_hosts(""), Texts());
  for (const char* text : {"belay.internal:3000", "http://belay.internal", "a b", "[fd00", "a,", "*.internal"})
    EXPECT_FALSE(parse_own_hosts(text)) << text;
}

TEST(FlagValues, HostPatternsMayHaveAPort) {
  const auto read = [](Value text) { return parse_host_patterns(text, "usage"); };
  EXPECT_EQ(read("api.openai.com,*.example.com:8443,10.0.0.1,[::1]:80,::1,ollama:11434"),
            (Texts{"api.openai.com", "*.example.com:8443", "10.0.0.1", "[::1]:80", "::1", "ollama:11434"}));
  for (const char* text :
       {"", "https://api.openai.com", "api.openai.com/v1", "a b", "*", "*.", "a:b", "a:0", "a:70000", "a.*.b", "a,,b"})
    EXPECT_EQ(read(text).error(), "usage") << text;
}

TEST(FlagValues, NamesOfVariablesMayEndInAStar) {
  EXPECT_EQ(parse_variable_names("LANG,XDG_*"), (Texts{"LANG", "XDG_*"}));
  for (const char* text : {"*", "A=b", "A B", "1A", "A*B", "A,"}) EXPECT_FALSE(parse_variable_names(text)) << text;
}

TEST(FlagValues, UrlsAreHttpWithoutCredentials) {
  EXPECT_EQ(parse_http_url("http://127.0.0.1:9/x"), "http://127.0.0.1:9/x");
  for (const char* text : {"", "ws://x", "x", "http://me:secret@x", "ftp://x", "/path"})
    EXPECT_FALSE(parse_http_url(text)) << text;
}

TEST(FlagValues, AProgramCanBeRun) {
  EXPECT_EQ(parse_program("/bin/sh"), "/bin/sh");
  for (const char* text : {"/nonexistent", "/etc/passwd", "/tmp", ""}) EXPECT_FALSE(parse_program(text)) << text;
}

TEST(FlagValues, AddressesOfIPv6AreBracketed) {
  EXPECT_EQ(bracketed("::1"), "[::1]");
  EXPECT_EQ(bracketed("127.0.0.2"), "127.0.0.2");
  EXPECT_EQ(bracketed("localhost"), "localhost");
}

}  // namespace
}  // namespace app
