#include "api/schemas/model_choice.h"

#include <gtest/gtest.h>

#include "api/schemas/shapes.h"
#include "api/schemas/start.h"
#include "json/read.h"

namespace api::schemas {
namespace {

// Mutants: the five of the reference; anything at all.
TEST(ModelShape, TakesEachProviderBesideABareName) {
  const auto fits = [](std::string_view name) {
    const json::Value model{{"modelName", "m"}, {"provider", name}};
    return schemas::model().check(&model).empty();
  };
  for (const char* name : {"openai", "anthropic", "google", "microsoft", "bedrock", "xai", "groq", "cerebras",
                           "togetherai", "mistral", "deepseek", "perplexity", "ollama", "gateway"})
    EXPECT_TRUE(fits(name)) << name;
  for (const char* name : {"", "foo", "OpenAI", "vertex", "azure"}) EXPECT_FALSE(fits(name)) << name;
}

llm::ModelSettings settings(std::string_view text) {
  const auto value = json::read(text);
  EXPECT_TRUE(model().check(&*value).empty()) << text;
  return model_settings(*value);
}

std::string header(const llm::SecretMap& headers, const std::string& name) {
  return headers.contains(name) ? std::string(headers.at(name).reveal()) : "absent";
}

TEST(ModelChoice, TakesAName) {
  const auto out = settings(R"("openai/gpt-5")");
  EXPECT_EQ(out.name, "openai/gpt-5");
  EXPECT_TRUE(out.api_key.empty());
}

TEST(ModelChoice, TakesAGenericConfiguration) {
  const auto out = settings(R"({"modelName":"m","apiKey":"k","baseURL":"http://a.example/v1","headers":{"x-a":"1"},
                                "openaiEndpointFormat":"chat","provider":"openai"})");
  EXPECT_EQ(out.name, "m");
  EXPECT_EQ(out.provider, "openai");
  EXPECT_EQ(out.api_key.reveal(), "k");
  EXPECT_EQ(out.base_url, "http://a.example/v1");
  EXPECT_EQ(header(out.headers, "x-a"), "1");
  EXPECT_EQ(out.format, llm::ChatFormat::chat);
  EXPECT_FALSE(out.vertex || out.azure || out.google);
}

TEST(ModelChoice, TakesAVertexConfiguration) {
  const auto out = settings(R"({"modelName":"vertex/gemini-2.5-pro","provider":"vertex",
    "auth":{"type":"googleServiceAccount","scopes":["a","b"],
            "credentials":{"private_key":"pem","client_email":"e@x","private_key_id":"id","token_uri":"https://t.example/"}},
    "providerOptions":{"vertex":{"project":"p","location":"global","baseURL":"https://v.example","headers":{"h":"1"}}}})");
  ASSERT_TRUE(out.vertex && out.google);
  EXPECT_EQ(out.google->client_email, "e@x");
  EXPECT_EQ(out.google->private_key.reveal(), "pem");
  EXPECT_EQ(out.google->private_key_id, "id");
  EXPECT_EQ(out.google->token_url, "https://t.example/");
  EXPECT_EQ(out.google->scope, "a b");
  EXPECT_EQ(out.vertex->project, "p");
  EXPECT_EQ(out.vertex->location, "global");
  EXPECT_EQ(out.vertex->base_url, "https://v.example");
  EXPECT_EQ(header(out.vertex->headers, "h"), "1");
}

TEST(ModelChoice, TakesAzureByKeyAndByToken) {
  const auto by_key = settings(R"({"modelName":"azure/d","provider":"azure","apiKey":"k",
    "providerOptions":{"azure":{"resourceName":"r","apiVersion":"2024-10-21","useDeploymentBasedUrls":true}}})");
  ASSERT_TRUE(by_key.azure);
  EXPECT_EQ(by_key.azure->resource_name, "r");
  EXPECT_EQ(by_key.azure->api_version, "2024-10-21");
  EXPECT_TRUE(by_key.azure->deployment_urls);
  const auto by_token =
      settings(R"({"modelName":"azure/d","provider":"azure","auth":{"type":"azureEntraId","token":"t"},
    "providerOptions":{"azure":{"baseURL":"https://a.example"}}})");
  EXPECT_EQ(by_token.entra_token.reveal(), "t");
  EXPECT_TRUE(by_token.api_key.empty());
  EXPECT_EQ(by_token.azure->base_url, "https://a.example");
}

TEST(ModelChoice, OfAnOperationIsItsModelAndItsKey) {
  const auto none = model_choice(*json::read(R"({"input":"x"})"), base::Secret("k"));
  EXPECT_FALSE(none.settings);
  EXPECT_EQ(none.key.reveal(), "k");
  const auto empty = model_choice(*json::read(R"({"input":"x","options":{"model":""}})"), {});
  ASSERT_TRUE(empty.settings);  // which no model has for its name; see engine::ModelSource
  EXPECT_EQ(empty.settings->name, "");
}

TEST(ModelChoice, OfASessionIsItsNameUnlessItsModelSaysMore) {
  const auto plain = session_config(*json::read(R"({"modelName":"openai/a"})"), base::Secret("k"));
  EXPECT_EQ(plain.model.settings->name, "openai/a");
  EXPECT_EQ(plain.model.key.reveal(), "k");
  const auto full = session_config(
      *json::read(R"({"modelName":"openai/a","model":{"modelName":"openai/b","baseURL":"http://l.example"}})"), {});
  EXPECT_EQ(full.model.settings->name, "openai/b");
  EXPECT_EQ(full.model.settings->base_url, "http://l.example");
}

TEST(ModelChoice, OfASessionIsCheckedLikeItsName) {
  const auto refusal = [](std::string_view body) { return refuse_start(*json::read(body), {}).value_or(""); };
  EXPECT_EQ(refusal(R"({"modelName":"openai/a","model":"foo/b"})"), "Invalid provider: foo");
  EXPECT_EQ(refusal(R"({"modelName":"openai/a","model":{"modelName":"ollama/b"}})"), "");
  EXPECT_FALSE(check_start_body(*json::read(R"({"modelName":"openai/a","model":{"modelName":"x","foo":1}})")).empty());
}

}  // namespace
}  // namespace api::schemas
