#include "api/schemas/model_choice.h"

namespace api::schemas {
namespace {

using json::find;
using json::text_at;
using json::Value;

base::Secret secret(const Value& object, std::string_view path) { return base::Secret(text_at(object, path)); }

llm::SecretMap secret_headers(const Value& object, std::string_view path) {
  llm::SecretMap out;
  if (const json::Object* map = json::get_object(object, path))
    for (const auto& [name, value] : *map)
      out.insert_or_assign(std::string(name), base::Secret(std::string(value.get_string())));
  return out;
}

llm::ChatFormat chat_format(const Value& model) {
  const std::string format = text_at(model, "openaiEndpointFormat");
  if (format == "chat") return llm::ChatFormat::chat;
  return format == "responses" ? llm::ChatFormat::responses : llm::ChatFormat::automatic;
}

std::string joined(const Value& scopes) {
  if (scopes.is_string()) return std::string(scopes.get_string());
  std::string out;
  for (const Value& scope : scopes.get_array()) {
    if (!out.empty()) out += ' ';
    out += json::view(scope.get_string());
  }
  return out;
}

llm::GoogleAccount google_account(const Value& auth) {
  llm::GoogleAccount out;
  out.client_email = text_at(auth, "credentials.client_email");
  out.private_key = secret(auth, "credentials.private_key");
  out.private_key_id = text_at(auth, "credentials.private_key_id");
  if (auto url = json::get_text(auth, "credentials.token_uri")) out.token_url = std::move(*url);
  if (const Value* scopes = find(auth, "scopes"))
    if (std::string scope = joined(*scopes); !scope.empty()) out.scope = std::move(scope);
  return out;
}

llm::VertexPlace vertex_place(const Value& options) {
  return {.project = text_at(options, "project"),
          .location = text_at(options, "location"),
          .base_url = text_at(options, "baseURL"),
          .headers = secret_headers(options, "headers")};
}

llm::AzurePlace azure_place(const Value& options) {
  return {.resource_name = text_at(options, "resourceName"),
          .base_url = text_at(options, "baseURL"),
          .api_version = text_at(options, "apiVersion"),
          .deployment_urls = json::get_bool(options, "useDeploymentBasedUrls").value_or(false),
          .headers = secret_headers(options, "headers")};
}

}  // namespace

llm::ModelSettings model_settings(const Value& model) {
  llm::ModelSettings out;
  if (model.is_string()) {
    out.name = model.get_string();
    return out;
  }
  out.name = text_at(model, "modelName");
  out.provider = text_at(model, "provider");
  out.api_key = secret(model, "apiKey");
  out.base_url = text_at(model, "baseURL");
  out.headers = secret_headers(model, "headers");
  out.format = chat_format(model);
  if (const Value* vertex = find(model, "providerOptions.vertex")) out.vertex = vertex_place(*vertex);
  if (const Value* azure = find(model, "providerOptions.azure")) out.azure = azure_place(*azure);
  if (const Value* auth = find(model, "auth")) {
    if (text_at(*auth, "type") == "googleServiceAccount")
      out.google = google_account(*auth);
    else
      out.entra_token = secret(*auth, "token");
  }
  return out;
}

base::Secret model_key(const net::HttpRequest& request) {
  return base::Secret(std::string(request.headers.find("x-model-api-key").value_or("")));
}

engine::ModelChoice model_choice(const Value& body, base::Secret key) {
  engine::ModelChoice out{.key = std::move(key)};
  if (const Value* model = find(body, "options.model")) out.settings = model_settings(*model);
  return out;
}

}  // namespace api::schemas
