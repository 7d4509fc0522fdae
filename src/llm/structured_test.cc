#include "llm/structured.h"

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "json/read.h"
#include "json/write.h"
#include "llm/testing/fake_model.h"

namespace llm {
namespace {

struct Bench {
  std::string ask(std::string_view schema) {
    const auto parsed = json::read(schema);
    Chat chat;
    chat.messages = {{Role::user, {Text{"Count."}}}};
    auto out = aio::testing::run_on(scheduler, clock, complete_json(ctx, model, std::move(chat), *parsed));
    if (!out) return "error: " + out.error().message;
    usage = out->usage;
    calls = out->calls;
    return json::write(out->value);
  }
  std::string last_said() const { return std::get<Text>(model.asked().back().messages.back().parts[0]).text; }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  testing::FakeModel model;
  Usage usage;
  int calls = 0;
};

constexpr const char* kSchema =
    R"({"type":"object","properties":{"n":{"type":"number"},"s":{"type":"string"}},"required":["n"]})";

TEST(Structured, TakesAGoodReplyAtOnce) {
  Bench b;
  b.model.will_say("```json\n{\"n\":1,\"s\":null}\n```");
  EXPECT_EQ(b.ask(kSchema), R"({"n":1})");
  EXPECT_EQ(b.calls, 1);
  EXPECT_TRUE(b.model.asked()[0].output);
}

TEST(Structured, AsksOnceMoreWithWhatIsWrong) {
  Bench b;
  b.model.will_say(R"({"n":"one"})", {.input = 10, .output = 5});
  b.model.will_say(R"({"n":1})", {.input = 20, .output = 5});
  EXPECT_EQ(b.ask(kSchema), R"({"n":1})");
  EXPECT_EQ(b.calls, 2);
  EXPECT_EQ(b.usage, (Usage{.input = 30, .output = 10}));
  ASSERT_EQ(b.model.asked().size(), 2u);
  ASSERT_EQ(b.model.asked()[1].messages.size(), 3u);
  EXPECT_EQ(
      b.last_said(),
      "That answer cannot be used: The reply's n must be of type number, not a string. Answer again with the whole "
      "corrected JSON value and nothing else.");
}

// Mutant: it is sent back whole, megabytes of it.
TEST(Structured, ShowsALongReplyAgainOnlyInPart) {
  Bench b;
  b.model.will_say(R"({"n":")" + std::string(1'000'000, 'x') + R"("})");
  b.model.will_say(R"({"n":1})");
  EXPECT_EQ(b.ask(kSchema), R"({"n":1})");
  ASSERT_EQ(b.model.asked().size(), 2u);
  const auto& shown = std::get<Text>(b.model.asked()[1].messages[1].parts[0]).text;
  EXPECT_TRUE(shown.starts_with(R"({"n":"xxx)"));
  EXPECT_TRUE(shown.ends_with("…"));
  EXPECT_LE(shown.size(), std::size_t{256 * 1024 + 3});
}

TEST(Structured, TakesTheJsonThatFits) {
  Bench b;
  for (const char* said : {"As source [1] says: {\"n\":1}", "{\"x\":0} or rather {\"n\":1}", "{\"n\":1,\"note\":\"x\"}",
                           "{\"draft\":[{\"n\":2}]} {\"n\":\"1\"}"}) {
    b.model.will_say(said);
    EXPECT_EQ(b.ask(R"({"type":"object","properties":{"n":{"type":"number"}},"required":["n"],)"
                    R"("additionalProperties":false})"),
              R"({"n":1})")
        << said;
    EXPECT_EQ(b.calls, 1);
  }
}

TEST(Structured, AsksNobodyWithASchemaThatNoReplyCouldFit) {
  Bench b;
  EXPECT_EQ(b.ask(R"({"type":"object","properties":{"n":{"$ref":"#/nowhere"}}})").substr(0, 72),
            R"(error: The schema's property "n": its $ref refers to "#/nowhere", which )");
  EXPECT_TRUE(b.model.asked().empty());
}

// A caller's schema may be a megabyte.
TEST(Structured, SharesTheSchemaBetweenAllCalls) {
  for (const char* schema : {kSchema, R"({"type":"array","items":{"type":"number"}})"}) {
    Bench b;
    b.model.will_say("no");
    b.model.will_say("no");
    b.ask(schema);
    ASSERT_EQ(b.model.asked().size(), 2u);
    EXPECT_EQ(&b.model.asked()[0].output->schema.get(), &b.model.asked()[1].output->schema.get());
  }
}

TEST(Structured, GivesUpAfterTheSecond) {
  Bench b;
  b.model.will_say("I would rather not use JSON.");
  b.model.will_say("{}");
  EXPECT_EQ(b.ask(kSchema), "error: The reply lacks the required property \"n\"");
  EXPECT_EQ(b.model.asked().size(), 2u);
}

TEST(Structured, DoesNotArgueWithARefusalOrAReplyThatWasCut) {
  Bench b;
  b.model.will(Reply{.parts = {Text{"No."}}, .stop = Stop::refused});
  EXPECT_EQ(b.ask(kSchema), "error: The model refused to answer: No.");
  b.model.will(Reply{.parts = {Text{R"({"n":1)"}}, .stop = Stop::length});
  EXPECT_EQ(b.ask(kSchema), "error: The model's reply was cut because it grew too long");
  b.model.will(Reply{.parts = {Text{R"({"n":1)"}}, .stop = Stop::window});
  EXPECT_EQ(b.ask(kSchema),
            "error: The model's reply was cut because it and the question fill the model's context window");
  EXPECT_EQ(b.model.asked().size(), 3u);
}

TEST(Structured, CarriesARootThatIsNoObjectInsideOne) {
  Bench b;
  b.model.will_say(R"({"value":[1,2]})");
  EXPECT_EQ(b.ask(R"({"type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"type":"number"}}})"), "[1,2]");
  EXPECT_EQ(
      json::write(b.model.asked()[0].output->schema),
      R"({"type":"object","properties":{"value":{"type":"array","items":{"$ref":"#/$defs/n"}}},"required":["value"],)"
      R"("additionalProperties":false,"$defs":{"n":{"type":"number"}}})");
  b.model.will_say(R"({"value":[[]]})");
  EXPECT_EQ(b.ask(R"({"type":"array","items":{"$ref":"#"}})"), "[[]]");
  EXPECT_EQ(json::write(b.model.asked()[1].output->schema.get().at_pointer("/properties/value")),
            R"({"type":"array","items":{"$ref":"#/properties/value"}})");
  b.model.will_say("[3]");  // a model that ignores the wrapping
  EXPECT_EQ(b.ask(R"({"type":"array"})"), "[3]");
}

TEST(Structured, PassesErrorsOn) {
  Bench b;
  EXPECT_EQ(b.ask(kSchema), "error: The script of this model is at its end");
}

}  // namespace
}  // namespace llm
