#include "llm/endpoint.h"

#include <gtest/gtest.h>

namespace llm {
namespace {

using base::Secret;

const Environment kNothing({});
const Environment kKeys({"OPENAI_API_KEY=envkey", "ANTHROPIC_API_KEY=anthropic-env", "HOME=/nowhere"});

ModelSettings model(std::string name, std::string key = "") {
  return {.name = std::move(name), .api_key = Secret(std::move(key))};
}

std::string key_of(const Sources& sources, const Environment& environment = kKeys) {
  const auto endpoint = resolve(sources, environment, OwnKeys::anywhere);
  return endpoint ? std::string(endpoint->key.reveal()) : "error: " + endpoint.error().message;
}

std::string url_of(const ModelSettings& settings, const Environment& environment = kKeys) {
  const auto endpoint = resolve({.request = settings}, environment, OwnKeys::anywhere);
  return endpoint ? endpoint->url : "error: " + endpoint.error().message;
}

TEST(Endpoint, TakesTheKeyThatIsNearestToTheCall) {
  Sources all{.request = model("openai/gpt-4o", "bodykey"),
              .request_key = Secret("reqkey"),
              .session = model("openai/gpt-4o", "sessionmodelkey"),
              .session_key = Secret("startkey")};
  EXPECT_EQ(key_of(all), "bodykey");
  all.request.api_key = {};
  EXPECT_EQ(key_of(all), "reqkey");
  all.request_key = {};
  EXPECT_EQ(key_of(all), "sessionmodelkey");
  all.session.api_key = {};
  EXPECT_EQ(key_of(all), "startkey");
  all.session_key = {};
  EXPECT_EQ(key_of(all), "envkey");
  all.request = {};
  EXPECT_EQ(key_of(all), "envkey");
}

TEST(Endpoint, LendsASessionsKeyToModelsOfTheSameProviderOnly) {
  Sources sources{.request = model("anthropic/claude-sonnet-4-5"),
                  .session = model("openai/gpt-4o", "openai-key"),
                  .session_key = Secret("startkey")};
  sources.session.base_url = "https://openai.example/v1";
  const auto endpoint = resolve(sources, kKeys, OwnKeys::anywhere);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->key.reveal(), "anthropic-env");
  EXPECT_EQ(endpoint->url, "https://api.anthropic.com/v1/messages");
  sources.request.name = "openai/gpt-4.1";
  EXPECT_EQ(resolve(sources, kKeys, OwnKeys::anywhere)->url, "https://openai.example/v1/responses");
}

TEST(Endpoint, KeepsTheServersKeysFromUrlsThatARequestNames) {
  ModelSettings elsewhere = model("openai/gpt-4o");
  elsewhere.base_url = "https://evil.example/v1";
  EXPECT_EQ(resolve({.request = elsewhere}, kKeys, OwnKeys::anywhere)->key.reveal(), "envkey");
  const auto kept = resolve({.request = elsewhere}, kKeys, OwnKeys::own_urls_only);
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->key.empty());
  EXPECT_EQ(kept->auth, Auth::none);
  EXPECT_TRUE(kept->own_key_withheld);
  EXPECT_FALSE(resolve({.request = elsewhere}, kNothing, OwnKeys::own_urls_only)->own_key_withheld);
  const Environment with_url({"OPENAI_API_KEY=envkey", "OPENAI_BASE_URL=http://127.0.0.1:9/v1"});
  const auto ours = resolve({.request = model("openai/gpt-4o")}, with_url, OwnKeys::own_urls_only);
  EXPECT_EQ(ours->key.reveal(), "envkey");
  EXPECT_EQ(ours->url, "http://127.0.0.1:9/v1/responses");
}

// Mutant: the header is one among others; the server's key then stands beside it, or in its place.
TEST(Endpoint, LeavesACallersOwnAuthorizationAlone) {
  for (const auto& [name, header] : {std::pair{"openai/m", "Authorization"},
                                     {"anthropic/claude-opus-5", "X-Api-Key"},
                                     {"anthropic/claude-opus-5", "authorization"},
                                     {"google/gemini-4-argon", "x-goog-api-key"}}) {
    ModelSettings mine = model(name);
    mine.headers[header] = Secret("mine");
    const auto endpoint = resolve({.request = mine}, kKeys, OwnKeys::anywhere);
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->auth, Auth::none) << name;
    EXPECT_TRUE(endpoint->key.empty()) << name;
    EXPECT_EQ(endpoint->headers.at(header).reveal(), "mine");
  }
  // A key of this call is nearer than a header of the session.
  Sources sources{.request = model("openai/m", "bodykey"), .session = model("openai/m")};
  sources.session.headers["authorization"] = Secret("of the session");
  sources.session.headers["x-other"] = Secret("1");
  auto endpoint = resolve(sources, kKeys, OwnKeys::anywhere);
  EXPECT_EQ(endpoint->key.reveal(), "bodykey");
  EXPECT_EQ(endpoint->headers.size(), 1U);
  // And a header of this call nearer than the session's key.
  sources = {.request = model("openai/m"), .session = model("openai/m", "sessionkey")};
  sources.request.headers["authorization"] = Secret("mine");
  endpoint = resolve(sources, kKeys, OwnKeys::anywhere);
  EXPECT_EQ(endpoint->auth, Auth::none);
}

TEST(Endpoint, SaysWhichKeyIsMissing) {
  EXPECT_EQ(resolve({.request = model("google/gemini-2.5-flash")}, kNothing, OwnKeys::anywhere).error().message,
            "No API key for google: send one with the request, at the start of the session, or set GEMINI_API_KEY or "
            "GOOGLE_GENERATIVE_AI_API_KEY or GOOGLE_API_KEY");
}

TEST(Endpoint, NeedsNoKeyForAServerOfOnesOwn) {
  ModelSettings local = model("openai/local");
  local.base_url = "http://127.0.0.1:8080/v1/";
  const auto endpoint = resolve({.request = local}, kNothing, OwnKeys::anywhere);
  ASSERT_TRUE(endpoint) << endpoint.error().message;
  EXPECT_EQ(endpoint->auth, Auth::none);
  EXPECT_EQ(endpoint->url, "http://127.0.0.1:8080/v1/responses");
  EXPECT_EQ(endpoint->chat_fallback_url, "http://127.0.0.1:8080/v1/chat/completions");
  EXPECT_EQ(url_of(model("ollama/llama3.2"), kNothing), "http://127.0.0.1:11434/api/chat");
}

TEST(Endpoint, ChoosesBetweenOpenAisTwoApis) {
  EXPECT_EQ(url_of(model("openai/gpt-4o")), "https://api.openai.com/v1/responses");
  EXPECT_EQ(url_of(model("gpt-4o")), "https://api.openai.com/v1/chat/completions");
  ModelSettings chat = model("openai/gpt-4o");
  chat.format = ChatFormat::chat;
  EXPECT_EQ(url_of(chat), "https://api.openai.com/v1/chat/completions");
}

// Mutants: Mistral is asked for a Responses API that it does not have.
TEST(Endpoint, SpeaksToAProviderAsToItselfWhateverItIsCalled) {
  ModelSettings settings = model("openai/mistral-large-4", "key");
  settings.base_url = "https://api.mistral.ai/v1/";
  const auto endpoint = resolve({.request = settings}, kNothing, OwnKeys::own_urls_only);
  ASSERT_TRUE(endpoint) << endpoint.error().message;
  EXPECT_EQ(endpoint->url, "https://api.mistral.ai/v1/chat/completions");
  EXPECT_EQ(endpoint->dialect, Dialect::openai_chat);
  EXPECT_EQ(endpoint->api().name, "mistral");
  EXPECT_EQ(endpoint->provider->name, "openai") << "keys, places and logs are of whoever was named";
  settings.format = ChatFormat::responses;
  EXPECT_EQ(url_of(settings), "https://api.mistral.ai/v1/responses");
  settings = model("anthropic/claude-opus-5", "key");
  settings.base_url = "https://api.deepseek.com/anthropic";
  EXPECT_EQ(url_of(settings), "https://api.deepseek.com/anthropic/messages");
}

TEST(Endpoint, BuildsUrlsFromOtherSettings) {
  const Environment aws({"AWS_REGION=eu-west-1", "AWS_BEARER_TOKEN_BEDROCK=b"});
  EXPECT_EQ(url_of(model("bedrock/anthropic.claude-3:0"), aws),
            "https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-3%3A0/converse");
  ModelSettings vertex = model("vertex/gemini-2.5-pro");
  vertex.google = GoogleAccount{.client_email = "a@b", .private_key = Secret("pem")};
  vertex.vertex = VertexPlace{.project = "p", .location = "europe-west4"};
  EXPECT_EQ(
      url_of(vertex),
      "https://europe-west4-aiplatform.googleapis.com/v1beta1/projects/p/locations/europe-west4/publishers/google/"
      "models/gemini-2.5-pro:generateContent");
  vertex.vertex->location = "global";
  EXPECT_TRUE(url_of(vertex).starts_with("https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/"));
  ModelSettings azure = model("azure/gpt-4o", "k");
  azure.azure = AzurePlace{.resource_name = "mine"};
  EXPECT_EQ(url_of(azure), "https://mine.openai.azure.com/openai/v1/chat/completions?api-version=v1");
  azure.azure->deployment_urls = true;
  azure.azure->api_version = "2024-10-21";
  EXPECT_EQ(url_of(azure),
            "https://mine.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21");
  azure.azure = AzurePlace{.base_url = "https://proxy.example/openai"};
  EXPECT_EQ(url_of(azure), "https://proxy.example/openai/chat/completions");
}

TEST(Endpoint, LetsNoSettingBecomeAnotherHost) {
  ModelSettings azure = model("azure/gpt-4o", "k");
  azure.azure = AzurePlace{.resource_name = "evil.example/#"};
  EXPECT_TRUE(url_of(azure).starts_with("error: "));
  ModelSettings vertex = model("vertex/gemini");
  vertex.google = GoogleAccount{.client_email = "a@b", .private_key = Secret("pem")};
  vertex.vertex = VertexPlace{.project = "p", .location = "evil.example/"};
  EXPECT_TRUE(url_of(vertex).starts_with("error: "));
  vertex.vertex = VertexPlace{.project = "../x", .location = "global"};
  EXPECT_NE(url_of(vertex).find("projects/..%2Fx/"), std::string::npos);
  EXPECT_TRUE(url_of(model("google/..", "k")).starts_with("error: "));
}

TEST(Endpoint, PrefersATokenOfEntraAndAServiceAccountToKeys) {
  ModelSettings azure = model("azure/gpt-4o");
  azure.azure = AzurePlace{.resource_name = "mine"};
  azure.entra_token = Secret("entra");
  const auto endpoint = resolve({.request = azure, .request_key = Secret("header")}, kKeys, OwnKeys::anywhere);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->auth, Auth::bearer);
  EXPECT_EQ(endpoint->key.reveal(), "entra");
}

TEST(Endpoint, SignsForAwsWithoutAKey) {
  const Environment aws({"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=secret"});
  const auto endpoint = resolve({.request = model("bedrock/m")}, aws, OwnKeys::anywhere);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->auth, Auth::aws);
  EXPECT_EQ(endpoint->aws->access_key_id, "AKID");
  EXPECT_FALSE(resolve({.request = model("bedrock/m")}, Environment({"AWS_REGION=us-east-1"}), OwnKeys::anywhere));
  EXPECT_FALSE(resolve({.request = model("bedrock/m")}, kNothing, OwnKeys::anywhere));
}

TEST(Endpoint, FindsAHostForAModelThatIsOnlyForScreensAndKeepsItsKeysApart) {
  const auto resolved = [](const std::vector<std::string>& variables) {
    return resolve({.request = model("microsoft/fara-7b"), .use = Use::screen}, Environment(variables),
                   OwnKeys::own_urls_only);
  };
  const auto azure = resolved({"AZURE_ENDPOINT=https://a.example/v1/", "AZURE_API_KEY=a", "FIREWORKS_API_KEY=f"});
  ASSERT_TRUE(azure) << azure.error().message;
  EXPECT_EQ(azure->url, "https://a.example/v1/chat/completions");
  EXPECT_EQ(azure->dialect, Dialect::fara);
  EXPECT_EQ(azure->key.reveal(), "a");
  const auto fireworks =
      resolved({"FIREWORKS_ENDPOINT=https://f.example/v1", "AZURE_API_KEY=a", "FIREWORKS_API_KEY=f"});
  ASSERT_TRUE(fireworks);
  EXPECT_EQ(fireworks->key.reveal(), "f");
  EXPECT_EQ(resolved({"AZURE_API_KEY=a"}).error().message,
            "A microsoft model needs a base URL: baseURL, or the variable AZURE_ENDPOINT or FIREWORKS_ENDPOINT");
}

TEST(Endpoint, TakesForScreensTheApiThatHasThem) {
  ModelSettings chosen = model("openai/gpt-5.4", "k");
  chosen.format = ChatFormat::chat;
  EXPECT_EQ(resolve({.request = chosen}, kNothing, OwnKeys::anywhere)->dialect, Dialect::openai_chat);
  EXPECT_EQ(resolve({.request = chosen, .use = Use::screen}, kNothing, OwnKeys::anywhere)->dialect,
            Dialect::openai_responses);
}

}  // namespace
}  // namespace llm
