#include "engine/extract.h"

#include "engine/prompts.h"
#include "engine/url_fields.h"
#include "json/write.h"
#include "llm/json_schema.h"

namespace engine {
namespace {

// What an instruction without a schema gets.
json::Value text_schema() {
  return json::Object{{"type", "object"},
                      {"properties", json::Object{{"extraction", json::Object{{"type", "string"}}}}},
                      {"required", json::Array{"extraction"}},
                      {"additionalProperties", false}};
}

// On the wire a schema without `required` makes every property mandatory, at every level.
void require_all(json::Value& schema) {
  json::Object* object = schema.if_object();
  if (!object) return;
  if (const json::Object* properties = json::get_object(schema, "properties");
      properties && !object->contains("required")) {
    json::Array names;
    for (const auto& [name, inner] : *properties) names.emplace_back(name);
    (*object)["required"] = std::move(names);
  }
  llm::for_each_subschema(*object, require_all);
}

aio::Task<base::Result<std::string>> look(const aio::Context& ctx, Sight& sight, const ExtractRequest& request,
                                          std::size_t max_chars) {
  LookOptions options{.ignored_selectors = request.ignore_selectors, .max_chars = max_chars};
  if (!request.selector.empty()) options.selectors.push_back(request.selector);
  co_return co_await sight.look(ctx, std::move(options));
}

// Addresses for ids; null for an id without one, which is checked against the schema like everything else.
aio::Task<base::Result<void>> put_urls(const aio::Context& ctx, Sight& sight, const Variables& variables,
                                       json::Value& value, const json::Value& schema) {
  for (json::Value* one : url_values(value, schema)) {
    CO_TRY(const auto url, co_await sight.url_of(ctx, std::string(one->get_string())));
    if (url)
      *one = address_without_values(*url, variables);
    else
      *one = nullptr;
  }
  co_return base::Result<void>();
}

std::string misfit_of_urls(const json::Value& value, const json::Value& schema) {
  const auto wrong = llm::misfit(value, schema);
  return wrong ? "No object generated: response did not match schema. " + *wrong : "";
}

}  // namespace

aio::Task<base::Result<json::Value>> extract_text(const aio::Context& ctx, Sight& sight,
                                                  const ExtractRequest& request) {
  CO_TRY(std::string tree, co_await look(ctx, sight, request, 0));
  co_return json::Object{{"pageText", std::move(tree)}};
}

aio::Task<base::Result<json::Value>> extract(const aio::Context& ctx, ModelCall& call, const ExtractRequest& request) {
  call.events.progress({.category = "extraction",
                        .message = "Starting extraction using a11y snapshot",
                        .level = 1,
                        .auxiliary = {{"instruction", request.instruction, "string"}}});
  json::Value wanted = request.schema ? *request.schema : text_schema();
  require_all(wanted);
  IdSchema asked = with_ids_for_urls(wanted);
  CO_TRY(const std::string tree, co_await look(ctx, call.sight, request, call.page_chars));
  llm::Chat prompt = extract_prompt(request.instruction, tree, asked.has_urls);
  if (request.screenshot) {
    CO_TRY(llm::Image picture, co_await call.sight.picture(ctx));
    prompt.messages.back().parts.emplace_back(std::move(picture));
    prompt.system += "The picture shows what the window shows of the page now.\n";
  }
  auto value = co_await ask_model(ctx, call, std::move(prompt), std::move(asked.schema));
  if (!value) co_return std::unexpected(std::move(value).error());
  if (asked.has_urls) {
    CO_TRY_VOID(co_await put_urls(ctx, call.sight, call.variables, *value, wanted));
    if (std::string wrong = misfit_of_urls(*value, wanted); !wrong.empty())
      co_return base::fail(base::Kind::upstream, std::move(wrong));
  }
  call.events.progress({.category = "extraction",
                        .message = "Extraction completed successfully",
                        .level = 1,
                        .auxiliary = {{"prompt_tokens", std::to_string(call.usage.input), "integer"},
                                      {"completion_tokens", std::to_string(call.usage.output), "integer"}}});
  co_return std::move(*value);
}

}  // namespace engine
