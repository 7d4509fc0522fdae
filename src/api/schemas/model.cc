#include "api/schemas/shapes.h"

namespace api::schemas {
namespace {

using namespace json;

Shape texts() { return map_of(string()); }

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
                                                                 {"headers", optional(texts())}})}});
  return strict_object({{"modelName", string()},
                        {"apiKey", optional(string())},
                        {"baseURL", optional(url())},
                        {"headers", optional(texts())},
                        {"provider", literal("vertex")},
                        {"auth", auth},
                        {"providerOptions", options}});
}

Shape azure_options() {
  return strict_object({{"azure", strict_object({{"resourceName", optional(string())},
                                                 {"baseURL", optional(url())},
                                                 {"apiVersion", optional(string())},
                                                 {"useDeploymentBasedUrls", optional(boolean())},
                                                 {"headers", optional(texts())}})}});
}

Shape azure() {
  const Shape auth = strict_object({{"type", literal("azureEntraId")}, {"token", text_of_length(1)}});
  const Shape entra = strict_object({{"modelName", string()},
                                     {"baseURL", optional(url())},
                                     {"headers", optional(texts())},
                                     {"provider", literal("azure")},
                                     {"providerOptions", azure_options()},
                                     {"auth", auth}});
  const Shape key = strict_object({{"modelName", string()},
                                   {"apiKey", optional(string())},
                                   {"baseURL", optional(url())},
                                   {"headers", optional(texts())},
                                   {"provider", literal("azure")},
                                   {"providerOptions", azure_options()}});
  return either({entra, key});
}

Shape generic() {
  return strict_object({{"modelName", string()},
                        {"apiKey", optional(string())},
                        {"baseURL", optional(url())},
                        {"headers", optional(texts())},
                        {"openaiEndpointFormat", optional(one_of({"responses", "chat"}))},
                        {"provider", optional(one_of({"openai", "anthropic", "google", "microsoft", "bedrock"}))}});
}

}  // namespace

const json::Shape& model() {
  static const Shape shape = either({either({vertex(), azure(), generic()}), string()});
  return shape;
}

const json::Shape& variables() {
  static const Shape plain = either({string(), number(), boolean()});
  static const Shape rich = strict_object({{"value", plain}, {"description", optional(string())}});
  static const Shape shape = map_of(either({plain, rich}));
  return shape;
}

}  // namespace api::schemas
