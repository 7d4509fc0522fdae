#include "llm/provider.h"

#include <algorithm>

#include "net/url.h"

namespace llm {

std::span<const Provider> providers() {
  constexpr std::string_view kChat = "/chat/completions";
  constexpr std::string_view kGenerate = "/models/{model}:generateContent";
  using enum Dialect;
  using enum JsonMode;
  // In the order in which messages list them: name, dialect, base URL, path, auth, JSON, keys, URLs.
  // clang-format off
  static const std::vector<Provider> all = {
      {"openai", openai_responses, "https://api.openai.com/v1", "/responses", Auth::bearer, strict_schema,
       {"OPENAI_API_KEY"}, {"OPENAI_BASE_URL"}},
      {"bedrock", bedrock, "", "/model/{model}/converse", Auth::aws, native,
       {"AWS_BEARER_TOKEN_BEDROCK"}, {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"}},
      {"anthropic", anthropic, "https://api.anthropic.com/v1", "/messages", Auth::x_api_key, native,
       {"ANTHROPIC_API_KEY"}, {"ANTHROPIC_BASE_URL"}},
      {"google", gemini, "https://generativelanguage.googleapis.com/v1beta", kGenerate, Auth::x_goog_api_key, native,
       {"GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "GOOGLE_API_KEY"}},
      {"xai", openai_chat, "https://api.x.ai/v1", kChat, Auth::bearer, strict_bare, {"XAI_API_KEY"}},
      {"azure", openai_chat, "", kChat, Auth::api_key, strict_schema, {"AZURE_API_KEY"}},
      {"groq", openai_chat, "https://api.groq.com/openai/v1", kChat, Auth::bearer, loose_schema, {"GROQ_API_KEY"}},
      {"cerebras", openai_chat, "https://api.cerebras.ai/v1", kChat, Auth::bearer, strict_bare, {"CEREBRAS_API_KEY"}},
      {"togetherai", openai_chat, "https://api.together.xyz/v1", kChat, Auth::bearer, loose_schema,
       {"TOGETHER_AI_API_KEY", "TOGETHER_API_KEY"}},
      {"mistral", openai_chat, "https://api.mistral.ai/v1", kChat, Auth::bearer, strict_bare, {"MISTRAL_API_KEY"}},
      {"deepseek", openai_chat, "https://api.deepseek.com", kChat, Auth::bearer, json_object, {"DEEPSEEK_API_KEY"}},
      {"perplexity", perplexity, "https://api.perplexity.ai", "/v1/agent", Auth::bearer, strict_bare,
       {"PERPLEXITY_API_KEY"}},
      {"ollama", ollama, "http://127.0.0.1:11434/api", "/chat", Auth::none, native},
      {"vertex", gemini, "", kGenerate, Auth::google_account, native, {"GOOGLE_VERTEX_AI_API_KEY"}},
      {"gateway", openai_chat, "https://ai-gateway.vercel.sh/v1", kChat, Auth::bearer, strict_schema,
       {"AI_GATEWAY_API_KEY"}},
      {"microsoft", fara, "", kChat, Auth::bearer, json_object, {"AZURE_API_KEY", "FIREWORKS_API_KEY"},
       {"AZURE_ENDPOINT", "FIREWORKS_ENDPOINT"}, false},
  };
  // clang-format on
  return all;
}

const Provider* find_provider(std::string_view name) {
  const auto all = providers();
  const auto it = std::ranges::find(all, name, &Provider::name);
  return it == all.end() ? nullptr : &*it;
}

const Provider* provider_at(std::string_view host) {
  const auto all = providers();
  const auto it = std::ranges::find_if(all, [&](const Provider& each) {
    const auto url = net::parse_url(each.base_url);
    return url && each.dialect != Dialect::ollama && url->host == host;  // on a machine's own host anybody may answer
  });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace llm
