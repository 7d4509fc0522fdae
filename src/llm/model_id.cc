#include "llm/model_id.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace llm {
namespace {

struct BareName {
  std::string_view name;
  std::string_view provider;
  std::string_view model;  // as its provider calls it
};

constexpr std::array kBareNames = {
    BareName{"gpt-4.1", "openai", "gpt-4.1"},
    BareName{"gpt-4.1-mini", "openai", "gpt-4.1-mini"},
    BareName{"gpt-4.1-nano", "openai", "gpt-4.1-nano"},
    BareName{"o4-mini", "openai", "o4-mini"},
    BareName{"o3", "openai", "o3"},
    BareName{"o3-mini", "openai", "o3-mini"},
    BareName{"o1", "openai", "o1"},
    BareName{"o1-mini", "openai", "o1-mini"},
    BareName{"o1-preview", "openai", "o1-preview"},
    BareName{"gpt-4o", "openai", "gpt-4o"},
    BareName{"gpt-4o-mini", "openai", "gpt-4o-mini"},
    BareName{"gpt-4o-2024-08-06", "openai", "gpt-4o-2024-08-06"},
    BareName{"gpt-4.5-preview", "openai", "gpt-4.5-preview"},
    BareName{"cerebras-llama-3.3-70b", "cerebras", "llama-3.3-70b"},
    BareName{"cerebras-llama-3.1-8b", "cerebras", "llama-3.1-8b"},
    BareName{"groq-llama-3.3-70b-versatile", "groq", "llama-3.3-70b-versatile"},
    BareName{"groq-llama-3.3-70b-specdec", "groq", "llama-3.3-70b-specdec"},
    BareName{"gemini-1.5-flash", "google", "gemini-1.5-flash"},
    BareName{"gemini-1.5-pro", "google", "gemini-1.5-pro"},
    BareName{"gemini-1.5-flash-8b", "google", "gemini-1.5-flash-8b"},
    BareName{"gemini-2.0-flash", "google", "gemini-2.0-flash"},
    BareName{"gemini-2.0-flash-lite", "google", "gemini-2.0-flash-lite"},
    BareName{"gemini-2.5-flash-preview-04-17", "google", "gemini-2.5-flash-preview-04-17"},
    BareName{"gemini-2.5-pro-preview-03-25", "google", "gemini-2.5-pro-preview-03-25"},
    BareName{"gemini-3.5-flash", "google", "gemini-3.5-flash"},
};

// Clients compare this text; it is kept as it is.
constexpr std::string_view kUnsupported =
    "Unsupported model.\n\nPlease use the provider/model format (e.g., \"openai/gpt-4o\", "
    "\"anthropic/claude-sonnet-4-5\", \"google/gemini-3-flash-preview\").\n\nFor a complete list of supported models "
    "and providers, see: https://docs.stagehand.dev/v3/configuration/models#configuration-setup";

constexpr std::string_view kAuto =
    "InvalidArgumentError: model: \"auto\" is only supported when running through the Stagehand API (env: "
    "\"BROWSERBASE\" with disableAPI: false and experimental: false). Specify a concrete model (e.g. \"openai/gpt-5\") "
    "instead.";

const Provider* provider_for(Use use, std::string_view name) {
  const Provider* found = find_provider(name);
  return found && (found->listed || use == Use::screen) ? found : nullptr;
}

base::Result<ModelId> parse_bare(std::string_view name, std::string_view provider, Use use) {
  if (const auto it = std::ranges::find(kBareNames, name, &BareName::name); it != kBareNames.end())
    return ModelId{find_provider(it->provider), std::string(it->model), true};
  if (name == "auto") return base::fail(base::Kind::invalid, std::string(kAuto));
  if (const Provider* beside = provider_for(use, provider); beside && !name.empty())
    return ModelId{beside, std::string(name)};
  return base::fail(base::Kind::invalid, std::string(kUnsupported));
}

}  // namespace

base::Result<ModelId> parse_model(std::string_view name, std::string_view provider, Use use) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return parse_bare(name, provider, use);
  const std::string_view prefix = name.substr(0, slash);
  const Provider* named = provider_for(use, prefix);
  if (!named) {
    std::vector<std::string_view> names;
    for (const Provider& known : providers())
      if (known.listed) names.push_back(known.name);
    return base::fail(base::Kind::invalid,
                      fmt::format("{} is not currently supported for aiSDK. please use one of the supported model "
                                  "providers: {}",
                                  prefix, fmt::join(names, ",")));
  }
  if (slash + 1 == name.size())
    return base::fail(base::Kind::invalid, fmt::format("The model name {} has nothing after its slash", name));
  return ModelId{named, std::string(name.substr(slash + 1))};
}

}  // namespace llm
