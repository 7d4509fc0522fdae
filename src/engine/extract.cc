#include "engine/extract.h"

#include <map>

#include <fmt/format.h>

#include "aio/compute.h"
#include "browser/snapshot/page_snapshot.h"
#include "engine/prompts.h"
#include "engine/url_fields.h"
#include "engine_api/words.h"
#include "json/write.h"
#include "llm/json_schema.h"
#include "llm/mended_reply.h"
#include "llm/schema_budget.h"
#include "llm/schema_of.h"
#include "llm/schema_walk.h"

namespace engine {
namespace {

constexpr std::size_t kMostUrls = 10'000;                // places in the result; each id is asked of the page
constexpr std::size_t kMostUrlBytes = 16 * 1024 * 1024;  // of all of them, as often as the result has each

// What an instruction without a schema gets.
json::Value text_schema() {
  return json::Object{{"type", "object"},
                      {"properties", json::Object{{"extraction", json::Object{{"type", "string"}}}}},
                      {"required", json::Array{"extraction"}},
                      {"additionalProperties", false}};
}

// On the wire a schema without `required` makes every property mandatory, at every level of what it describes.
void require_all(json::Value& schema) {
  json::Object* object = schema.if_object();
  if (!object) return;
  if (const json::Object* properties = json::get_object(schema, "properties");
      properties && !object->contains("required")) {
    json::Array names;
    for (const auto& [name, inner] : *properties) names.emplace_back(name);
    (*object)["required"] = std::move(names);
  }
  llm::for_each_subschema(*object, require_all, llm::Subschemas::describing);
}

struct Wanted {
  json::Shared schema;  // of the result
  json::Shared asked;   // of the model's answer, with ids in place of URLs
  bool has_urls = false;
};

Wanted wanted_by(const aio::Context& ctx, const ExtractRequest& request) {
  json::Value schema = request.schema ? *request.schema : text_schema();
  require_all(schema);
  IdSchema asked = with_ids_for_urls(schema);
  return {.schema = llm::schema_of(ctx, std::move(schema)),
          .asked = llm::schema_of(ctx, std::move(asked.schema)),
          .has_urls = asked.has_urls};
}

aio::Task<base::Result<std::string>> look(const aio::Context& ctx, Sight& sight, const ExtractRequest& request,
                                          std::size_t max_chars) {
  LookOptions options{.ignored_selectors = request.ignore_selectors, .max_chars = max_chars};
  if (!request.selector.empty()) options.selectors.push_back(request.selector);
  co_return co_await sight.look(ctx, std::move(options));
}

// Addresses for ids. Of an id without one: null where that may stand or the property be left out, else the empty text,
// for one row without a link must not cost the others.
aio::Task<base::Result<void>> put_urls(const aio::Context& ctx, Sight& sight, const Variables& variables,
                                       json::Value& value, const json::Value& schema) {
  using Places = base::Result<std::vector<UrlPlace>>;
  CO_TRY(const auto wanted, co_await llm::with_schema_budget(ctx, [&](base::Budget& budget) -> Places {
           auto places = url_places(value, schema, budget);
           if (budget.over()) return base::fail(base::Kind::invalid, llm::too_costly(budget));
           return places;
         }));
  if (wanted.size() > kMostUrls)
    co_return base::fail(base::Kind::upstream,
                         fmt::format("The result has {} places for URLs, more than {}", wanted.size(), kMostUrls));
  std::map<std::string, json::Value, std::less<>> known;  // a list may name one line again and again
  std::size_t room = kMostUrlBytes;
  for (const UrlPlace& one : wanted) {
    const std::string id(one.at->get_string());
    auto found = known.find(id);
    if (found == known.end()) {
      CO_TRY(const auto there, co_await sight.url_of(ctx, id));
      if (there && there->too_long > 0)
        co_return base::fail(base::Kind::upstream, fmt::format("The URL of [{}] has {} characters, more than {}", id,
                                                               there->too_long, browser::kMostUrl));
      json::Value address;
      if (there)
        address = co_await aio::compute(ctx, there->url.size(), [&](const std::stop_token&) {
          return json::Value(address_without_values(there->url, variables));
        });
      found = known.emplace(id, std::move(address)).first;
    }
    const json::String* address = found->second.if_string();
    if (address && address->size() > room)
      co_return base::fail(base::Kind::upstream,
                           fmt::format("The URLs of the result have more than {} bytes together", kMostUrlBytes));
    if (address) room -= address->size();
    *one.at = address || one.may_be_null ? found->second : json::Value("");
  }
  co_return base::Result<void>();
}

// The page's own addresses are what they are; the caller's other wishes have to be met.
aio::Task<base::Result<json::Value>> checked_with_urls(const aio::Context& ctx, const json::Value& value,
                                                       const json::Value& schema) {
  co_return co_await llm::with_schema_budget(ctx, [&](base::Budget& budget) -> base::Result<json::Value> {
    llm::SchemaChecker checker(schema, budget, llm::SchemaChecker::Formats::none);
    json::Value out = value;
    auto wrong = checker.misfit(out);
    if (wrong && !budget.over()) {
      llm::mend_reply(out, schema, checker, budget);
      wrong = checker.misfit(out);
    }
    if (budget.over()) return base::fail(base::Kind::invalid, llm::too_costly(budget));
    if (wrong) return base::fail(base::Kind::upstream, std::string(kNoFit) + " " + *wrong);
    return out;
  });
}

}  // namespace

aio::Task<base::Result<json::Value>> extract_text(const aio::Context& ctx, Sight& sight, const ExtractRequest& request,
                                                  std::size_t max_chars) {
  CO_TRY(std::string tree, co_await look(ctx, sight, request, max_chars));
  co_return co_await aio::compute(ctx, tree.size(), [tree = std::move(tree)](const std::stop_token&) {
    return json::Value(json::Object{{"pageText", tree}});
  });
}

aio::Task<base::Result<json::Value>> extract(const aio::Context& ctx, ModelCall& call, const ExtractRequest& request) {
  call.events.progress({.category = "extraction",
                        .message = "Starting extraction using a11y snapshot",
                        .level = 1,
                        .auxiliary = {{"instruction", request.instruction, "string"}}});
  const Wanted wanted = co_await aio::compute(ctx, [&](const std::stop_token&) { return wanted_by(ctx, request); });
  CO_TRY(const std::string tree, co_await look(ctx, call.sight, request, call.page_chars));
  llm::Chat prompt = extract_prompt(request.instruction, tree, wanted.has_urls);
  if (request.screenshot) {
    CO_TRY(llm::Image picture, co_await call.sight.picture(ctx));
    prompt.messages.back().parts.emplace_back(std::move(picture));
    prompt.system += "The picture shows what the window shows of the page now.\n";
  }
  auto value = co_await ask_model(ctx, call, std::move(prompt), wanted.asked);
  if (!value) co_return std::unexpected(std::move(value).error());
  if (wanted.has_urls) {
    CO_TRY_VOID(co_await put_urls(ctx, call.sight, call.variables, *value, wanted.schema));
    value = co_await checked_with_urls(ctx, *value, wanted.schema);
    if (!value) co_return std::unexpected(std::move(value).error());
  }
  call.events.progress({.category = "extraction",
                        .message = "Extraction completed successfully",
                        .level = 1,
                        .auxiliary = {{"prompt_tokens", std::to_string(call.usage.input), "integer"},
                                      {"completion_tokens", std::to_string(call.usage.output), "integer"}}});
  co_return std::move(*value);
}

}  // namespace engine
