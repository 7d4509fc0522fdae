#include "llm/mended_reply.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "json/read.h"
#include "llm/pattern.h"
#include "llm/same.h"

namespace llm {
namespace {

constexpr int kDeepestMended = 300;
constexpr std::size_t kLongestMendedText = 1000;

class Mender {
 public:
  Mender(SchemaChecker& checker, base::Budget& budget) : checker_(checker), budget_(budget) {}

  void walk(json::Value& reply, const json::Value& schema, int depth) {
    Seen seen;
    walk(reply, schema, depth, seen);
  }
  std::size_t left_out() const { return left_out_; }

 private:
  // The schemas that this value was walked with already; a schema may lead to itself without leading inside.
  using Seen = std::unordered_set<const json::Value*>;

  void walk(json::Value& reply, const json::Value& schema, int depth, Seen& seen) {
    if (depth > kDeepestMended || !schema.is_object() || !budget_.spend() || !seen.insert(&schema).second) return;
    if (reply.is_string()) return mend_text(reply, schema);
    if (const json::Value* target = checker_.target(schema)) walk(reply, *target, depth + 1, seen);
    if (json::Object* object = reply.if_object()) walk_members(*object, schema, depth);
    if (json::Array* array = reply.if_array()) walk_items(*array, schema, depth);
    for (const std::string_view key : {"anyOf", "oneOf"})
      if (const json::Array* forms = json::get_array(schema, key)) take_best(reply, *forms, depth);
    if (const json::Array* all = json::get_array(schema, "allOf"))
      for (const json::Value& each : *all) walk(reply, each, depth + 1, seen);
  }

  void walk_items(json::Array& array, const json::Value& schema, int depth) {
    const json::Array* first = json::get_array(schema, "prefixItems");
    const json::Value* rest = schema.get_object().if_contains("items");
    if (rest && rest->is_array()) {  // draft 7
      first = rest->if_array();
      rest = schema.get_object().if_contains("additionalItems");
    }
    for (std::size_t i = 0; i < array.size(); ++i)
      if (const json::Value* own = first && i < first->size() ? &(*first)[i] : rest) walk(array[i], *own, depth + 1);
  }

  void walk_members(json::Object& object, const json::Value& schema, int depth) {
    const json::Object* known = json::get_object(schema, "properties");
    drop_unknown(object, schema.get_object(), known);
    const json::Value* others = schema.get_object().if_contains("additionalProperties");
    if (others && others->is_object())
      for (auto& entry : object)
        if (budget_.spend() && !(known && known->contains(entry.key()))) walk(entry.value(), *others, depth + 1);
    if (!known) return;
    const auto required = required_of(schema);
    for (const auto& [key, own] : *known) {
      if (!budget_.spend()) return;
      const auto it = object.find(key);
      const bool is_required = required.contains({key.data(), key.size()});
      if (it == object.end()) {
        if (is_required) put_default(object, key, own);
      } else if (it->value().is_null() && !checker_.fits(it->value(), own)) {
        if (is_required) {
          put_default(object, key, own);
        } else {
          object.stable_erase(it);
        }
      } else {
        walk(it->value(), own, depth + 1);
      }
    }
  }

  std::unordered_set<std::string_view> required_of(const json::Value& schema) {
    std::unordered_set<std::string_view> out;
    if (const json::Array* required = json::get_array(schema, "required"))
      for (const json::Value& each : *required)
        if (budget_.spend() && each.is_string()) out.insert(json::view(each.get_string()));
    return out;
  }

  void put_default(json::Object& object, std::string_view key, const json::Value& schema) {
    const json::Value* given = schema.is_object() ? schema.get_object().if_contains("default") : nullptr;
    if (given && spend_on(*given, budget_) && checker_.fits(*given, schema))
      object[key] = *given;
    else if (!object.contains(key) && checker_.fits(nullptr, schema))
      object[key] = nullptr;
  }

  void drop_unknown(json::Object& object, const json::Object& rules, const json::Object* known) {
    const json::Value* others = rules.if_contains("additionalProperties");
    if (!others || *others != json::Value(false)) return;
    const json::Value* patterns = rules.if_contains("patternProperties");
    const auto is_unknown = [&](std::string_view name) {
      if (!budget_.spend(1 + name.size() / 64) || (known && known->contains(name))) return false;
      if (!patterns || !patterns->is_object()) return true;
      return std::ranges::none_of(patterns->get_object(), [&](const auto& each) {
        return patterns_.found(name, {each.key().data(), each.key().size()}, budget_);
      });
    };
    if (std::ranges::none_of(object,
                             [&](const auto& each) { return is_unknown({each.key().data(), each.key().size()}); }))
      return;
    json::Object kept(object.storage());
    for (auto& entry : object)
      if (is_unknown({entry.key().data(), entry.key().size()}))
        ++left_out_;
      else
        kept.emplace(entry.key(), std::move(entry.value()));
    object = std::move(kept);
  }

  // The form that fits as it is, else the one that fits with the least left out.
  void take_best(json::Value& reply, const json::Array& forms, int depth) {
    if (std::ranges::any_of(forms, [&](const json::Value& form) { return checker_.fits(reply, form); })) return;
    std::optional<json::Value> best;
    std::size_t least = std::numeric_limits<std::size_t>::max();
    const std::size_t before = left_out_;
    for (const json::Value& form : forms) {
      if (!spend_on(reply, budget_)) break;
      json::Value tried = reply;
      left_out_ = 0;
      walk(tried, form, depth + 1);
      if (left_out_ >= least || !checker_.fits(tried, form)) continue;
      least = left_out_;
      best = std::move(tried);
    }
    left_out_ = before + (best ? least : 0);
    if (best) reply = std::move(*best);
  }

  void mend_text(json::Value& reply, const json::Value& schema) {
    const std::string_view said = json::view(reply.get_string());
    if (said.size() > kLongestMendedText || checker_.fits(reply, schema)) return;
    std::string_view text = base::trim(said);
    if (put(reply, json::Value(text), schema)) return;
    constexpr std::pair<std::string_view, std::string_view> kAround[] = {{"[", "]"}, {"\"", "\""}, {"'", "'"},
                                                                         {"`", "`"}, {"<", ">"},   {"(", ")"}};
    for (const auto& [before, after] : kAround)
      if (text.size() > 2 && text.starts_with(before) && text.ends_with(after))
        if (put(reply, json::Value(base::trim(text.substr(1, text.size() - 2))), schema)) return;
    const auto meant = json::read(text);
    if (meant && (meant->is_number() || meant->is_bool())) put(reply, *meant, schema);
  }

  bool put(json::Value& reply, json::Value meant, const json::Value& schema) {
    if (!checker_.fits(meant, schema)) return false;
    reply = std::move(meant);
    return true;
  }

  SchemaChecker& checker_;
  base::Budget& budget_;
  Patterns patterns_;
  std::size_t left_out_ = 0;
};

}  // namespace

std::size_t mend_reply(json::Value& reply, const json::Value& document, SchemaChecker& checker, base::Budget& budget) {
  Mender mender(checker, budget);
  mender.walk(reply, document, 0);
  return mender.left_out();
}

std::optional<std::string> misfit_after_mending(json::Value& value, const json::Value& schema, base::Budget& budget) {
  SchemaChecker checker(schema, budget);
  auto wrong = checker.misfit(value);
  if (!wrong || budget.over()) return wrong;
  mend_reply(value, schema, checker, budget);
  return checker.misfit(value);
}

std::optional<std::string> misfit_after_mending(json::Value& value, const json::Value& schema) {
  base::Budget budget(kSchemaStepsOnTheLoop);
  return misfit_after_mending(value, schema, budget);
}

}  // namespace llm
