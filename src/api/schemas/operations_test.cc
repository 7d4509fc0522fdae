#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/schemas/shapes.h"
#include "json/read.h"
#include "json/write.h"

namespace api::schemas {
namespace {

std::string issues_of_schema(std::string_view schema) {
  const json::Value body = json::Object{{"instruction", "it"}, {"schema", *json::read(schema)}};
  return json::write(json::Value(json::to_array(extract().check(&body))));
}

TEST(OperationSchemas, ASchemaThatNoReplyCouldFitIsRefused) {
  EXPECT_EQ(issues_of_schema(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/b"}}})"),
            R"([{"code":"custom","path":["schema"],"message":"The schema's property \"a\": its $ref refers to )"
            R"(\"#/$defs/b\", which is not in the schema (put what it means into $defs and refer to it as )"
            R"x(\"#/$defs/NAME\"; the server fetches no schemas)"}])x");
  EXPECT_NE(issues_of_schema(R"({"type":"string","pattern":"("})"), "[]");
  EXPECT_EQ(issues_of_schema(R"({"$ref":"#/$defs/b","$defs":{"b":{"pattern":"^a$"}}})"), "[]");
}

// It is judged on the way in, where others wait; the engine looks again with more time.
TEST(OperationSchemas, ASchemaThatIsTooCostlyToLookThroughPassesHere) {
  json::Array many;
  for (int i = 0; i < 300'000; ++i) many.push_back(json::Object{{"$ref", "#/x"}});
  json::Object properties;
  properties["a"] = json::Object{{"allOf", many}};
  json::Object schema{{"anyOf", json::Array(200'000, json::Object{{"$ref", "#"}})}, {"properties", properties}};
  EXPECT_EQ(issues_of_schema(json::write(json::Value(schema))), "[]");
}

// To compile them takes longer than the loop may be held, and may be done on it. Mutant: all of them are.
TEST(OperationSchemas, SomeHundredPatternsAreLookedAtHere) {
  const auto with_wrong_one_after = [](int count) {
    json::Object properties;
    for (int i = 0; i < count; ++i)
      properties[fmt::format("p{}", i)] = json::Object{{"pattern", fmt::format("^a{}$", i)}};
    properties["wrong"] = json::Object{{"pattern", "("}};
    return json::write(json::Value(json::Object{{"properties", properties}}));
  };
  EXPECT_NE(issues_of_schema(with_wrong_one_after(50)), "[]");
  EXPECT_EQ(issues_of_schema(with_wrong_one_after(1300)), "[]");
}

}  // namespace
}  // namespace api::schemas
