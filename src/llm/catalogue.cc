#include "llm/catalogue.h"

#include <algorithm>
#include <charconv>
#include <compare>
#include <limits>

#include "base/text.h"

namespace llm {
namespace {

struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};
constexpr Version kNewest{std::numeric_limits<int>::max(), 0};

enum Can : unsigned {
  kReasons = 1U << 0U,  // as OpenAI's models do
  kPictures = 1U << 1U,
  kPoints = 1U << 2U,
  kForced = 1U << 3U,    // can be made to call a tool
  kWarm = 1U << 4U,      // takes a temperature
  kJson = 1U << 5U,      // Anthropic's output_config.format
  kThinks = 1U << 6U,    // Anthropic's adaptive thinking
  kCache = 1U << 7U,     // on Bedrock
  kSigned = 1U << 8U,    // Google's signatures of calls
  kInPrompt = 1U << 9U,  // the schema has to stand in the prompt
  kEchoes = 1U << 10U,   // reasoning_content
  kTurns = 1U << 12U,    // an assistant's word between a tool's result and a user's
  kThousandths = 1U << 13U,
  kNoneOnly = 1U << 11U,  // Chat Completions: function tools beside the effort "none" only
};

constexpr unsigned kOrdinary = kPictures | kForced | kWarm;
constexpr unsigned kGpt = kReasons | kPictures | kForced;
constexpr unsigned kGemini = kOrdinary | kThousandths;
constexpr unsigned kClaude = kPictures | kPoints | kForced | kWarm | kCache;
constexpr unsigned kClaude46 = kClaude | kJson | kThinks;
constexpr unsigned kClaude5 = kClaude46 & ~kWarm;
constexpr unsigned kClaude55 = kClaude5 & ~kForced;

struct Row {
  std::string_view family;   // how the name begins; "x-*": x- and a word that no other row has there
  Version from;              // and later ones
  std::string_view variant;  // a part of the name between hyphens; "": any
  unsigned can;
  std::string_view effort = {};
  std::string_view verbosity = {};
  ScreenTool screen = ScreenTool::none;
  int max_tokens = 4096;
};

// Of the rows that fit a name the last one counts: variants stand behind the versions that they differ from.
constexpr Row kRows[] = {
    // OpenAI
    {"o", {1}, "", kGpt},
    {"codex-mini", {}, "", kGpt},
    {"computer-use-preview", {}, "", kGpt, "", "", ScreenTool::openai_preview},
    {"gpt", {}, "", kForced | kWarm},
    {"gpt", {4}, "4o", kOrdinary},
    {"gpt", {4}, "turbo", kOrdinary},
    {"gpt", {4, 1}, "", kOrdinary},
    {"gpt", {5}, "", kGpt, "", "low"},
    {"gpt", {5, 1}, "", kGpt, "none", "low"},
    {"gpt", {5, 4}, "", kGpt | kPoints, "none", "low", ScreenTool::openai},
    {"gpt", {5, 6}, "", kGpt | kPoints | kNoneOnly, "none", "low", ScreenTool::openai},
    {"gpt", {6}, "", kGpt | kPoints, "low", "low", ScreenTool::openai},
    {"gpt", {6}, "sol", kGpt | kPoints | kNoneOnly, "none", "low", ScreenTool::openai},
    {"gpt", {6}, "luna", kGpt | kPoints | kNoneOnly, "none", "low", ScreenTool::openai},
    {"gpt", {6, 1}, "sol", kGpt | kPoints, "low", "low", ScreenTool::openai},
    {"gpt", {6, 1}, "terra", kGpt | kPoints | kNoneOnly, "none", "low", ScreenTool::openai},
    {"gpt", {5}, "chat", kOrdinary},
    {"gpt", {5}, "codex", kGpt, "", "medium"},
    {"gpt", {5, 4}, "codex", kGpt | kPoints, "", "medium", ScreenTool::openai},
    {"gpt", {5}, "pro", kGpt, "", "low"},
    {"gpt", {5, 4}, "pro", kGpt | kPoints, "", "low", ScreenTool::openai},
    {"gpt-oss", {}, "", kForced | kWarm},
    // Anthropic. Without streaming Opus 4 and 4.1 are not to be asked for more than 8192 tokens.
    {"claude", {}, "", kClaude & ~kCache},
    {"claude", {3, 5}, "", kClaude, "", "", ScreenTool::none, 8192},
    {"claude", {3, 5}, "sonnet", kClaude & ~kCache, "", "", ScreenTool::none, 8192},
    {"claude", {3, 7}, "", kClaude, "", "", ScreenTool::anthropic_2025_01, 64'000},
    {"claude", {4, 5}, "", kClaude | kJson, "", "", ScreenTool::anthropic_2025_01, 64'000},
    {"claude", {4, 6}, "", kClaude46, "", "", ScreenTool::anthropic_2025_11, 128'000},
    {"claude", {5}, "", kClaude55, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-*", {}, "", kClaude55, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-instant", {}, "", kClaude & ~kCache},
    {"claude-opus", {4}, "", kClaude, "", "", ScreenTool::anthropic_2025_01, 8192},
    {"claude-opus", {4, 1}, "", kClaude | kJson, "", "", ScreenTool::anthropic_2025_01, 8192},
    {"claude-opus", {4, 5}, "", kClaude | kJson, "", "", ScreenTool::anthropic_2025_11, 64'000},
    {"claude-opus", {4, 6}, "", kClaude46, "", "", ScreenTool::anthropic_2025_11, 128'000},
    {"claude-opus", {4, 7}, "", kClaude5, "", "", ScreenTool::anthropic_2025_11, 128'000},
    {"claude-opus", {5}, "", kClaude5, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-opus", {5, 5}, "", kClaude55, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-sonnet", {5}, "", kClaude5, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-sonnet", {5, 5}, "", kClaude55, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-haiku", {5}, "", kClaude5, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-fable", {5}, "", kClaude55, "", "", ScreenTool::anthropic_toolset, 128'000},
    {"claude-mythos", {5}, "", kClaude55, "", "", ScreenTool::anthropic_toolset, 128'000},
    // Google
    {"gemini", {}, "", kGemini},
    {"gemini", {2, 5}, "computer", kGemini, "", "", ScreenTool::google},
    {"gemini", {3}, "", kGemini | kPoints | kSigned, "", "", ScreenTool::google},
    // Others
    {"nova", {}, "", kOrdinary | kCache},
    {"fara", {}, "", kOrdinary, "", "", ScreenTool::fara},
    {"deepseek", {}, "", kForced | kWarm | kInPrompt},
    {"deepseek", {4}, "", kForced | kWarm | kInPrompt | kEchoes},
    {"deepseek", {4}, "flash", kOrdinary | kInPrompt | kEchoes},
    {"deepseek", {4}, "vision", kOrdinary | kInPrompt | kEchoes},
    {"deepseek", {}, "chat", kForced | kWarm | kInPrompt},
    {"kimi", {}, "", kForced | kWarm | kInPrompt},
    {"kimi", {2, 5}, "", kOrdinary | kInPrompt},
    {"glm", {}, "", kOrdinary | kInPrompt},
    {"mistral", {}, "", kOrdinary | kTurns},
    {"ministral", {}, "", kOrdinary | kTurns},
    {"magistral", {}, "", kOrdinary | kTurns},
    {"mixtral", {}, "", kOrdinary | kTurns},
    {"codestral", {}, "", kOrdinary | kTurns},
    {"devstral", {}, "", kOrdinary | kTurns},
    {"pixtral", {}, "", kOrdinary | kTurns},
    {"open-mistral", {}, "", kOrdinary | kTurns},
    {"open-mixtral", {}, "", kOrdinary | kTurns},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

int number_at(std::string_view text, std::size_t& at) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
  at = static_cast<std::size_t>(end - text.data());
  return error == std::errc() ? value : kNewest.major;
}

// Of what stands behind the family's name: the first number that begins a part ("5.6-sol", "-opus-4-5-20251101",
// "-v4"), and the one behind it when that is a part of the version and not of a date.
Version version_in(std::string_view rest) {
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (!is_digit(rest[at])) continue;
    const bool begins = at == 0 || !(is_letter(rest[at - 1]) || is_digit(rest[at - 1]));
    const bool behind_a_letter = at > 0 && is_letter(rest[at - 1]) && (at == 1 || !is_letter(rest[at - 2]));
    if (!begins && !behind_a_letter) continue;
    Version version{.major = number_at(rest, at)};
    if (at + 1 >= rest.size() || (rest[at] != '.' && rest[at] != '-') || !is_digit(rest[at + 1])) return version;
    std::size_t end = ++at;
    const int minor = number_at(rest, end);
    const bool whole = end == rest.size() || !is_letter(rest[end]);
    if (end - at <= 2 && whole) version.minor = minor;
    return version;
  }
  return kNewest;
}

bool has_part(std::string_view rest, std::string_view part) {
  for (std::size_t at = rest.find(part); at != std::string_view::npos; at = rest.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    const auto inside = [&](std::size_t i) { return is_letter(rest[i]) || is_digit(rest[i]); };
    if ((at == 0 || !inside(at - 1)) && (end == rest.size() || !inside(end))) return true;
  }
  return false;
}

// Whether the name begins with this and a word (of more than the v of "v2") of which no row says more.
bool is_unlisted(std::string_view before, std::string_view name) {
  if (!name.starts_with(before)) return false;
  std::size_t end = before.size();
  while (end < name.size() && is_letter(name[end])) ++end;
  if (end < before.size() + 2) return false;
  const std::string_view family = name.substr(0, end);
  return std::ranges::none_of(kRows, [&](const Row& row) { return row.family == family; });
}

bool fits(const Row& row, std::string_view name) {
  if (row.family.ends_with('*')) return is_unlisted(row.family.substr(0, row.family.size() - 1), name);
  if (!name.starts_with(row.family)) return false;
  const std::string_view rest = name.substr(row.family.size());
  if (!rest.empty() && is_letter(rest.front())) return false;
  return version_in(rest) >= row.from && (row.variant.empty() || has_part(rest, row.variant));
}

const Row* row_of(std::string_view name) {
  const Row* found = nullptr;
  for (const Row& row : kRows)
    if (fits(row, name)) found = &row;
  return found;
}

Traits traits_in(const Row& row) {
  const auto can = [&](Can what) { return (row.can & what) != 0; };
  return {.openai_reasoning = can(kReasons),
          .effort = row.effort,
          .verbosity = row.verbosity,
          .effort_beside_tools = can(kNoneOnly),
          .temperature = can(kWarm),
          .forced_tools = can(kForced),
          .schema_in_prompt = can(kInPrompt),
          .pictures = can(kPictures),
          .turns = can(kTurns),
          .echoes_reasoning = can(kEchoes),
          .anthropic_json_schema = can(kJson),
          .adaptive_thinking = can(kThinks),
          .bedrock_cache = can(kCache),
          .signed_calls = can(kSigned),
          .points = can(kPoints),
          .thousandths = can(kThousandths),
          .screen = row.screen,
          .max_tokens = row.max_tokens};
}

}  // namespace

// The name may stand behind namespaces: "anthropic/claude-…", "us.anthropic.claude-…", "ft:gpt-…".
Traits traits_of(std::string_view model) {
  const std::string name = base::to_lower_ascii(model);
  for (std::size_t at = 0; at < name.size();) {
    if (const Row* row = row_of(std::string_view(name).substr(at))) return traits_in(*row);
    const std::size_t next = name.find_first_of("/.:", at);
    if (next == std::string::npos) break;
    at = next + 1;
  }
  return {};
}

}  // namespace llm
