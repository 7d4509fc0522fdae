#include "api/replays.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace api {
namespace {

using namespace std::chrono_literals;

ReplayAction action(std::string method, std::string url, int second) {
  ReplayAction out{.method = std::move(method), .parameters = "{}", .result = "{}", .url = std::move(url)};
  out.began = base::WallTime(std::chrono::seconds(second));
  out.ended = base::WallTime(std::chrono::seconds(second + 1));
  return out;
}

void record(Replays& replays, const std::string& session_id, ReplayAction action) {
  replays.keep(session_id, replays.draft(session_id, std::move(action)).written());
}

TEST(Replays, KnowNothingOfAnIdThatDidNothing) { EXPECT_EQ(Replays().of("s").json(), R"({"pages":[]})"); }

TEST(Replays, AreAPageForEachStretchOnOneUrl) {
  Replays replays;
  record(replays, "s", action("navigate", "http://a/", 1));
  record(replays, "s", action("act", "http://a/", 2));
  record(replays, "s", action("act", "http://b/", 4));
  EXPECT_EQ(replays.of("s").json(),
            R"({"pages":[{"url":"http://a/","timestamp":1000,"duration":2000,"actions":[)"
            R"({"method":"navigate","parameters":{},"result":{},"timestamp":1000,"endTime":2000},)"
            R"({"method":"act","parameters":{},"result":{},"timestamp":2000,"endTime":3000}]},)"
            R"({"url":"http://b/","timestamp":4000,"duration":1000,"actions":[)"
            R"({"method":"act","parameters":{},"result":{},"timestamp":4000,"endTime":5000}]}]})");
}

TEST(Replays, TellWhatAModelCost) {
  Replays replays;
  ReplayAction one = action("extract", "", 1);
  one.result = "[1]";
  one.input_tokens = 7;
  one.output_tokens = 3;
  one.reasoning_tokens = 2;
  one.cached_tokens = 5;
  one.model_time = 20ms;
  one.model_calls = 1;
  record(replays, "s", std::move(one));
  EXPECT_NE(replays.of("s").json().find(R"("result":{"value":[1]})"), std::string::npos);
  // Mutants: all for everybody, which the published shape forbids; or for nobody.
  const std::string published = replays.of("s").json();
  EXPECT_NE(published.find(R"("tokenUsage":{"inputTokens":7,"outputTokens":3,"timeMs":20})"), std::string::npos);
  const std::string all = replays.of("s").json(Tokens::all);
  EXPECT_NE(
      all.find(
          R"("tokenUsage":{"inputTokens":7,"outputTokens":3,"reasoningTokens":2,"cachedInputTokens":5,"timeMs":20})"),
      std::string::npos);
  EXPECT_TRUE(json::read(published) && json::read(all));
}

// Mutant: the body as it is.
TEST(Replays, KeepNoSecret) {
  const auto body =
      json::read(R"({"input":"x","streamResponse":true,"options":{"variables":{"p":"hunter2","q":{"value":"s3cret"}},)"
                 R"("model":{"modelName":"openai/m","apiKey":"sk-1","headers":{"a":"b"}}}})");
  EXPECT_EQ(replay_parameters(*body), R"({"input":"x","options":{"variables":{"p":{},"q":{}},"model":"openai/m"}})");
}

// Mutant: what is kept is not masked.
TEST(Replays, ShowNamesForValuesAndStarsForPasswords) {
  Replays replays;
  ReplayAction one = action("act", "http://me:pw@a/?q=the+value&token=t0ken", 1);
  one.parameters = R"({"input":{"arguments":["hunter2","x"],"n":12345},"url":"https://u:p@h/?sig=1"})";
  one.result =
      R"({"actions":[{"arguments":["the value"],"description":"type hunter2 and the%20value, not the valu"}]})";
  one.mask.variable("v", base::Secret("the value"));
  one.mask.password(base::Secret("hunter2"));
  one.mask.password(base::Secret("12345"));
  one.mask.password(base::Secret("x"));
  record(replays, "s", std::move(one));
  EXPECT_EQ(
      replays.of("s").json(),
      R"({"pages":[{"url":"http://me:***@a/?q=%v%&token=***","timestamp":1000,"duration":1000,"actions":[)"
      R"({"method":"act","parameters":{"input":{"arguments":["***","***"],"n":12345},"url":"https://u:***@h/?sig=***"},)"
      R"("result":{"actions":[{"arguments":["%v%"],"description":"type *** and %v%, not the valu"}]},)"
      R"("timestamp":1000,"endTime":2000}]}]})");
}

TEST(Replays, HideWhatWasHiddenBeforeInTheSameSession) {
  Replays replays;
  ReplayAction first = action("act", "", 1);
  first.mask.password(base::Secret("hunter2"));
  first.mask.variable("city", base::Secret("Rome"));
  record(replays, "s", std::move(first));
  for (const char* id : {"s", "t"}) {
    ReplayAction later = action("extract", "http://h/hunter2", 2);
    later.result = R"({"text":"hunter2 of Rome"})";
    record(replays, id, std::move(later));
  }
  EXPECT_NE(replays.of("s").json().find(R"("text":"*** of Rome")"), std::string::npos) << replays.of("s").json();
  EXPECT_NE(replays.of("s").json().find(R"("url":"http://h/***")"), std::string::npos);
  EXPECT_NE(replays.of("t").json().find(R"("text":"hunter2 of Rome")"), std::string::npos);
}

TEST(Replays, MaskTheLongestValueFirst) {
  ReplayMask mask;
  mask.variable("short", base::Secret("hunter"));
  mask.variable("long", base::Secret("hunter2"));
  mask.variable("shortest", base::Secret("hunt"));
  EXPECT_EQ(mask.text("hunter2 and hunter"), "%long% and %short%");
  EXPECT_EQ(mask.text("nothing"), "nothing");
  for (std::size_t n = 3; n <= ReplayMask::kMost; ++n) mask.variable("n", base::Secret(std::to_string(1000 + n)));
  EXPECT_EQ(mask.text("nothing"), "***");
}

// Mutant: each is hidden from where the one before it ends.
TEST(Replays, MaskAllOfValuesThatOverlap) {
  ReplayMask mask;
  mask.variable("a", base::Secret("abcd"));
  mask.variable("b", base::Secret("cdefgh"));
  mask.variable("c", base::Secret("ghi"));
  EXPECT_EQ(mask.text("abcdefghi, abcdabcd, xcdefghx"), "%b%, %a%%a%, x%b%x");
  EXPECT_EQ(mask.text("abc cdefg hi"), "abc cdefg hi");
}

TEST(Replays, MaskWhatAddressesAndFormsMakeOfAValue) {
  ReplayMask mask;
  mask.variable("v", base::Secret("a b/c"));
  mask.password(base::Secret("  "));
  EXPECT_EQ(mask.text("http://h/a%20b%2Fc?q=a+b%2Fc and a b/c  "), "http://h/%v%?q=%v% and %v%  ");
  EXPECT_EQ(mask.text("  "), "***");
}

// What takes time that is quadratic in the text, or in the values, does not come to an end here.
TEST(Replays, MaskAHostileTextInLinearTime) {
  ReplayMask mask;
  for (std::size_t n = 0; n < 60; ++n)
    mask.variable(std::to_string(n), base::Secret(std::string(32'000 + n, 'a') + (n < 30 ? "b" : "")));
  EXPECT_EQ(mask.text(std::string(32'000 - 1, 'a')), std::string(32'000 - 1, 'a'));
  EXPECT_EQ(mask.text(std::string(60'000, 'a')), "%59%");
  EXPECT_EQ(mask.text(std::string(60'000, 'a') + "b"), "%59%");
}

// Mutant: what an operation hides is known once it has been written.
TEST(Replays, HideInALaterOneWhatAnEarlierOneHidThatIsStillBeingWritten) {
  Replays replays;
  ReplayAction first = action("act", "", 1);
  first.mask.password(base::Secret("hunter2"));
  const Replays::Draft slow = replays.draft("s", std::move(first));
  ReplayAction later = action("extract", "", 2);
  later.result = R"({"text":"hunter2"})";
  record(replays, "s", std::move(later));
  replays.keep("s", slow.written());
  const std::string told = replays.of("s").json();
  EXPECT_NE(told.find(R"("text":"***")"), std::string::npos) << told;
  EXPECT_LT(told.find(R"("method":"act")"), told.find(R"("method":"extract")"));  // in the order of their ends
}

// Mutants: the values do not count; what is left out counts.
TEST(Replays, TellHowMuchThereIsToDo) {
  Replays replays({.action_bytes = 1000});
  ReplayAction one = action("act", std::string(100, 'u'), 1);
  one.parameters = std::string(1000, 'p');
  one.result = R"({})";
  ReplayAction other = one;
  const std::size_t plain = replays.draft("s", one).work();
  EXPECT_EQ(plain, 1102U);
  other.mask.variable("v", base::Secret("a value"));
  EXPECT_EQ(replays.draft("s", other).work(), 4 * plain);
  one.parameters += 'p';
  EXPECT_EQ(replays.draft("t", one).work(), 102U);
}

TEST(Replays, KeepNoSecretOfACallersTools) {
  const auto body =
      json::read(R"({"agentConfig":{"tools":[{"name":"w","url":"http://h/?key=s3cret","headers":{"a":"s3cret"}},)"
                 R"({"mcp":"https://u:s3cret@host:1/p?s3cret","headers":{"a":"s3cret"}}]}})");
  EXPECT_EQ(replay_parameters(*body), R"({"agentConfig":{"tools":[{"name":"w"},{"mcp":"host"}]}})");
}

TEST(Replays, AreBounded) {
  Replays replays({.sessions = 2, .actions = 2, .action_bytes = 10});
  for (const char* id : {"a", "b", "a", "c"}) record(replays, id, action("act", "", 1));
  EXPECT_EQ(replays.of("b").json(), R"({"pages":[]})");
  EXPECT_NE(replays.of("a").json(), R"({"pages":[]})");
  ReplayAction long_one = action("second", "", 1);
  long_one.result = R"({"text":"0123456789"})";
  record(replays, "c", action("first", "", 1));
  record(replays, "c", std::move(long_one));
  const std::string told = replays.of("c").json();
  EXPECT_EQ(told.find("\"act\""), std::string::npos);
  EXPECT_NE(told.find(R"("result":{"omitted":21})"), std::string::npos);
}

TEST(Replays, AreBoundedInBytesAllTogether) {
  Replays replays({.bytes = 300});
  for (const char* id : {"a", "b", "c", "d"}) record(replays, id, action("act", "", 1));
  EXPECT_EQ(replays.of("a").json(), R"({"pages":[]})");
  EXPECT_NE(replays.of("d").json(), R"({"pages":[]})");
}

// Mutant: bytes counted over sessions alone. A client that sends megabytes to one session would grow it without bound.
TEST(Replays, AreBoundedInBytesInOneSession) {
  Replays replays({.action_bytes = 50, .bytes = 300});
  for (int n = 0; n < 10; ++n) {
    ReplayAction one = action(std::to_string(n), "", 1);
    one.parameters = replay_parameters(json::Object{{"text", std::string(1000, 'x')}}, 50);
    record(replays, "a", std::move(one));
  }
  const std::string told = replays.of("a").json();
  EXPECT_LT(told.size(), 400u);
  EXPECT_EQ(told.find(R"("method":"0")"), std::string::npos);
  EXPECT_NE(told.find(R"("method":"9","parameters":{"omitted":1011})"), std::string::npos);
}

// Mutants: it is cut before it is masked; it is kept as it is.
TEST(Replays, ShortenLongUrls) {
  Replays replays({.url_bytes = 20});
  ReplayAction one = action("act", "http://host/?q=0123456789abcdef" + std::string(1'000'000, 'u'), 1);
  one.mask.variable("v", base::Secret("0123456789abcdef"));
  record(replays, "s", std::move(one));
  EXPECT_NE(replays.of("s").json().find(R"("url":"http://host/?q=%v%uu…")"), std::string::npos)
      << replays.of("s").json();
}

// Mutants: URLs do not count; masks do not.
TEST(Replays, CountTheirUrlsAndMasks) {
  Replays urls({.url_bytes = 100'000, .bytes = 300'000});
  for (int n = 0; n < 10; ++n) record(urls, "s", action("act", "http://h/" + std::string(1'000'000, 'u'), n));
  const std::size_t bytes = urls.of("s").bytes();
  EXPECT_GT(bytes, 200'000U);
  EXPECT_LE(bytes, 300'000U);
  EXPECT_LT(urls.of("s").json().size(), 310'000U);
  Replays masks({.bytes = 30'000});
  for (int n = 0; n < 100; ++n) {
    ReplayAction one = action("act", "", n);
    for (int i = 0; i < 50; ++i) one.mask.variable("v", base::Secret(std::string(1000, 'v') + std::to_string(i)));
    record(masks, std::to_string(n), std::move(one));
  }
  EXPECT_GT(masks.of("99").bytes(), 50 * sizeof(base::Fingerprint));
  EXPECT_LT(masks.of("99").bytes(), 20'000U);  // however long the values are
  EXPECT_EQ(masks.of("90").bytes(), 0U);
}

// Whoever writes it out may be a worker, while the session goes on.
TEST(Replays, AreWrittenOutAsTheyWereWhenAsked) {
  Replays replays({.actions = 1});
  record(replays, "s", action("first", "", 1));
  const Replays::Replay then = replays.of("s");
  record(replays, "s", action("second", "", 2));
  EXPECT_NE(then.json().find("first"), std::string::npos);
  EXPECT_EQ(then.json().find("second"), std::string::npos);
  EXPECT_NE(replays.of("s").json().find("second"), std::string::npos);
  EXPECT_GE(then.bytes(), std::string_view("first").size());
}

TEST(Replays, KeepNoSecretOfTheModelThatExecutes) {
  const auto body = json::read(R"({"agentConfig":{"executionModel":{"modelName":"openai/m","apiKey":"sk-1"}}})");
  EXPECT_EQ(replay_parameters(*body), R"({"agentConfig":{"executionModel":"openai/m"}})");
}

// Its members are names that the caller chose.
TEST(Replays, KeepASchemaAsItIs) {
  const std::string text = R"({"schema":{"properties":{"model":{"type":"string"},"tools":{"type":"array"}}}})";
  EXPECT_EQ(replay_parameters(*json::read(text)), text);
}

// Mutant: what a session has dropped counts again when the session goes, and takes the others with it.
TEST(Replays, DropWithASessionWhatIsKeptOfItAndNoMore) {
  Replays replays({.sessions = 2, .actions = 1});
  for (const char* id : {"a", "a", "a", "a", "a", "b", "c"}) record(replays, id, action("act", "", 1));
  EXPECT_EQ(replays.of("a").json(), R"({"pages":[]})");
  EXPECT_NE(replays.of("b").json(), R"({"pages":[]})");
  EXPECT_EQ(replays.of("b").bytes(), replays.of("c").bytes());
}

}  // namespace
}  // namespace api
