#include "agent/screen/family.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/screen/vocabulary.h"
#include "llm/catalogue.h"

namespace agent::screen {
namespace {

// As clients have been told them; which can is for the catalogue to say.
constexpr std::string_view kModels[] = {
    "openai/gpt-5.4",
    "openai/gpt-5.4-mini",
    "openai/gpt-5.5",
    "openai/gpt-5.6-terra",
    "openai/gpt-5.6-luna",
    "openai/gpt-5.6-sol",
    "openai/computer-use-preview",
    "openai/computer-use-preview-2025-03-11",
    "anthropic/claude-opus-4-5-20251101",
    "anthropic/claude-opus-4-6",
    "anthropic/claude-opus-4-8",
    "anthropic/claude-sonnet-4-6",
    "anthropic/claude-haiku-4-5",
    "anthropic/claude-haiku-4-5-20251001",
    "anthropic/claude-sonnet-4-20250514",
    "anthropic/claude-sonnet-4-5-20250929",
    "anthropic/claude-fable-5",
    "google/gemini-2.5-computer-use-preview-10-2025",
    "google/gemini-3-flash-preview",
    "google/gemini-3.5-flash",
    "google/gemini-3-pro-preview",
    "microsoft/fara-7b",
};

std::optional<Family> family_of_provider(std::string_view provider) {
  if (provider == "openai") return Family::openai;
  if (provider == "anthropic") return Family::anthropic;
  if (provider == "google") return Family::google;
  if (provider == "microsoft") return Family::fara;
  return {};
}

bool uses_a_screen(std::string_view model) {
  const std::size_t slash = model.find('/');
  if (slash == std::string_view::npos) return false;
  using enum llm::ScreenTool;
  switch (llm::traits_of(model.substr(slash + 1)).screen) {
    case none:
      return false;
    case openai_preview:
    case openai:
      return model.starts_with("openai/");
    case anthropic_2025_01:
    case anthropic_2025_11:
    case anthropic_toolset:
      return model.starts_with("anthropic/");
    case google:
      return model.starts_with("google/");
    case fara:
      return model.starts_with("microsoft/");
  }
  return false;
}

}  // namespace

std::span<const std::string_view> models() { return kModels; }

base::Result<Family> family_of(std::string_view model, std::string_view provider) {
  if (const auto named = family_of_provider(provider)) return *named;
  if (provider.empty() && uses_a_screen(model)) return *family_of_provider(model.substr(0, model.find('/')));
  // Clients compare this text; it is kept as it is.
  return base::fail(
      base::Kind::invalid,
      fmt::format(
          "To use the computer use agent (CUA), please provide a CUA model in the agent constructor or stagehand "
          "config. Try one of our supported CUA models: {}",
          fmt::join(kModels, ", ")));
}

const Vocabulary& vocabulary_of(Family family) {
  switch (family) {
    case Family::openai:
      return kOpenAi;
    case Family::anthropic:
      return kAnthropic;
    case Family::google:
      return kGoogle;
    case Family::fara:
      return kFara;
  }
  return kOpenAi;
}

}  // namespace agent::screen
