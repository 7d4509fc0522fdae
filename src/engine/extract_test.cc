#include "engine/extract.h"

#include <gtest/gtest.h>

#include "engine/testing/asking.h"
#include "json/read.h"
#include "json/write.h"

namespace engine {
namespace {

struct Extract : testing::Asking {
  Extract() { sight.trees = {"[0-1] RootWebArea: Shop\n  [0-2] link: Help"}; }
  std::string takes(std::string_view schema = "", std::string instruction = "it") {
    ExtractRequest request{.instruction = std::move(instruction)};
    if (!schema.empty()) request.schema = *json::read(schema);
    auto result = run(extract(ctx, call, request));
    return result ? json::write(*result) : "error: " + result.error().message;
  }
};

TEST(Extract, WithoutAnInstructionIsThePagesText) {
  Extract t;
  EXPECT_EQ(json::write(*t.run(extract_text(t.ctx, t.sight, {}, 5000))),
            R"({"pageText":"[0-1] RootWebArea: Shop\n  [0-2] link: Help"})");
}

TEST(Extract, WithoutAnInstructionIsFoldedAsAModelsViewIs) {
  Extract t;
  ASSERT_TRUE(t.run(extract_text(t.ctx, t.sight, {}, 5000)));
  EXPECT_EQ(t.sight.looks.back().max_chars, 5000u);
}

TEST(Extract, WithoutASchemaIsOneText) {
  Extract t;
  t.model.will_say(R"({"extraction":"Help"})");
  EXPECT_EQ(t.takes(), R"({"extraction":"Help"})");
  EXPECT_EQ(t.model.asked().size(), 1u);
}

TEST(Extract, TakesAListAtTheRoot) {
  Extract t;
  t.model.will_say(R"({"value":["a","b"]})");
  EXPECT_EQ(t.takes(R"({"type":"array","items":{"type":"string"}})"), R"(["a","b"])");
}

TEST(Extract, PutsAddressesInPlaceOfIds) {
  Extract t;
  t.sight.urls = {{"0-2", "http://site/help"}};
  t.model.will_say(R"({"links":[{"name":"Help","to":"0-2"}]})");
  EXPECT_EQ(t.takes(R"({"type":"object","properties":{"links":{"type":"array","items":{"$ref":"#/$defs/link"}}},
                        "$defs":{"link":{"type":"object","properties":{"name":{"type":"string"},
                                 "to":{"type":"string","format":"uri"}}}}})"),
            R"({"links":[{"name":"Help","to":"http://site/help"}]})");
  EXPECT_NE(t.model.asked()[0].system.find("0-17"), std::string::npos);
}

TEST(Extract, AnAddressThatIsNotThereIsNullWhereThatIsAllowed) {
  Extract t;
  t.model.will_say(R"({"to":"0-2"})");
  EXPECT_EQ(t.takes(R"({"type":"object","properties":{"to":{"type":["string","null"],"format":"url"}}})"),
            R"({"to":null})");
  t.model.will_say(R"({"to":"0-2"})");
  EXPECT_EQ(
      t.takes(R"({"type":"object","properties":{"to":{"anyOf":[{"type":"string","format":"uri"},{"type":"null"}]}}})"),
      R"({"to":null})");
}

// One row without a link must not cost the others.
TEST(Extract, AnAddressThatIsNotThereIsLeftOutOrEmptyWhereNullIsNotAllowed) {
  Extract t;
  t.sight.urls = {{"0-2", "http://site/help"}};
  t.model.will_say(R"({"rows":[{"name":"a","to":"0-2"},{"name":"b","to":"0-1"}]})");
  EXPECT_EQ(t.takes(R"({"type":"object","properties":{"rows":{"type":"array","items":{"type":"object",
                        "properties":{"name":{"type":"string"},"to":{"type":"string","format":"uri"}},
                        "required":["name"],"additionalProperties":false}}},"required":["rows"]})"),
            R"({"rows":[{"name":"a","to":"http://site/help"},{"name":"b"}]})");
  t.model.will_say(R"({"to":["0-2","0-1"]})");
  EXPECT_EQ(
      t.takes(R"({"type":"object","properties":{"to":{"type":"array","items":{"type":"string","format":"uri"}}}})"),
      R"({"to":["http://site/help",""]})");
  EXPECT_EQ(t.model.asked().size(), 2u);
}

TEST(Extract, AConditionAsksForNothingMore) {
  Extract t;
  t.model.will_say(R"({"a":"x"})");
  EXPECT_EQ(t.takes(R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
                        "if":{"properties":{"a":{"const":"y"}}},"then":{"properties":{"b":{}},"required":["b"]}})"),
            R"({"a":"x"})");
}

constexpr std::string_view kLinks =
    R"({"type":"object","properties":{"to":{"type":"array","items":{"type":["string","null"],"format":"url"}}}})";

TEST(Extract, AnAddressThatIsTooLongIsAnErrorAndNotCut) {
  Extract t;
  t.sight.urls = {{"0-2", "http://site/" + std::string(100, 'x')}};
  t.sight.longest_url = 100;
  t.model.will_say(R"({"to":["0-2"]})");
  EXPECT_EQ(t.takes(kLinks), "error: The URL of [0-2] has 112 characters, more than 2097152");
}

// However few lines they name: what is put in place is put on the loop.
TEST(Extract, PlacesForAddressesAreBounded) {
  Extract t;
  t.sight.urls = {{"0-2", "http://x"}};
  const auto times = [](int count) {
    std::string ids = R"("0-2")";
    while (--count > 0) ids += R"(,"0-2")";
    return R"({"to":[)" + ids + "]}";
  };
  t.model.will_say(times(10'000));
  EXPECT_TRUE(t.takes(kLinks).starts_with(R"({"to":["http://x",)"));
  t.model.will_say(times(10'001));
  EXPECT_EQ(t.takes(kLinks), "error: The result has 10001 places for URLs, more than 10000");
}

// As often as the result has it: one line may be named again and again.
TEST(Extract, AddressesAreBoundedTogether) {
  Extract t;
  t.sight.urls = {{"0-2", "http://" + std::string(1024 * 1024 - 7, 'x')}};
  const auto times = [](int count) {
    std::string ids = R"("0-2")";
    while (--count > 0) ids += R"(,"0-2")";
    return R"({"to":[)" + ids + "]}";
  };
  t.model.will_say(times(16));
  EXPECT_TRUE(t.takes(kLinks).starts_with(R"({"to":["http://xxx)"));
  t.model.will_say(times(17));
  EXPECT_EQ(t.takes(kLinks), "error: The URLs of the result have more than 16777216 bytes together");
}

// On the wire a schema without `required` wants every property.
TEST(Extract, WantsEveryPropertyWhenTheSchemaDoesNotSay) {
  Extract t;
  t.model.will_say(R"({"a":1})");
  t.model.will_say(R"({"a":1,"b":2})");
  EXPECT_EQ(t.takes(R"({"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}}})"),
            R"({"a":1,"b":2})");
}

TEST(Extract, ShowsThePictureWhenAsked) {
  Extract t;
  t.model.will_say(R"({"extraction":"x"})");
  ASSERT_TRUE(t.run(extract(t.ctx, t.call, {.instruction = "it", .screenshot = true})));
  EXPECT_TRUE(std::holds_alternative<llm::Image>(t.model.asked()[0].messages[0].parts[1]));
}

}  // namespace
}  // namespace engine
