#include "app/model_metrics.h"

#include <algorithm>

#include <fmt/format.h>

namespace app {
namespace {

// The statuses that tell an operator something by themselves; others by their hundred, so that the set stays small
// whatever a server answers.
std::string status_label(int status) {
  static constexpr int kOfTheirOwn[] = {200, 400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 529};
  if (status == 0) return "none";
  if (std::ranges::find(kOfTheirOwn, status) != std::end(kOfTheirOwn)) return std::to_string(status);
  return status >= 100 && status <= 599 ? fmt::format("{}xx", status / 100) : "other";
}

}  // namespace

void ModelMetrics::exchanged(const llm::Exchange& exchange) {
  const std::string provider(exchange.provider);
  const std::string model = label_of(exchange);
  registry_
      .counter("belay_model_calls_total", "HTTP exchanges with providers of language models, retries too.",
               {{"provider", provider}, {"model", model}, {"status", status_label(exchange.status)}})
      .add();
  registry_
      .histogram("belay_model_call_seconds", "How long one exchange took.", {{"provider", provider}},
                 {.1, .25, .5, 1, 2.5, 5, 10, 20, 40, 80, 160})
      .observe(std::chrono::duration<double>(exchange.took).count());
  const auto tokens = [&](const char* kind, std::int64_t count) {
    if (count > 0)
      registry_
          .counter("belay_model_tokens_total",
                   "Tokens as providers count them; cached is a part of input, reasoning a part of output.",
                   {{"provider", provider}, {"model", model}, {"kind", kind}})
          .add(static_cast<double>(count));
  };
  tokens("input", exchange.usage.input);
  tokens("output", exchange.usage.output);
  tokens("cached", exchange.usage.cached);
  tokens("reasoning", exchange.usage.reasoning);
}

std::string ModelMetrics::label_of(const llm::Exchange& exchange) {
  constexpr std::size_t kLongest = 100;
  std::string name(exchange.model);
  const std::string key = fmt::format("{}/{}", exchange.provider, name);
  if (known_.contains(key)) return name;
  const bool answered = exchange.status >= 200 && exchange.status <= 299;
  if (!answered || known_.size() >= kModels || name.size() > kLongest) return "other";
  known_.insert(key);
  return name;
}

}  // namespace app
