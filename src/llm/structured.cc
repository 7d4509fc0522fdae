#include "llm/structured.h"

#include <fmt/format.h>

#include "base/text.h"
#include "llm/json_schema.h"
#include "llm/mended_reply.h"
#include "llm/repair.h"
#include "llm/schema_budget.h"
#include "llm/schema_forms.h"
#include "llm/schema_of.h"
#include "llm/schema_walk.h"

namespace llm {
namespace {

constexpr std::string_view kWrapped = "value";

// Bytes of a reply that cannot be used which its model is shown again: what it says is paid for, each time.
constexpr std::size_t kShownAgain = 256 * 1024;

// Providers take objects only at the root.
bool needs_wrapping(const json::Value& schema) {
  return json::get_string(schema, "type") != "object" && !json::get_object(schema, "properties");
}

// A reference into what has been put one level deeper.
void lead_inside(json::Object& schema) {
  if (const auto ref = json::get_string(schema, "$ref"))
    if (*ref == "#" || (ref->starts_with("#/") && !ref->starts_with("#/$defs/") && !ref->starts_with("#/definitions/")))
      schema["$ref"] = fmt::format("#/properties/{}{}", kWrapped, ref->substr(1));
  for_each_subschema(schema, [](json::Value& inner) {
    if (json::Object* object = inner.if_object()) lead_inside(*object);
  });
}

// Definitions stay at the root, where references look for them.
json::Value wrapped(const json::Value& schema) {
  json::Value inner = plain_form(schema);
  json::Object out{{"type", "object"},
                   {"properties", json::Object()},
                   {"required", json::Array{json::Value(kWrapped)}},
                   {"additionalProperties", false}};
  if (json::Object* rules = inner.if_object()) {
    lead_inside(*rules);
    for (const std::string_view key : {"$defs", "definitions"})
      if (auto it = rules->find(key); it != rules->end()) {
        out[key] = std::move(it->value());
        rules->stable_erase(it);
      }
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

// Of all JSON in a reply: what fits the schema, else what fits with the least left out of it, else what is wrong with
// the longest.
class ReplyReader {
 public:
  ReplyReader(const json::Value& schema, SchemaChecker& checker, base::Budget& budget)
      : schema_(schema), checker_(checker), budget_(budget), wrapped_(needs_wrapping(schema)) {}

  bool take(json::Value value, std::size_t size) {
    if (json::Object* object = value.if_object();
        wrapped_ && object && object->size() == 1 && object->contains(kWrapped)) {
      json::Value inner = std::move((*object)[kWrapped]);
      value = std::move(inner);
    }
    if (!checker_.misfit(value)) {
      best = std::move(value);
      return true;
    }
    const std::size_t left_out = mend_reply(value, schema_, checker_, budget_);
    auto misfit = checker_.misfit(value);
    if (budget_.over()) return true;
    if (misfit && size > longest_) {
      wrong = std::move(*misfit);
      longest_ = size;
    }
    if (!misfit && (!best || left_out < least_)) {
      best = std::move(value);
      least_ = left_out;
    }
    return false;
  }

  std::optional<json::Value> best;
  std::string wrong;

 private:
  const json::Value& schema_;
  SchemaChecker& checker_;
  base::Budget& budget_;
  bool wrapped_;
  std::size_t least_ = 0;
  std::size_t longest_ = 0;
};

}  // namespace

base::Result<json::Value> read_structured(const Reply& reply, const json::Value& schema, base::Budget& budget) {
  if (reply.stop == Stop::refused) {
    const std::string why = reply.reason.empty() ? reply.text() : reply.reason;
    if (why.empty()) return unusable("The model refused to answer, and its provider does not say why");
    return unusable(fmt::format("The model refused to answer: {}", base::truncate(why, 300)));
  }
  if (reply.stop == Stop::length) return unusable("The model's reply was cut because it grew too long");
  if (reply.stop == Stop::window)
    return unusable("The model's reply was cut because it and the question fill the model's context window");
  SchemaChecker checker(schema, budget);
  ReplyReader reader(schema, checker, budget);
  auto read = for_each_json(reply.text(),
                            [&](json::Value value, std::size_t size) { return reader.take(std::move(value), size); });
  if (budget.over()) return base::fail(base::Kind::invalid, too_costly(budget));
  if (reader.best) return std::move(*reader.best);
  if (!read) return unusable(std::move(read).error().message);
  return unusable(reader.wrong.starts_with("The reply") ? reader.wrong : fmt::format("The reply's {}", reader.wrong));
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
  if (auto fault = co_await with_schema_budget(ctx, [&](base::Budget& budget) { return fault_of(schema, budget); }))
    co_return base::fail(base::Kind::invalid, std::move(*fault));
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
      first.stop != Stop::length && first.stop != Stop::window) {
    std::string shown =
        co_await aio::compute(ctx, [&](const std::stop_token&) { return base::truncate(first.text(), kShownAgain); });
    chat.messages.push_back({Role::assistant, {Text{std::move(shown)}}});
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
