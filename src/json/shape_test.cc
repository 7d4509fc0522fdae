#include "json/shape.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"

namespace json {
namespace {

// The issues as they go over the wire; "[]" when it fits.
std::string issues(const Shape& shape, std::string_view text) {
  const auto value = *read(text);
  return write(to_array(shape.check(&value)));
}
bool fits(const Shape& shape, std::string_view text) { return issues(shape, text) == "[]"; }

TEST(Shape, NamesEveryTypeAsTheReferenceDoes) {
  EXPECT_EQ(issues(string(), "1"), R"([{"expected":"string","code":"invalid_type","path":[],)"
                                   R"("message":"Invalid input: expected string, received number"}])");
  for (const auto& [text, name] : {std::pair("null", "null"), {"true", "boolean"}, {"[]", "array"}, {"{}", "object"}})
    EXPECT_NE(issues(string(), text).find(std::string("received ") + name), std::string::npos) << text;
  EXPECT_EQ(write(to_array(number().check(nullptr))),
            R"([{"expected":"number","code":"invalid_type","path":[],)"
            R"("message":"Invalid input: expected number, received undefined"}])");
  EXPECT_NE(issues(map_of(string()), "[]").find(R"("expected":"record")"), std::string::npos);
  EXPECT_FALSE(fits(number(), "1e400"));
}

TEST(Shape, GivesWholePathsThroughObjectsAndArrays) {
  const Shape shape = object({{"a", array_of(map_of(boolean()))}});
  EXPECT_EQ(issues(shape, R"({"a":[{},{"x y":1}]})"),
            R"([{"expected":"boolean","code":"invalid_type","path":["a",1,"x y"],)"
            R"("message":"Invalid input: expected boolean, received number"}])");
}

TEST(Shape, ReportsUnknownKeysOfStrictObjectsLast) {
  const Shape shape = strict_object({{"a", string()}});
  EXPECT_EQ(issues(shape, R"({"x\"":1,"y":2})"), R"([{"expected":"string","code":"invalid_type","path":["a"],)"
                                                 R"("message":"Invalid input: expected string, received undefined"},)"
                                                 R"({"code":"unrecognized_keys","keys":["x\"","y"],"path":[],)"
                                                 R"("message":"Unrecognized keys: \"x\\\"\", \"y\""}])");
  EXPECT_TRUE(fits(object({{"a", string()}}), R"({"a":"","x":1})"));
}

TEST(Shape, OptionalMayBeAbsentButNotNull) {
  const Shape shape = object({{"a", optional(string())}, {"b", nullable(string())}});
  EXPECT_TRUE(fits(shape, "{}"));
  EXPECT_TRUE(fits(shape, R"({"b":null})"));
  EXPECT_FALSE(fits(shape, R"({"a":null})"));
  EXPECT_FALSE(fits(shape, R"({"b":1})"));
}

TEST(Shape, TellsWordsAndLiteralsApart) {
  EXPECT_TRUE(fits(one_of({"a", "b"}), R"("b")"));
  EXPECT_EQ(issues(one_of({"a", "b"}), "1"), R"([{"code":"invalid_value","values":["a","b"],"path":[],)"
                                             R"("message":"Invalid option: expected one of \"a\"|\"b\""}])");
  EXPECT_TRUE(fits(literal(1), "1.0"));
  EXPECT_FALSE(fits(literal(1), "\"1\""));
  EXPECT_FALSE(fits(literal("1"), "1"));
  EXPECT_EQ(issues(literal(0), "2"),
            R"([{"code":"invalid_value","values":[0],"path":[],"message":"Invalid input: expected 0"}])");
}

TEST(Shape, AUnionReportsEveryAlternativeWithPathsOfItsOwn) {
  const Shape shape = object({{"u", either({string(), object({{"k", number()}})})}});
  EXPECT_TRUE(fits(shape, R"({"u":""})"));
  EXPECT_TRUE(fits(shape, R"({"u":{"k":1}})"));
  EXPECT_EQ(issues(shape, R"({"u":{}})"),
            R"([{"code":"invalid_union","errors":[[{"expected":"string","code":"invalid_type","path":[],)"
            R"("message":"Invalid input: expected string, received object"}],[{"expected":"number",)"
            R"("code":"invalid_type","path":["k"],"message":"Invalid input: expected number, received undefined"}]],)"
            R"("path":["u"],"message":"Invalid input"}])");
}

TEST(Shape, AUnionReportsFlatTheOnlyAlternativeOfTheRightForm) {
  const Shape strict = strict_object({{"k", optional(url())}});
  const Shape shape = object({{"u", either({either({strict, number()}), string()})}});
  EXPECT_EQ(issues(shape, R"({"u":{"k":"nope","x":1}})"),
            R"([{"code":"invalid_format","format":"url","path":["u","k"],"message":"Invalid URL"},)"
            R"({"code":"unrecognized_keys","keys":["x"],"path":["u"],"message":"Unrecognized key: \"x\""}])");
  const Shape two = either({strict, strict_object({{"l", optional(string())}})});
  EXPECT_NE(issues(two, R"({"x":1})").find("invalid_union"), std::string::npos);
}

TEST(Shape, AWordPicksTheShape) {
  const Shape shape = by_word("type", {{"a", object({{"n", number()}})}, {"b", object({{"s", string()}})}});
  EXPECT_TRUE(fits(shape, R"({"type":"a","n":1})"));
  EXPECT_TRUE(fits(shape, R"({"type":"b","s":""})"));
  EXPECT_EQ(issues(shape, R"({"type":"b","n":1})"),
            R"([{"expected":"string","code":"invalid_type","path":["s"],)"
            R"("message":"Invalid input: expected string, received undefined"}])");
  EXPECT_EQ(issues(shape, R"({"type":"c"})"),
            R"([{"code":"invalid_union","errors":[],"note":"No matching discriminator","discriminator":"type",)"
            R"("path":["type"],"message":"Invalid input"}])");
  EXPECT_NE(issues(shape, "1").find("expected object, received number"), std::string::npos);
}

TEST(Shape, MeasuresTexts) {
  EXPECT_TRUE(fits(text_of_length(1), R"("x")"));
  EXPECT_EQ(issues(text_of_length(1), R"("")"),
            R"([{"origin":"string","code":"too_small","minimum":1,"inclusive":true,"path":[],)"
            R"("message":"Too small: expected string to have >=1 characters"}])");
}

TEST(Shape, KnowsUrlsWhenItSeesThem) {
  for (const char* good : {"http://a", "https://user:pw@a.b:8080/x?y#z", "HTTP:a", "ws:\\\\\\\\a", "http://[::1]:80/",
                           "mailto:x", "x-y+z.1:", " http://a ", "http://ä.de"})
    EXPECT_TRUE(fits(url(), fmt::format("\"{}\"", good))) << good;
  for (const char* bad : {"", "nope", "http://", "http:///", "://a", "1http://a", "http://a b", "http://a:x",
                          "http://a:65536", "http://:80", "http://[::1", "http://a<b", "/path"})
    EXPECT_FALSE(fits(url(), fmt::format("\"{}\"", bad))) << bad;
}

Issues issues_of(const Shape& shape, const Value& value) { return shape.check(&value); }

std::string last_message(const Issues& all) { return std::string(all.back().body.at("message").as_string()); }

// Found from outside: a body of 1 MB made 82 MB of issues.
TEST(Shape, StopsLookingAfterAHundredIssues) {
  const Issues all = issues_of(array_of(string()), Array(500'000, 1));
  ASSERT_EQ(all.size(), kMostIssues + 1);
  EXPECT_EQ(last_message(all), "499900 more entries were not checked: there are 100 issues or more before");
  EXPECT_EQ(issues_of(array_of(string()), Array(100, 1)).size(), 100U);
  EXPECT_EQ(last_message(issues_of(array_of(string()), Array(101, 1))),
            "1 more entry was not checked: there are 100 issues or more before");
  Object record;
  for (int i = 0; i < 1000; ++i) record[std::to_string(i)] = i;
  EXPECT_EQ(issues_of(map_of(string()), record).size(), kMostIssues + 1);
  const Shape object = strict_object({{"a", array_of(string())}});
  EXPECT_EQ(issues_of(object, Object{{"a", Array(500, 1)}}).back().body.at("path").as_array().at(0), "a");
}

TEST(Shape, BoundsHowManyEntriesThereAre) {
  EXPECT_EQ(issues(at_most(2, array_of(string())), R"(["a","b","c"])"),
            R"([{"code":"custom","path":[],"message":"Too big: expected at most 2 entries, received 3"}])");
  EXPECT_TRUE(fits(at_most(2, array_of(string())), R"(["a","b"])"));
  EXPECT_TRUE(fits(at_most(1, map_of(string())), R"({"a":"b"})"));
  EXPECT_FALSE(fits(at_most(1, map_of(string())), R"({"a":"b","c":"d"})"));
  EXPECT_EQ(issues(at_most(0, array_of(string())), "{}"), issues(array_of(string()), "{}"));
}

// A union gives what is wrong by each of its forms, and those inside count.
TEST(Shape, CountsTheIssuesInsideOfIssues) {
  const Shape tool =
      either({object({{"args", array_of(string())}}), object({{"env", map_of(number())}, {"x", any()}})});
  Array tools;
  for (int i = 0; i < 1000; ++i) tools.emplace_back(Object{{"args", Array(100, 1)}});
  const Issues all = issues_of(array_of(tool), tools);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(last_message(all), "999 more entries were not checked: there are 100 issues or more before");
}

TEST(Shape, NamesAHundredUnknownKeysAndCountsTheRest) {
  Object many;
  for (int i = 0; i < 150; ++i) many[std::to_string(i)] = i;
  const Issues all = issues_of(strict_object({}), many);
  EXPECT_EQ(all.at(0).body.at("keys").as_array().size(), 100U);
  EXPECT_TRUE(last_message(all).ends_with("\"99\" and 50 more")) << last_message(all);
}

}  // namespace
}  // namespace json
