#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/scan.h"
#include "json/size.h"
#include "json/write.h"

namespace json {
namespace {

std::string round(std::string_view text) {
  auto value = read(text);
  return value ? write(*value) : value.error().message;
}

std::string written_number(double d) {
  std::string out;
  append_number(out, d);
  return out;
}

TEST(Read, TakesWhatJsonParseTakes) {
  EXPECT_EQ(round(" { \"a\" : [ 1 , -2.50 , true , false , null , \"x\" ] , \"b\" : { } , \"c\" : [ ] }\r\n\t"),
            R"({"a":[1,-2.5,true,false,null,"x"],"b":{},"c":[]})");
  EXPECT_EQ(round(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00")"), "\"\\\"\\\\/\\b\\f\\n\\r\\tAé€😀\"");
  EXPECT_EQ(round("\xef\xbb\xbf{}"), "{}");
  EXPECT_EQ(round("\"\x7f\""), "\"\x7f\"");
}

TEST(Read, OfEqualKeysTheLastWins) {
  EXPECT_EQ(round(R"({"a":1,"b":2,"a":[3]})"), R"({"a":[3],"b":2})");
  EXPECT_EQ(round(R"({"a":{"b":1},"a":{"c":2}})"), R"({"a":{"c":2}})");
}

TEST(Read, RepairsWhatIsNoText) {
  EXPECT_EQ(round(R"({"a":"x\ud83d","b":"\ude00y","c":"\ud83d\ud83d\ude00","d":"\ud83dA"})"),
            "{\"a\":\"x\uFFFD\",\"b\":\"\uFFFDy\",\"c\":\"\uFFFD😀\",\"d\":\"\uFFFDA\"}");
  EXPECT_EQ(round("\"a\xff\""), "\"a\uFFFD\"");
}

TEST(Read, RefusesWhatJsonParseRefuses) {
  for (const char* text :
       {"",          " ",        "{",       "[",           "[1,]",      "{\"a\":1,}", "{a:1}", "{'a':1}",  "01",
        "1.",        ".5",       "1e",      "1e+",         "-",         "+1",         "NaN",   "Infinity", "nul",
        "tru",       "\"",       "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "\"\n\"",     "1 2",   "{} x",     "[1 2]",
        "{\"a\" 1}", "{\"a\":}", "/**/1",   "{1:2}",       "\v1",       "\\u0031"})
    EXPECT_FALSE(read(text)) << text;
  EXPECT_FALSE(read(std::string_view("\0", 1)));
  EXPECT_FALSE(read(std::string_view("1\0", 2)));
}

TEST(Read, SaysWhereItWentWrongWithoutQuoting) {
  auto bad = read(R"({"password":"hunter2" oops)");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, base::Kind::invalid);
  EXPECT_EQ(bad.error().message, "JSON: expected ',' or '}' at byte 22");
}

TEST(Read, KeepsToItsLimits) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(read(nested(2000)));
  EXPECT_FALSE(read(nested(2001)));
  EXPECT_FALSE(read(std::string(1'000'000, '[')));
  EXPECT_TRUE(read("[[1]]", {.max_bytes = 5, .max_depth = 2}));
  EXPECT_FALSE(read("[[1]]", {.max_bytes = 4}));
  EXPECT_FALSE(read("[[1]]", {.max_depth = 1}));
}

TEST(Read, CountsValuesAndNamesTheirLimit) {
  for (const char* five :
       {"[1,2,[],{}]", R"({"a":null,"b":{"c":"x","d":true}})", "[[[[[]]]]]", R"({"a":1,"a":2,"a":3,"a":4})"}) {
    EXPECT_TRUE(read(five, {.max_values = 5})) << five;
    const auto many = read(five, {.max_values = 4});
    ASSERT_FALSE(many) << five;
    EXPECT_EQ(many.error(), (base::Error{base::Kind::full, "JSON: more than the 4 values allowed"}));
  }
  EXPECT_EQ(read("[1,2", {.max_values = 3}).error().kind, base::Kind::invalid);
}

TEST(Read, RoundsNumbersAsEcmascriptDoes) {
  EXPECT_EQ(round("[9007199254740992,9007199254740993,-9007199254740993,12345678901234567890]"),
            "[9007199254740992,9007199254740992,-9007199254740992,12345678901234567000]");
  EXPECT_EQ(round("[-0,-0.0,0e5,1.0,1e3,123e-20,1e400,-1e400,1e-400]"), "[0,0,0,1,1000,1.23e-18,null,null,0]");
  EXPECT_EQ(round("[0.1,0.3,3.14159265358979,1.7976931348623157e308,5e-324]"),
            "[0.1,0.3,3.14159265358979,1.7976931348623157e+308,5e-324]");
  EXPECT_TRUE(read("42")->is_int64());
}

TEST(Write, PrintsNumbersAsEcmascriptDoes) {
  EXPECT_EQ(written_number(3), "3");
  EXPECT_EQ(written_number(1.5), "1.5");
  EXPECT_EQ(written_number(-0.0), "0");
  EXPECT_EQ(written_number(1e21), "1e+21");
  EXPECT_EQ(written_number(1e20), "100000000000000000000");
  EXPECT_EQ(written_number(1.25e22), "1.25e+22");
  EXPECT_EQ(written_number(0.000001), "0.000001");
  EXPECT_EQ(written_number(0.0000001), "1e-7");
  EXPECT_EQ(written_number(-1.5e-9), "-1.5e-9");
  EXPECT_EQ(written_number(123456.789), "123456.789");
  EXPECT_EQ(written_number(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(written_number(-std::numeric_limits<double>::infinity()), "null");
}

TEST(Write, EscapesOnlyWhatEcmascriptEscapes) {
  std::string out;
  append_string(out, std::string_view("\0\x01\x1f\x7f\"\\/\b\f\n\r\t\u2028é", 17));
  EXPECT_EQ(out, "\"\\u0000\\u0001\\u001f\x7f\\\"\\\\/\\b\\f\\n\\r\\t\u2028é\"");
}

TEST(Write, KeepsTheOrderOfKeys) { EXPECT_EQ(round(R"({"b":1,"a":2,"c":3})"), R"({"b":1,"a":2,"c":3})"); }

TEST(Find, FollowsKeysThroughObjects) {
  const auto value = *read(R"({"frame":{"id":"F","n":3.0,"half":0.5,"on":true,"list":[1],"none":null}})");
  EXPECT_EQ(get_string(value, "frame.id"), "F");
  EXPECT_EQ(get_int(value, "frame.n"), 3);
  EXPECT_EQ(get_int(value, "frame.half"), std::nullopt);
  EXPECT_EQ(get_double(value, "frame.half"), 0.5);
  EXPECT_EQ(get_bool(value, "frame.on"), true);
  EXPECT_NE(get_object(value, "frame"), nullptr);
  EXPECT_EQ(get_array(value, "frame.list")->size(), 1u);
  EXPECT_TRUE(find(value, "frame.none")->is_null());
  EXPECT_EQ(find(value, "frame.id.x"), nullptr);
  EXPECT_EQ(find(value, "other"), nullptr);
  const Object& object = value.get_object();
  EXPECT_EQ(find(object, "frame.id"), find(value, "frame.id"));
  EXPECT_EQ(find(object, "frame.id.x"), nullptr);
  EXPECT_EQ(get_text(object, "frame.id"), "F");
  EXPECT_EQ(get_bool(object, "frame.on"), true);
  EXPECT_EQ(get_string(value, "frame.n"), std::nullopt);
  EXPECT_EQ(to_int(Value(1e300)), std::nullopt);
  EXPECT_EQ(to_int(Value(std::numeric_limits<std::uint64_t>::max())), std::nullopt);
}

TEST(Poison, IsFoundAnywhere) {
  const auto poisoned = [](std::string_view text) { return is_poisoned(*read(text)); };
  EXPECT_TRUE(poisoned(R"({"__proto__":{"a":1}})"));
  EXPECT_TRUE(poisoned(R"({"a":[{"b":{"\u005f_proto__":1}}]})"));
  EXPECT_TRUE(poisoned(R"({"constructor":{"prototype":{"a":1}}})"));
  EXPECT_TRUE(poisoned(R"([{"constructor":{"prototype":1}}])"));
  EXPECT_FALSE(poisoned(R"({"constructor":"prototype"})"));
  EXPECT_FALSE(poisoned(R"({"constructor":{"x":{"prototype":1}}})"));
  EXPECT_FALSE(poisoned(R"({"prototype":1,"proto":"__proto__"})"));
  EXPECT_FALSE(poisoned(R"("__proto__")"));
}

TEST(Scan, TellsRepliesFromEvents) {
  Scanner scanner;
  const std::string reply = R"({"id":7,"result":{"a":[1,{"b":"x}"}]} , "sessionId":"S"})";
  auto frame = scan_cdp_frame(reply, scanner);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->id, 7);
  EXPECT_EQ(frame->result, R"({"a":[1,{"b":"x}"}]})");
  EXPECT_EQ(frame->session_id, "S");
  EXPECT_EQ(frame->method, "");
  EXPECT_EQ(frame->result.data(), reply.data() + 17);

  const std::string event = R"( {"method":"Page.loadEventFired","params":{"timestamp":1.5},"x":[[]]} )";
  frame = scan_cdp_frame(event, scanner);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->id, std::nullopt);
  EXPECT_EQ(frame->method, "Page.loadEventFired");
  EXPECT_EQ(frame->params, R"({"timestamp":1.5})");

  const std::string error = R"({"id":8,"error":{"code":-32000,"message":"Cannot navigate to invalid URL"}})";
  frame = scan_cdp_frame(error, scanner);
  ASSERT_TRUE(frame);
  EXPECT_EQ(get_int(*read(frame->error), "code"), -32000);
  EXPECT_TRUE(frame->result.empty());
}

TEST(Scan, LetsLoneSurrogatesAndDeepTreesThrough) {
  Scanner scanner;
  const std::string lone = R"({"id":1,"result":{"t":"x\ud83d"}})";
  auto frame = scan_cdp_frame(lone, scanner);
  ASSERT_TRUE(frame);
  EXPECT_EQ(write(*read(frame->result)), "{\"t\":\"x\uFFFD\"}");
  const auto deep = R"({"id":2,"result":)" + std::string(3000, '[') + std::string(3000, ']') + "}";
  frame = scan_cdp_frame(deep, scanner);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->result.size(), 6000u);
}

TEST(Scan, RefusesWhatIsNoFrame) {
  Scanner scanner;
  for (const char* text : {"", "[]", "1", "x", R"({"id":"7"})", R"({"id":1.5})", R"({"id":)", R"({"id":1)",
                           R"({"method":5})", R"({"method":"a\u0041"})", R"({"id":1,"result":{)", "\xff"})
    EXPECT_FALSE(scan_cdp_frame(text, scanner)) << text;
  EXPECT_TRUE(scan_cdp_frame("{}", scanner));
}

TEST(Write, KnowsWhetherATextIsLongWithoutWritingIt) {
  const Value long_text(std::string(1000, 'x'));
  EXPECT_TRUE(takes_more_than(long_text, 1000));
  EXPECT_FALSE(takes_more_than(long_text, 1002));
  EXPECT_EQ(left_after(1010, long_text), 8U);
  EXPECT_EQ(left_after(1001, long_text), std::nullopt);
  for (const Value& value :
       {Value(Array(200, Value(Array()))), Value(Array(100, Value(1.5))),
        Value(Object{{std::string(600, 'k'), nullptr}}), Value(Object{{"a", Array(200, Value("b"))}})}) {
    EXPECT_TRUE(takes_more_than(value, write(value).size() / 2)) << write(value);
    EXPECT_FALSE(takes_more_than(value, write(value).size() * 3));
  }
  EXPECT_TRUE(takes_more_than(Object{{"a", std::string(100, 'x')}}, 100));
  EXPECT_FALSE(takes_more_than(Value(), 8));
}

}  // namespace
}  // namespace json
