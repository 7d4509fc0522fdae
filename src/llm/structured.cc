#include "llm/structured.h"

#include <fmt/format.h>

#include "base/text.h"
#include "llm/json_schema.h"
#include "llm/repair.h"
#include "llm/schema_budget.h"
#include "llm/schema_forms.h"
#include "llm/schema_of.h"

namespace llm {
namespace {

constexpr std::string_view kWrapped = "value";

// Providers take objects only at the root.
bool needs_wrapping(const json::Value& schema) {
  return json::get_string(schema, "type") != "object" && !json::get_object(schema, "properties");
}

// Definitions stay at the root, where references look for them.
json::Value wrapped(const json::Value& schema) {
  json::Value inner = plain_form(schema);
  json::Object out{{"type", "object"},
                   {"properties", json::Object()},
                   {"required", json::Array{json::Value(kWrapped)}},
                   {"additionalProperties", false}};
  if (json::Object* rules = inner.if_object())
    for (const std::string_view key : {"$defs", "definitions"})
      if (auto it = rules->find(key); it != rules->end()) {
        out[key] = std::move(it->value());
        rules->stable_erase(it);
      }
  out["properties"].get_object()[kWrapped] = std::move(inner);
  return out;
}

std::string complaint(const base::Error& error) {
  return fmt::format(
      "That answer cannot be used: {}. Answer again with the whole corrected JSON value and nothing else.",
      error.message);
}

std::unexpected<base::Error> unusable(std::string message) {
  return base::fail(base::Kind::upstream, std::move(message));
}

}  // namespace

base::Result<json::Value> read_structured(const Reply& reply, const json::Value& schema, base::Budget& budget) {
  if (reply.stop == Stop::refused)
    return unusable(fmt::format("The model refused to answer: {}", base::truncate(reply.text(), 300)));
  if (reply.stop == Stop::length) return unusable("The model's reply was cut because it grew too long");
  auto read = read_reply(reply.text());
  if (!read) return unusable(std::move(read).error().message);
  json::Value value = std::move(*read);
  if (needs_wrapping(schema))
    if (json::Object* object = value.if_object(); object && object->size() == 1 && object->contains(kWrapped)) {
      json::Value inner = std::move((*object)[kWrapped]);
      value = std::move(inner);
    }
  drop_added_nulls(value, schema, budget);
  const auto wrong = misfit(value, schema, budget);
  if (budget.over()) return base::fail(base::Kind::invalid, *wrong);
  if (wrong) return unusable(wrong->starts_with("The reply") ? *wrong : fmt::format("The reply's {}", *wrong));
  return value;
}

namespace {

aio::Task<base::Result<json::Value>> read_checked(const aio::Context& ctx, const Reply& reply,
                                                  const json::Value& schema, const Objection& objection) {
  auto value =
      co_await with_schema_budget(ctx, [&](base::Budget& budget) { return read_structured(reply, schema, budget); });
  if (!value || !objection) co_return value;
  if (auto wrong = objection(*value)) co_return unusable(std::move(*wrong));
  co_return value;
}

}  // namespace

aio::Task<base::Result<void>> complete_json(const aio::Context& ctx, Client& client, Chat chat, json::Shared schema,
                                            Structured& out, Objection objection) {
  chat.output = JsonOutput{schema};
  if (needs_wrapping(schema)) {
    auto whole = co_await aio::compute(ctx, [&](const std::stop_token&) { return schema_of(ctx, wrapped(schema)); });
    chat.output->schema = std::move(whole);
  }
  CO_TRY(const Reply first, co_await client.complete(ctx, chat));
  out.usage = first.usage;
  out.calls = 1;
  auto value = co_await read_checked(ctx, first, schema, objection);
  if (!value && value.error().kind == base::Kind::upstream && first.stop != Stop::refused &&
      first.stop != Stop::length) {
    chat.messages.push_back({Role::assistant, {Text{first.text()}}});
    chat.messages.push_back({Role::user, {Text{complaint(value.error())}}});
    CO_TRY(const Reply second, co_await client.complete(ctx, std::move(chat)));
    out.usage += second.usage;
    out.calls = 2;
    value = co_await read_checked(ctx, second, schema, objection);
  }
  if (!value) co_return std::unexpected(value.error());
  out.value = std::move(*value);
  co_return base::Result<void>();
}

aio::Task<base::Result<Structured>> complete_json(const aio::Context& ctx, Client& client, Chat chat,
                                                  json::Shared schema) {
  Structured out;
  CO_TRY_VOID(co_await complete_json(ctx, client, std::move(chat), std::move(schema), out, {}));
  co_return out;
}

}  // namespace llm
