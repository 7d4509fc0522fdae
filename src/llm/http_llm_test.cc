#include "llm/http_llm.h"

#include <gtest/gtest.h>

#include "aio/scope.h"
#include "json/read.h"
#include "json/write.h"
#include "llm/structured.h"
#include "llm/testing/bench.h"
#include "llm/testing/rsa_key.h"

namespace llm {
namespace {

using aio::Task;
using base::Secret;
using net::testing::Answer;
using namespace std::chrono_literals;

using testing::answer;
using testing::Bench;
using testing::kKey;

constexpr const char* kHello =
    R"({"output":[{"type":"message","content":[{"type":"output_text","text":"Hello."}]}],"usage":{"input_tokens":3,"output_tokens":2}})";

TEST(HttpLlm, SaysWhoItIsInEachProvidersWay) {
  const std::tuple<const char*, const char*, std::string> cases[] = {
      {"openai/m", "authorization", std::string("Bearer ") + kKey},
      {"anthropic/claude-sonnet-4-5", "x-api-key", kKey},
      {"google/gemini-2.5-flash", "x-goog-api-key", kKey},
      {"azure/m", "api-key", kKey},
      {"bedrock/m", "authorization", std::string("Bearer ") + kKey},
      {"groq/m", "authorization", std::string("Bearer ") + kKey}};
  for (const auto& [model, header, value] : cases) {
    Bench b;
    ModelSettings settings = b.settings();
    settings.name = model;
    settings.headers["x-extra"] = Secret("1");
    b.server.will(answer(401, std::string(R"({"error":{"message":"No such key: )") + kKey + R"("}})"));
    EXPECT_EQ(b.ask(settings).error().message, "No such key: ***");
    ASSERT_EQ(b.server.requests().size(), 1u);
    EXPECT_EQ(b.server.requests()[0].headers.find(header), value);
    EXPECT_EQ(b.server.requests()[0].headers.find("x-extra"), "1");
    EXPECT_EQ(b.server.requests()[0].headers.find("content-type"), "application/json");
  }
}

Task<base::Result<Reply>> both(Client& one, Client& two, const aio::Context& ctx) {
  co_await one.complete(ctx, {});
  co_return co_await two.complete(ctx, {});
}

TEST(HttpLlm, SignsForAwsAndTakesATokenOfEntra) {
  Bench b;
  const Environment environment({"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=0123456789",
                                 "AWS_SESSION_TOKEN=token"});
  ModelSettings bedrock{.name = "bedrock/a.b:0", .base_url = b.server.url("")};
  ModelSettings azure{.name = "azure/m", .base_url = b.server.url("/openai"), .entra_token = Secret("entra")};
  const auto signed_for = b.models.open(*resolve({.request = bedrock}, environment, OwnKeys::anywhere));
  const auto by_token = b.open(azure);
  b.server.will(answer(403, R"({"Message":"Not for AKID."})"));
  b.server.will(answer(403, "{}"));
  const auto reply = b.run(both(*signed_for, *by_token, b.ctx));
  ASSERT_EQ(b.server.requests().size(), 2u);
  EXPECT_EQ(b.server.requests()[0].target, "/model/a.b%3A0/converse");
  EXPECT_TRUE(
      b.server.requests()[0]
          .headers.find("authorization")
          ->starts_with("AWS4-HMAC-SHA256 Credential=AKID/19700101/us-east-1/bedrock/aws4_request, SignedHeaders="));
  EXPECT_EQ(b.server.requests()[0].headers.find("x-amz-security-token"), "token");
  EXPECT_EQ(b.server.requests()[1].headers.find("authorization"), "Bearer entra");
}

TEST(HttpLlm, CountsAndLogsEveryExchange) {
  Bench b;
  b.server.will(answer(500, "{}"));
  b.server.will(answer(200, kHello));
  const auto reply = b.ask();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), "Hello.");
  EXPECT_EQ(b.counter.statuses, (std::vector<int>{500, 200}));
  EXPECT_EQ(b.counter.usage, (Usage{.input = 3, .output = 2}));
  EXPECT_NE(b.log.text.find(R"("msg":"model called","reqId":"r1","provider":"openai","model":"m","statusCode":200)"),
            std::string::npos)
      << b.log.text;
}

// Mutants: what such an error says of waiting is read by the status of its answer.
TEST(HttpLlm, DoesNotAskAgainWhereAnErrorThatCameAsASuccessSaysItIsOfNoUse) {
  Bench b;
  b.server.will(answer(200, R"({"error":{"code":"insufficient_quota","message":"You have no money."}})"));
  EXPECT_FALSE(b.ask());
  EXPECT_EQ(b.server.requests().size(), 1u);
}

TEST(HttpLlm, GivesARefusedKeyBackAtOnceWithoutRepeatingIt) {
  Bench b;
  b.server.will(answer(401, std::string(R"({"error":{"message":"Incorrect API key provided: )") + kKey + R"("}})"));
  const auto reply = b.ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::invalid);
  EXPECT_EQ(reply.error().message, "Incorrect API key provided: ***");
  EXPECT_EQ(b.server.requests().size(), 1u);
}

TEST(HttpLlm, RepeatsNoKeyWhoeverTellsIt) {
  std::string escaped;  // by a proxy that makes HTML of it
  for (const char c : std::string_view(kKey)) escaped += fmt::format("&#{};", static_cast<int>(c));
  Bench spelt;
  spelt.server.will(answer(401, R"({"error":{"message":"No such key: )" + escaped + R"("}})"));
  EXPECT_EQ(spelt.ask().error().message, "No such key: ***");
  Bench refused;  // by the model itself
  refused.server.will(
      answer(200, std::string(R"({"output":[{"type":"message","content":[{"type":"refusal","refusal":"I say )") + kKey +
                      R"("}]}]})"));
  const auto reply = refused.ask();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text(), "I say ***");
}

TEST(HttpLlm, SaysThatTheServersOwnKeyWasNotSent) {
  for (const int status : {401, 403}) {
    Bench b;
    const Environment environment({"OPENAI_API_KEY=0123456789-of-the-server"});
    const ModelSettings elsewhere{.name = "openai/m", .base_url = b.server.url("/v1")};
    const auto client = b.models.open(*resolve({.request = elsewhere}, environment, OwnKeys::own_urls_only));
    b.server.will(answer(status, R"({"error":{"message":"Who are you?"}})"));
    const auto reply = b.run(client->complete(b.ctx, {}));
    ASSERT_FALSE(reply);
    EXPECT_TRUE(reply.error().message.starts_with("Who are you? (No key was sent: ")) << reply.error().message;
    EXPECT_TRUE(reply.error().message.ends_with("--own-keys=anywhere)")) << reply.error().message;
    EXPECT_FALSE(b.server.requests().at(0).headers.find("authorization"));
  }
}

TEST(HttpLlm, WaitsAsLongAsTheProviderAsks) {
  Bench b;
  b.server.will(answer(429, "{}", "Retry-After", "90"));
  b.server.will(answer(200, kHello));
  ASSERT_TRUE(b.ask());
  ASSERT_EQ(b.waited.size(), 1u);
  EXPECT_GE(b.waited[0], 90'000);
  EXPECT_LE(b.waited[0], 99'000);
}

TEST(HttpLlm, DoesNotBeginAWaitThatItsDeadlineCannotHold) {
  Bench b;
  b.server.will(answer(429, R"({"error":{"message":"Slow down."}})", "Retry-After", "600"));
  const auto reply = b.ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::full);
  EXPECT_EQ(reply.error().message, "Slow down. (openai asks to wait 600 s)");
  EXPECT_TRUE(b.waited.empty());
}

TEST(HttpLlm, GivesUpOnAProviderThatKeepsFailing) {
  Bench b;
  for (int i = 0; i < 9; ++i) b.server.will(answer(500, R"({"error":"boom"})"));
  const auto reply = b.ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::upstream);
  EXPECT_EQ(reply.error().message, "Failed after 4 attempts. Last error: boom");
  EXPECT_EQ(b.server.requests().size(), 4u);
}

TEST(HttpLlm, AsksAgainAfterACutConnectionAndAfterGarbage) {
  Bench b;
  b.server.will({.body = kHello, .way = Answer::Way::cut});
  b.server.will({.body = "\x01 garbage \r\n\r\n", .way = Answer::Way::raw});
  b.server.will(answer(200, "<html>no JSON</html>"));
  b.server.will(answer(200, kHello));
  const auto reply = b.ask();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), "Hello.");
}

TEST(HttpLlm, RefusesAReplyOfTooManyValues) {
  std::string body = R"({"output":[0)";
  for (int i = 0; i < 200'000; ++i) body += ",0";
  body += "]}";
  Bench b;
  for (int i = 0; i < 4; ++i) b.server.will(answer(200, body));
  const auto reply = b.ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::Kind::upstream);
  EXPECT_EQ(reply.error().message,
            "Failed after 4 attempts. Last error: openai answered with more than 200000 JSON values, which is the "
            "limit");
}

Task<base::Result<Reply>> past_the_deadline(Bench& b) {
  const auto client = b.open(b.settings());
  aio::Scope scope(b.loop.executor());
  std::optional<base::Result<Reply>> reply;
  scope.spawn(aio::testing::keep<base::Result<Reply>>(client->complete(b.ctx, {}), reply));
  co_await b.server.requests_read(1);
  b.clock.advance_to(b.ctx.deadline);
  co_await b.server.clients_left(1);
  co_await scope.finish();
  co_return std::move(*reply);
}

TEST(HttpLlm, EndsByItsDeadlineWhileTheProviderIsSilentOrSlow) {
  for (const Answer::Way way : {Answer::Way::hang, Answer::Way::stall}) {
    Bench b;
    b.server.will({.body = kHello, .way = way});
    const auto reply = b.run(past_the_deadline(b));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, base::Kind::timeout);
    EXPECT_EQ(b.counter.statuses, std::vector<int>{0});
  }
}

Task<base::Result<Reply>> canceled(Bench& b) {
  const auto client = b.open(b.settings());
  aio::Scope scope(b.loop.executor());
  std::optional<base::Result<Reply>> reply;
  scope.spawn(aio::testing::keep<base::Result<Reply>>(client->complete(b.ctx, {}), reply));
  co_await b.server.requests_read(1);
  co_await scope.cancel();
  co_await b.server.clients_left(1);  // without the close this waits for ever
  co_return Reply{};
}

TEST(HttpLlm, ClosesTheConnectionOfACanceledCall) {
  Bench b;
  b.server.will({.way = Answer::Way::hang});
  EXPECT_TRUE(b.run(canceled(b)));
}

Task<base::Result<Reply>> three_at_once(Bench& b) {
  const auto one = b.open(b.settings());
  const auto two = b.open(b.settings());  // another session, the same key
  aio::Scope scope(b.loop.executor());
  std::optional<base::Result<Reply>> replies[3];
  for (int i = 0; i < 3; ++i)
    scope.spawn(aio::testing::keep<base::Result<Reply>>((i == 2 ? two : one)->complete(b.ctx, {}), replies[i]));
  co_await b.server.requests_read(2);
  for (int i = 0; i < 200; ++i) co_await aio::yield();
  EXPECT_EQ(b.server.requests().size(), 2u);  // the third waits, though the server would take it
  scope.cancel_child(1);
  co_await b.server.requests_read(3);
  co_await scope.cancel();
  co_return Reply{};
}

TEST(HttpLlm, KeepsToTheNumberOfCallsPerKey) {
  Bench b({.calls_per_key = 2});
  for (int i = 0; i < 3; ++i) b.server.will({.way = Answer::Way::hang});
  EXPECT_TRUE(b.run(three_at_once(b)));
}

// Mutant: the key alone. Calls with no key, or with one for several hosts, then wait for a host that hangs.
TEST(HttpLlm, OneHostThatHangsHoldsUpNoOther) {
  Bench b({.calls_per_key = 1});
  net::testing::ScriptedServer other(b.loop.executor());
  b.server.will({.way = Answer::Way::hang});
  other.will(answer(200, kHello));
  ModelSettings elsewhere = b.settings();
  elsewhere.base_url = other.url("/v1");
  const auto hanging = b.open(b.settings());
  const auto quick = b.open(elsewhere);
  const auto first_hangs = [](Bench& bench, Client& one, Client& two) -> Task<base::Result<Reply>> {
    aio::Scope scope(bench.loop.executor());
    std::optional<base::Result<Reply>> never;
    scope.spawn(aio::testing::keep<base::Result<Reply>>(one.complete(bench.ctx, {}), never));
    co_await bench.server.requests_read(1);
    auto reply = co_await two.complete(bench.ctx, {});
    co_await scope.cancel();
    co_return reply;
  };
  const auto reply =
      b.run([](Task<base::Result<Reply>> work, net::testing::ScriptedServer& server) -> Task<base::Result<Reply>> {
        auto out = co_await std::move(work);
        co_await server.stop();
        co_return out;
      }(first_hangs(b, *hanging, *quick), other));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), "Hello.");
}

TEST(HttpLlm, FallsBackToChatWhereThereIsNoResponsesApi) {
  Bench b;
  b.server.will(answer(404, R"({"error":"no such route"})"));
  b.server.will(answer(200, R"({"choices":[{"message":{"content":"Hello."}}]})"));
  const auto reply = b.ask();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(b.server.requests()[0].target, "/v1/responses");
  EXPECT_EQ(b.server.requests()[1].target, "/v1/chat/completions");
}

TEST(HttpLlm, OffersNoScreenWhereNoneCanBe) {
  Bench b;
  const Chat chat{.screen = Screen{.width = 800, .height = 600}};
  b.server.will(answer(404, R"({"error":"no such route"})"));
  EXPECT_EQ(b.ask(chat).error().message, "no such route");
  EXPECT_EQ(b.server.requests().size(), 1U);
  ModelSettings settings = b.settings();
  settings.name = "groq/m";
  EXPECT_EQ(b.ask(settings, chat).error().message, "The API by which groq/m is called has no tool for using a screen");
  EXPECT_EQ(b.server.requests().size(), 1U);
}

TEST(HttpLlm, AsksAgainWithoutACacheWhereItHasAskedForOne) {
  for (const auto& [model, calls] :
       {std::pair("bedrock/anthropic.claude-sonnet-4-5", 2U), {"anthropic/claude-sonnet-4-5", 1U}}) {
    Bench b;
    ModelSettings settings = b.settings();
    settings.name = model;
    for (unsigned i = 0; i < 2; ++i)
      b.server.will(answer(400, R"({"message":"prompt caching is off","error":{"message":"prompt caching is off"}})"));
    EXPECT_FALSE(b.ask(settings)) << model;
    EXPECT_EQ(b.server.requests().size(), calls) << model;
  }
}

Task<base::Result<Reply>> twice(Client& client, const aio::Context& ctx) {
  co_await client.complete(ctx, {});
  co_return co_await client.complete(ctx, {});
}

TEST(HttpLlm, TradesAServiceAccountForATokenOnce) {
  Bench b;
  ModelSettings settings{.name = "vertex/gemini-2.5-pro", .base_url = b.server.url("/v1")};
  settings.google = GoogleAccount{.client_email = "a@b.example",
                                  .private_key = Secret(testing::rsa_key().private_pem),
                                  .token_url = b.server.url("/token")};
  b.server.will(answer(200, R"({"access_token":"token-1","expires_in":3600})"));
  for (int i = 0; i < 2; ++i)
    b.server.will(answer(200, R"({"candidates":[{"content":{"parts":[{"text":"Hello."}]}}]})"));
  const auto client = b.open(settings);
  const auto reply = b.run(twice(*client, b.ctx));
  ASSERT_TRUE(reply) << reply.error().message;
  ASSERT_EQ(b.server.requests().size(), 3u);
  EXPECT_EQ(b.server.requests()[0].target, "/token");
  EXPECT_EQ(b.server.requests()[1].headers.find("authorization"), "Bearer token-1");
  EXPECT_EQ(b.server.requests()[2].target, "/v1/models/gemini-2.5-pro:generateContent");
}

Task<base::Result<Reply>> structured(Client& client, const aio::Context& ctx, json::Value schema) {
  auto out = co_await complete_json(ctx, client, {}, std::move(schema));
  if (!out) co_return std::unexpected(out.error());
  co_return Reply{.parts = {Text{json::write(out->value)}}, .usage = out->usage};
}

TEST(HttpLlm, CountsBothCallsOfAReplyThatHadToBeCorrected) {
  Bench b;
  const auto said = [](std::string text) {
    json::Object body{{"output", json::Array{json::Object{
                                     {"type", "message"},
                                     {"content", json::Array{json::Object{{"type", "output_text"}, {"text", text}}}}}}},
                      {"usage", json::Object{{"input_tokens", 10}, {"output_tokens", 1}}}};
    return answer(200, json::write(body));
  };
  b.server.will(said(R"({"wrong":1})"));
  b.server.will(said(R"({"right":1})"));
  const auto client = b.open(b.settings());
  const auto schema = json::read(R"({"type":"object","properties":{"right":{"type":"number"}},"required":["right"]})");
  const auto reply = b.run(structured(*client, b.ctx, *schema));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->text(), R"({"right":1})");
  EXPECT_EQ(reply->usage, (Usage{.input = 20, .output = 2}));
  EXPECT_EQ(b.counter.usage, reply->usage);
}

}  // namespace
}  // namespace llm
