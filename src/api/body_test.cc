#include "api/body.h"

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "json/write.h"

namespace api {
namespace {

// The JSON that a body means, or "<status> <body>" of its refusal.
std::string parsed(std::optional<std::string> type, std::string body, std::string method = "POST") {
  net::HttpRequest request{.method = std::move(method), .target = "/", .headers = {}, .body = std::move(body)};
  if (type) request.headers.add("content-type", *type);
  const auto out = parse_body(request);
  if (const auto* value = std::get_if<json::Value>(&out)) return json::write(*value);
  const auto& refusal = std::get<net::HttpResponse>(out);
  return std::to_string(refusal.status) + " " + refusal.body;
}

const std::string kNotJson =
    R"(400 {"error":"Body is not valid JSON but content-type is set to 'application/json'","statusCode":400})";
const std::string kUnsupported = R"(415 {"error":"Unsupported Media Type","statusCode":415})";

TEST(Body, IsJsonByItsType) {
  for (const char* type : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                           "application/json;charset=latin1", " application/json ;x"})
    EXPECT_EQ(parsed(type, R"({"a": [1, "é"]})"), R"({"a":[1,"é"]})") << type;
  EXPECT_EQ(parsed("application/json", "null"), "null");
  EXPECT_EQ(parsed("application/json", " 5 "), "5");
}

// The Python SDK sends this to /end.
TEST(Body, OfNoBytesIsAnEmptyObjectForJsonAndNullWithoutAType) {
  EXPECT_EQ(parsed("application/json", ""), "{}");
  EXPECT_EQ(parsed(std::nullopt, ""), "null");
  EXPECT_EQ(parsed("text/plain", ""), R"("")");
}

TEST(Body, OfTextIsAString) {
  EXPECT_EQ(parsed("text/plain", R"({"a":1})"), R"("{\"a\":1}")");
  EXPECT_EQ(parsed("TEXT/PLAIN; charset=utf-8", "x"), R"("x")");
  EXPECT_EQ(parsed("text/plain", "\xff"), "\"\xef\xbf\xbd\"");
}

TEST(Body, OfAnyOtherTypeIsRefused) {
  for (const char* type : {"application/x-www-form-urlencoded", "application/vnd.api+json", "application/jsonx",
                           "text/html", "garbage", "", "multipart/form-data; boundary=x"})
    EXPECT_EQ(parsed(type, "{}"), kUnsupported) << type;
  EXPECT_EQ(parsed(std::nullopt, "{}"), kUnsupported);
}

TEST(Body, ThatIsNoJsonClosesTheConnection) {
  for (const char* body : {"{bad", "{}x", "\xff\xfe", "[1,]", "{'a':1}", "\xef\xbb\xbf", "nul", "\"\n\""})
    EXPECT_EQ(parsed("application/json", body), kNotJson) << body;
  net::HttpRequest request{.method = "POST", .target = "/", .headers = {}, .body = "{"};
  request.headers.add("content-type", "application/json");
  const auto out = parse_body(request);
  EXPECT_EQ(std::get<net::HttpResponse>(out).headers.find("connection"), "close");
}

TEST(Body, MayBeginWithAByteOrderMark) { EXPECT_EQ(parsed("application/json", "\xef\xbb\xbf{\"a\":1}"), R"({"a":1})"); }

TEST(Body, TakesTheLastOfEqualKeys) { EXPECT_EQ(parsed("application/json", R"({"a":1,"a":2})"), R"({"a":2})"); }

TEST(Body, ThatPoisonsPrototypesIsRefused) {
  for (const char* body : {R"({"__proto__":{}})", R"([{"a":{"__proto__":1}}])", R"({"constructor":{"prototype":{}}})",
                           R"({"x":[{"constructor":{"prototype":1}}]})", R"({"\u005f_proto__":1})"})
    EXPECT_EQ(parsed("application/json", body), kNotJson) << body;
  for (const char* body : {R"({"constructor":{"x":1}})", R"({"constructor":"prototype"})", R"({"prototype":{}})",
                           R"(["__proto__"])", R"({"proto__":1})"})
    EXPECT_EQ(parsed("application/json", body), body);
}

TEST(Body, OfAGetIsIgnored) {
  EXPECT_EQ(parsed("application/json", "{bad", "GET"), "null");
  EXPECT_EQ(parsed("garbage", "x", "HEAD"), "null");
}

TEST(Body, NestsAsDeepAsTheReaderAllowsAndNoDeeper) {
  const auto deep = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_EQ(parsed("application/json", deep(500)), deep(500));
  EXPECT_EQ(parsed("application/json", deep(500'000)), kNotJson);
}

std::string parsed_by(BodyParser& parser, std::size_t size) {
  aio::testing::Scheduler scheduler(1);
  aio::testing::ManualClock clock;
  net::HttpRequest request{.method = "POST", .target = "/", .headers = {}, .body = std::string(size, ' ') + "1"};
  request.headers.add("content-type", "application/json");
  const auto out =
      aio::testing::run_on(scheduler, clock, parser.parse(request, [](json::Value value) { return value; }));
  return out ? json::write(std::get<json::Value>(*out)) : "come again";
}

// Bodies come faster than they are parsed. Mutants: no limit; one that counts small bodies; what was parsed still
// counts.
TEST(Body, ThatIsLargeIsParsedByTheWorkersAsFarAsThereIsRoom) {
  Offload offload(nullptr);
  BodyParser parser(offload, 200'000);
  EXPECT_EQ(parsed_by(parser, 1000), "1");
  EXPECT_EQ(offload.given_away(), 0U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(parsed_by(parser, 150'000), "1");
  EXPECT_EQ(offload.given_away(), 3U);
  EXPECT_EQ(parsed_by(parser, 250'000), "come again");
  BodyParser none(offload, 0);
  EXPECT_EQ(parsed_by(none, 1000), "1");
}

}  // namespace
}  // namespace api
