#include "app/model_metrics.h"

#include <gtest/gtest.h>

namespace app {
namespace {

using namespace std::chrono_literals;

struct Bench {
  metrics::Registry registry;
  ModelMetrics metrics{registry};

  void call(const std::string& model, int status, llm::Usage usage = {}) {
    metrics.exchanged({.provider = "openai", .model = model, .status = status, .usage = usage, .took = 300ms});
  }
  bool says(const std::string& line) { return registry.text().find(line + "\n") != std::string::npos; }
};

TEST(ModelMetrics, CountCallsTokensAndTime) {
  Bench b;
  b.call("gpt-4o", 200, {.input = 100, .output = 20, .reasoning = 5, .cached = 60});
  b.call("gpt-4o", 429);
  b.call("gpt-4o", 0);
  EXPECT_TRUE(b.says(R"(belay_model_calls_total{model="gpt-4o",provider="openai",status="200"} 1)"));
  EXPECT_TRUE(b.says(R"(belay_model_calls_total{model="gpt-4o",provider="openai",status="429"} 1)"));
  EXPECT_TRUE(b.says(R"(belay_model_calls_total{model="gpt-4o",provider="openai",status="none"} 1)"));
  EXPECT_TRUE(b.says(R"(belay_model_tokens_total{kind="input",model="gpt-4o",provider="openai"} 100)"));
  EXPECT_TRUE(b.says(R"(belay_model_tokens_total{kind="cached",model="gpt-4o",provider="openai"} 60)"));
  EXPECT_TRUE(b.says(R"(belay_model_call_seconds_count{provider="openai"} 3)"));
}

TEST(ModelMetrics, GiveNoLabelToNamesThatNobodyAnswersTo) {
  Bench b;
  b.call("made-up", 404);
  b.call(std::string(101, 'x'), 200);
  EXPECT_TRUE(b.says(R"(belay_model_calls_total{model="other",provider="openai",status="404"} 1)"));
  EXPECT_TRUE(b.says(R"(belay_model_calls_total{model="other",provider="openai",status="200"} 1)"));
}

TEST(ModelMetrics, StayFewWhateverCallersAndServersSay) {
  Bench b;
  for (std::size_t i = 0; i < 2 * ModelMetrics::kModels; ++i) b.call("m" + std::to_string(i), 200);
  EXPECT_TRUE(b.says(R"(belay_model_calls_total{model="other",provider="openai",status="200"} 50)"));
  for (int status = 1; status < 1000; ++status) b.call("m0", status);
  const std::string text = b.registry.text();
  std::size_t lines = 0;
  for (std::size_t at = text.find("model=\"m0\""); at != std::string::npos; at = text.find("model=\"m0\"", at + 1))
    ++lines;
  EXPECT_LE(lines, 20U);
}

}  // namespace
}  // namespace app
