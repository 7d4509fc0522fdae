#include "engine/models.h"

#include <gtest/gtest.h>

#include "aio/loop.h"
#include "net/http_client.h"

namespace engine {
namespace {

struct ModelsBench {
  aio::Loop loop;
  std::unique_ptr<net::HttpClient> http = net::make_http_client(loop.executor(), {});
  llm::Models models{*http, {}, nullptr, 1};
  ModelSource source{models, llm::Environment({"OPENAI_API_KEY=k", "GROQ_API_KEY=k"}), llm::OwnKeys::own_urls_only};

  static ModelChoice named(std::string name) {
    return {.settings = llm::ModelSettings{.name = std::move(name)}, .key = {}};
  }
  std::string open(const ModelChoice& session, const ModelChoice& operation = {}) {
    const auto out = source.open(session, operation);
    return out ? out->provider + " " + out->name : out.error().message;
  }
};

ModelChoice at(std::string url, std::string key) {
  return {
      .settings =
          llm::ModelSettings{.name = "openai/a", .api_key = base::Secret(std::move(key)), .base_url = std::move(url)},
      .key = {}};
}

TEST(ModelSource, TellsWhichModelOfWhoseAccountItIs) {
  ModelsBench b;
  const std::string one = b.source.identity(at("http://a.example:1/v1", "k"), {});
  EXPECT_EQ(one.size(), 64U);
  EXPECT_EQ(one, b.source.open(at("http://a.example:1/v1", "k"), {})->identity);
  EXPECT_EQ(one, b.source.identity({}, at("http://a.example:1/v1", "k")));
  EXPECT_NE(one, b.source.identity(at("http://a.example:1/v1", "l"), {}));
  EXPECT_NE(one, b.source.identity(at("http://a.example:2/v1", "k"), {}));
  EXPECT_NE(one, b.source.identity(at("http://a.example:1/v2", "k"), {}));
  ModelChoice with_header = at("http://a.example:1/v1", "k");
  with_header.settings->headers["authorization"] = base::Secret("mine");
  EXPECT_NE(one, b.source.identity(with_header, {}));
  EXPECT_EQ(b.source.identity(b.named("xai/grok-4"), {}), "");  // no key
}

constexpr const char* kUnsupported = "Unsupported model.\n\nPlease use the provider/model format";

TEST(ModelSource, TakesTheOperationsModelOverTheSessions) {
  ModelsBench b;
  EXPECT_EQ(b.open(b.named("openai/a")), "openai a");
  EXPECT_EQ(b.open(b.named("openai/a"), b.named("groq/b/c")), "groq b/c");
  EXPECT_EQ(b.open(b.named("nosuchmodel"), b.named("openai/x")), "openai x");
}

TEST(ModelSource, KnowsTheOldNamesOfModels) {
  ModelsBench b;
  EXPECT_EQ(b.open(b.named("gpt-4.1-nano")), "openai gpt-4.1-nano");
  EXPECT_EQ(b.open(b.named("openai/a"), b.named("groq-llama-3.3-70b-versatile")), "groq llama-3.3-70b-versatile");
}

TEST(ModelSource, SaysWhatIsWrongInWordsThatClientsKnow) {
  ModelsBench b;
  EXPECT_EQ(b.open(b.named("openai/a"), b.named("foo/bar")),
            "foo is not currently supported for aiSDK. please use one of the supported model providers: "
            "openai,bedrock,anthropic,google,xai,azure,groq,cerebras,togetherai,mistral,deepseek,perplexity,ollama,"
            "vertex,gateway");
  EXPECT_TRUE(b.open(b.named("openai/a"), b.named("nosuchmodel")).starts_with(kUnsupported));
  EXPECT_TRUE(b.open(b.named("openai/a"), b.named("")).starts_with(kUnsupported));
  EXPECT_TRUE(b.open(b.named("nosuchmodel")).starts_with(kUnsupported));
}

TEST(ModelSource, SaysWhereAKeyIsMissing) {
  ModelsBench b;
  EXPECT_EQ(b.open(b.named("xai/grok-4")),
            "No API key for xai: send one with the request, at the start of the session, or set XAI_API_KEY");
  ModelSource poor(b.models, llm::Environment({}), llm::OwnKeys::anywhere);
  EXPECT_EQ(poor.open(b.named("gpt-4o"), {}).error().message,
            "The OPENAI_API_KEY environment variable is missing or empty; either provide it, or instantiate the OpenAI "
            "client with an apiKey option, like new OpenAI({ apiKey: 'My API Key' }).");
  ModelChoice with_key = b.named("xai/grok-4");
  with_key.key = base::Secret("k");
  EXPECT_EQ(b.open(with_key), "xai grok-4");
  EXPECT_EQ(b.open(b.named("xai/grok-4"), {.settings = {}, .key = base::Secret("k")}), "xai grok-4");
}

TEST(ModelSource, ChecksASessionsModelByItsNameAlone) {
  EXPECT_TRUE(ModelSource::check(ModelsBench::named("xai/grok-4")));
  EXPECT_TRUE(ModelSource::check(ModelsBench::named("gpt-4o")));
  EXPECT_TRUE(ModelSource::check({.settings = llm::ModelSettings{.name = "gpt-9", .provider = "openai"}, .key = {}}));
  EXPECT_FALSE(ModelSource::check(ModelsBench::named("gpt-9")));
  EXPECT_TRUE(ModelSource::check(ModelsBench::named("auto"))
                  .error()
                  .message.starts_with("InvalidArgumentError: model: \"auto\" is only supported"));
}

}  // namespace
}  // namespace engine
