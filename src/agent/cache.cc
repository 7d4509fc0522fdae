#include "agent/cache.h"

#include <algorithm>

#include "agent/action_json.h"
#include "base/text.h"
#include "json/write.h"
#include "llm/crypto.h"

namespace agent {
namespace {

template <class... Each>
struct Overloaded : Each... {
  using Each::operator()...;
};

constexpr std::size_t kOverhead = 256;  // of a step, beside its texts

struct Parts {
  std::string_view path;  // all before the query
  std::vector<std::string_view> query;
};
Parts parts_of(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const std::size_t mark = url.find('?');
  Parts out{.path = url.substr(0, mark), .query = {}};
  if (mark == std::string_view::npos) return out;
  for (const std::string_view one : base::split(url.substr(mark + 1), '&'))
    if (!one.empty()) out.query.push_back(one);
  std::ranges::sort(out.query);
  return out;
}

std::string joined(const Parts& parts) {
  std::string out(parts.path);
  char separator = '?';
  for (const std::string_view one : parts.query) {
    out += separator;
    out += one;
    separator = '&';
  }
  return out;
}

bool has_digit(std::string_view text) { return text.find_first_of("0123456789") != text.npos; }

std::size_t size_of(const engine::Action& action) {
  std::size_t out = action.selector.size() + action.description.size() + action.element.name.size() +
                    action.target.name.size() + action.element.role.size();
  for (const std::string& argument : action.arguments) out += argument.size();
  return out;
}

std::size_t size_of(const Gesture& gesture) {
  if (const auto* text = std::get_if<TypeText>(&gesture)) return text->text.size();
  if (const auto* to = std::get_if<GoTo>(&gesture)) return to->url.size();
  if (const auto* press = std::get_if<Press>(&gesture)) return press->keys.size();
  return 0;
}

json::Object identity_json(const engine::Identity& identity) {
  return {{"role", identity.role}, {"name", identity.name}};
}

json::Object told(const ByElement& step) {
  const engine::Action& action = step.action;
  json::Object out{{"playwrightArguments", action_json(action)}, {"element", identity_json(action.element)}};
  if (action.target.known()) out["target"] = identity_json(action.target);
  return out;
}

json::Object told(const ByHand& step) {
  json::Object out;
  if (const auto* to = std::get_if<GoTo>(&step.gesture)) out["url"] = to->url;
  if (const auto* wait = std::get_if<Wait>(&step.gesture)) out["timeMs"] = wait->time.count();
  if (const auto* scroll = std::get_if<Scroll>(&step.gesture)) {
    out["deltaX"] = scroll->dx;
    out["deltaY"] = scroll->dy;
  }
  if (const auto* text = std::get_if<TypeText>(&step.gesture)) {
    out["method"] = "type";
    out["value"] = text->text;
  }
  if (const auto* press = std::get_if<Press>(&step.gesture)) {
    out["method"] = "press";
    out["value"] = press->keys;
  }
  if (step.focus.known()) out["element"] = identity_json(step.focus);
  return out;
}

json::Object told(const DialogAnswer& step) {
  return {{"answer", step.accept ? "accept" : "dismiss"}, {"text", step.text}};
}

json::Object told(const TabMove& step) {
  json::Object out{{"do", step.what}};
  if (step.what == "open")
    out["url"] = step.url;
  else
    out["number"] = step.number;
  return out;
}

json::Object told(const Reading&) { return {}; }

}  // namespace

std::string cache_key(const CacheSubject& subject) {
  std::vector<std::string> names = subject.variables;
  std::ranges::sort(names);
  const json::Value text = json::Array{kToolSet,
                                       subject.kind,
                                       subject.owner,
                                       base::trim(subject.instruction),
                                       normal_url(subject.url),
                                       subject.mode,
                                       subject.max_steps,
                                       subject.model,
                                       subject.model_identity,
                                       subject.execution_model,
                                       subject.execution_model_identity,
                                       subject.system_prompt,
                                       json::Array(names.begin(), names.end())};
  return llm::hex(llm::sha256(json::write(text)));
}

std::string normal_url(std::string_view url) { return joined(parts_of(url)); }

std::string place_of(std::string_view url) {
  Parts parts = parts_of(url);
  for (std::string_view& one : parts.query) one = one.substr(0, one.find('='));
  // Addresses that are their own content say nothing about a place.
  if (parts.path.starts_with("data:")) return "data:";
  return joined(parts);
}

bool same_kind_of_place(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const Parts one = parts_of(a);
  const Parts other = parts_of(b);
  const std::vector<std::string_view> names = base::split(one.path, '/');
  const std::vector<std::string_view> others = base::split(other.path, '/');
  if (names.size() != others.size()) return false;
  constexpr std::size_t kPath = 3;  // before it are the scheme, nothing, and the host with its port
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] != others[i] && !(i >= kPath && has_digit(names[i]) && has_digit(others[i]))) return false;
  return true;
}

std::string_view tool_of(const KeptStep& step) {
  return std::visit(Overloaded{[](const ByElement& it) -> std::string_view { return it.tool; },
                               [](const ByHand& it) -> std::string_view {
                                 if (std::holds_alternative<GoTo>(it.gesture)) return "goto";
                                 if (std::holds_alternative<Back>(it.gesture)) return "navback";
                                 if (std::holds_alternative<Forward>(it.gesture)) return "navforward";
                                 if (std::holds_alternative<Scroll>(it.gesture)) return "scroll";
                                 if (std::holds_alternative<Wait>(it.gesture)) return "wait";
                                 return "keys";
                               },
                               [](const DialogAnswer&) -> std::string_view { return "dialog"; },
                               [](const TabMove&) -> std::string_view { return "tabs"; },
                               [](const Reading& it) -> std::string_view { return it.tool; }},
                    step.what);
}

std::size_t bytes_of(const KeptRun& run) {
  std::size_t out = kOverhead + run.description.size();
  for (const KeptStep& step : run.steps) {
    out += kOverhead + step.place_before.size() + step.place_after.value_or("").size();
    if (const auto* it = std::get_if<ByElement>(&step.what)) out += size_of(it->action);
    if (const auto* it = std::get_if<ByHand>(&step.what)) out += size_of(it->gesture) + it->focus.name.size();
    if (const auto* it = std::get_if<DialogAnswer>(&step.what)) out += it->text.size();
    if (const auto* it = std::get_if<TabMove>(&step.what)) out += it->url.size();
  }
  return out;
}

json::Value entry_json(const CacheSubject& subject, const KeptRun& run) {
  json::Array steps;
  for (const KeptStep& step : run.steps) {
    json::Object one{{"type", tool_of(step)}};
    for (auto& [name, value] : std::visit([](const auto& it) { return told(it); }, step.what))
      one[name] = std::move(value);
    one["placeBefore"] = step.place_before;
    if (step.place_after) one["placeAfter"] = *step.place_after;
    steps.push_back(std::move(one));
  }
  return json::Object{{"version", 1},
                      {"instruction", subject.instruction},
                      {"startUrl", subject.url},
                      {"options", json::Object{{"mode", subject.mode}, {"maxSteps", subject.max_steps}}},
                      {"model", subject.model},
                      {"variables", json::Array(subject.variables.begin(), subject.variables.end())},
                      {"steps", std::move(steps)},
                      {"timestamp", base::iso8601(run.kept_at)}};
}

std::optional<KeptRun> Cache::find(const std::string& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->run;
}

bool Cache::keep(const std::string& key, KeptRun run) {
  forget(key);
  const std::size_t bytes = bytes_of(run) + key.size();
  if (!on() || bytes > limits_.bytes) return false;
  entries_.push_front({key, std::move(run), bytes});
  index_[key] = entries_.begin();
  bytes_ += bytes;
  while (entries_.size() > limits_.entries || bytes_ > limits_.bytes) {
    const std::string oldest = entries_.back().key;
    forget(oldest);
  }
  return true;
}

void Cache::forget(const std::string& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  bytes_ -= found->second->bytes;
  entries_.erase(found->second);
  index_.erase(found);
}

}  // namespace agent
