#include <algorithm>

#include <fmt/format.h>

#include "api/schemas/shapes.h"

namespace api::schemas {
namespace {

using namespace json;

constexpr std::size_t kMostVariables = 100;
constexpr std::size_t kMaxVariableName = 100;
constexpr std::size_t kMostHeaders = 100;

Shape vertex() {
  const Shape credentials = strict_object({{"type", optional(literal("service_account"))},
                                           {"project_id", optional(string())},
                                           {"private_key_id", optional(string())},
                                           {"private_key", string()},
                                           {"client_email", string()},
                                           {"client_id", optional(string())},
                                           {"auth_uri", optional(url())},
                                           {"token_uri", optional(url())},
                                           {"auth_provider_x509_cert_url", optional(url())},
                                           {"client_x509_cert_url", optional(url())},
                                           {"universe_domain", optional(string())}});
  const Shape auth = strict_object({{"type", literal("googleServiceAccount")},
                                    {"credentials", credentials},
                                    {"scopes", optional(either({string(), array_of(string())}))},
                                    {"projectId", optional(string())},
                                    {"universeDomain", optional(string())}});
  const Shape options = strict_object({{"vertex", strict_object({{"project", string()},
                                                                 {"location", string()},
                                                                 {"baseURL", optional(url())},
                                                                 {"headers", optional(schemas::headers())}})}});
  return strict_object({{"modelName", string()},
                        {"apiKey", optional(string())},
                        {"baseURL", optional(url())},
                        {"headers", optional(schemas::headers())},
                        {"provider", literal("vertex")},
                        {"auth", auth},
                        {"providerOptions", options}});
}

Shape azure_options() {
  return strict_object({{"azure", strict_object({{"resourceName", optional(string())},
                                                 {"baseURL", optional(url())},
                                                 {"apiVersion", optional(string())},
                                                 {"useDeploymentBasedUrls", optional(boolean())},
                                                 {"headers", optional(schemas::headers())}})}});
}

Shape azure() {
  const Shape auth = strict_object({{"type", literal("azureEntraId")}, {"token", text_of_length(1)}});
  const Shape entra = strict_object({{"modelName", string()},
                                     {"baseURL", optional(url())},
                                     {"headers", optional(schemas::headers())},
                                     {"provider", literal("azure")},
                                     {"providerOptions", azure_options()},
                                     {"auth", auth}});
  const Shape key = strict_object({{"modelName", string()},
                                   {"apiKey", optional(string())},
                                   {"baseURL", optional(url())},
                                   {"headers", optional(schemas::headers())},
                                   {"provider", literal("azure")},
                                   {"providerOptions", azure_options()}});
  return either({entra, key});
}

// The reference takes five; what it says of others is kept. Azure and Vertex have forms of their own.
Shape provider() {
  static constexpr std::string_view kMore[] = {"xai",      "groq",       "cerebras", "togetherai", "mistral",
                                               "deepseek", "perplexity", "ollama",   "gateway"};
  const Shape five = one_of({"openai", "anthropic", "google", "microsoft", "bedrock"});
  return Shape([five](const Value* v) {
    const bool more = v && v->is_string() && std::ranges::find(kMore, json::view(v->get_string())) != std::end(kMore);
    return more ? Issues() : five.check(v);
  });
}

Shape generic() {
  return strict_object({{"modelName", string()},
                        {"apiKey", optional(string())},
                        {"baseURL", optional(url())},
                        {"headers", optional(schemas::headers())},
                        {"openaiEndpointFormat", optional(one_of({"responses", "chat"}))},
                        {"provider", optional(provider())}});
}

}  // namespace

const json::Shape& headers() {
  static const Shape shape = at_most(kMostHeaders, map_of(string()));
  return shape;
}

const json::Shape& model() {
  static const Shape shape = either({either({vertex(), azure(), generic()}), string()});
  return shape;
}

const json::Shape& variables() {
  static const Shape plain = either({string(), number(), boolean()});
  static const Shape rich = strict_object({{"value", plain}, {"description", optional(string())}});
  static const Shape each = map_of(either({plain, rich}));
  static const Shape shape([](const json::Value* v) {
    json::Issues issues = each.check(v);
    if (!issues.empty()) return issues;
    // Each is looked for in the texts of whole pages, and its name stands there in place of its value.
    const json::Object& all = v->get_object();
    const bool long_name =
        std::ranges::any_of(all, [](const auto& one) { return one.key().size() > kMaxVariableName; });
    if (all.size() > kMostVariables || long_name)
      issues.push_back(json::custom_issue({}, fmt::format("Too big: expected at most {} variables, with names of {} "
                                                          "bytes at most",
                                                          kMostVariables, kMaxVariableName)));
    return issues;
  });
  return shape;
}

}  // namespace api::schemas
