#include "engine/url_fields.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace engine {
namespace {

constexpr const char* kUrl = R"({"type":"string","format":"uri"})";

std::size_t urls(std::string_view value, std::string_view schema, std::uint64_t steps = 10'000) {
  json::Value parsed = *json::read(value);
  base::Budget budget(steps);
  const std::size_t out = url_places(parsed, *json::read(schema), budget).size();
  EXPECT_FALSE(budget.over()) << schema;
  return out;
}

TEST(UrlFields, AreFoundThroughReferencesUnionsListsAndMaps) {
  EXPECT_EQ(urls(R"({"a":"0-1","b":["0-2","0-3"],"c":"x","d":{"e":"0-4"}})",
                 fmt::format(
                     R"({{"properties":{{"a":{{"$ref":"#/$defs/u"}},"b":{{"items":{{"anyOf":[{{"type":"null"}},{0}]}}}},
                                "d":{{"additionalProperties":{0}}}}},"$defs":{{"u":{0}}}}})",
                     kUrl)),
            4U);
  EXPECT_EQ(urls(R"("0-1")", R"({"anyOf":[{"format":"uri"},{"format":"url"}]})"), 1U);
}

// Found from outside: 31 levels of two references each.
TEST(UrlFields, LookAtEachPlaceOnce) {
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 40; ++i)
    schema += fmt::format(R"("d{0}":{{"anyOf":[{{"$ref":"#/$defs/d{1}"}},{{"$ref":"#/$defs/d{1}"}}]}},)", i, i + 1);
  schema += fmt::format(R"("d40":{}}}}})", kUrl);
  EXPECT_EQ(urls(R"("0-1")", schema), 1U);
  EXPECT_EQ(urls(R"({"n":{"n":{"u":"0-1"}}})",
                 R"({"allOf":[{"$ref":"#"},{"$ref":"#/$defs/x"}],"$defs":{"x":{"properties":{"n":{"$ref":"#"},
                     "u":{"format":"uri"}}}}})"),
            1U);
}

TEST(UrlFields, EndWithTheirBudget) {
  json::Array many(20'000, "0-1");
  json::Value value = many;
  base::Budget budget(10'000);
  const json::Value schema = json::Object{{"items", json::Object{{"format", "uri"}}}};
  url_places(value, schema, budget);
  EXPECT_TRUE(budget.over());
}

// How many steps of so many are left when nothing was refused.
std::uint64_t taken(json::Value value, const json::Value& schema) {
  constexpr std::uint64_t kMany = 100'000'000;
  base::Budget budget(kMany);
  url_places(value, schema, budget);
  std::uint64_t left = 0;
  for (std::uint64_t part = kMany / 2; part > 0; part /= 2) {
    base::Budget rest = budget;
    if (rest.spend(left + part)) left += part;
  }
  return kMany - left;
}

// What is looked through at each place costs steps at each place.
TEST(UrlFields, PayForWhatTheyLookThroughAtEachPlace) {
  json::Array forms(1000, json::Object());
  const json::Value schema =
      json::Object{{"properties", json::Object{{"a", json::Object{{"type", "array"}, {"anyOf", forms}}}}}};
  EXPECT_GE(taken(json::Object{{"a", json::Array(500, 0)}}, schema), 500'000U);
  json::Object members;
  for (int i = 0; i < 500; ++i) members[std::to_string(i)] = 0;
  EXPECT_GE(taken(members, json::Object{{"anyOf", forms}}), 1'000'000U);
  json::Array words;
  for (int i = 0; i < 1000; ++i) words.emplace_back(i);
  const json::Object url{{"type", "string"}, {"format", "uri"}, {"enum", words}};
  EXPECT_GE(taken(json::Array(500, "0-1"), json::Object{{"items", url}}), 500'000U);
}

}  // namespace
}  // namespace engine
