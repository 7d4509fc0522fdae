#include "api/replays.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/activity.h"
#include "base/text.h"
#include "json/read.h"
#include "json/write.h"
#include "net/url.h"

namespace api {
namespace {

std::int64_t unix_milliseconds(base::WallTime time) {
  return std::chrono::duration_cast<base::Milliseconds>(time.time_since_epoch()).count();
}

// {"password": {"value": …}} becomes {"password": {}}: which variables there were, not what they held.
json::Object names_only(const json::Value& variables) {
  json::Object out;
  if (variables.is_object())
    for (const auto& [name, value] : variables.get_object()) out[name] = json::Object();
  return out;
}

// A model by its name; keys, headers and accounts may be secrets, and a URL may hold one.
json::Value model_name(const json::Value& model) {
  if (model.is_string()) return model;
  return json::Value(json::get_text(model, "modelName").value_or(""));
}

// Tools of the caller's by their names, servers of tools by their hosts: the rest of them may be secret.
json::Array tool_names(const json::Value& tools) {
  json::Array out;
  if (const json::Array* list = tools.if_array())
    for (const json::Value& tool : *list) {
      if (const auto name = json::get_text(tool, "name")) out.push_back(json::Object{{"name", *name}});
      if (const auto server = json::get_text(tool, "mcp")) {
        const auto url = net::parse_url(*server);
        out.push_back(json::Object{{"mcp", url ? url->host : ""}});
      }
    }
  return out;
}

json::Value cleaned(const json::Value& value) {
  const json::Object* object = value.if_object();
  if (!object) return value;
  json::Object out;
  for (const auto& [name, inner] : *object) {
    if (name == "variables")
      out[name] = names_only(inner);
    else if (name == "model" || name == "executionModel")
      out[name] = model_name(inner);
    else if (name == "tools")
      out[name] = tool_names(inner);
    else if (inner.is_object() && name != "schema")
      out[name] = cleaned(inner);
    else
      out[name] = inner;
  }
  return out;
}

std::string omitted(std::size_t size) { return fmt::format(R"({{"omitted":{}}})", size); }

std::string within(std::string_view json, std::size_t limit) {
  return json.size() <= limit ? std::string(json) : omitted(json.size());
}

std::string masked(const ReplayMask& mask, const ReplayMask& earlier, std::string_view json, std::size_t limit) {
  if (json.size() > limit) return omitted(json.size());
  const auto value = json::read(json);
  return value ? within(json::write(earlier(mask(*value))), limit) : omitted(json.size());
}

struct Written {
  std::string json;
  std::size_t more_at = 0;
  std::size_t more = 0;
};

Written action_json(const ReplayAction& action, const ReplayMask& earlier, std::size_t limit) {
  const std::string result = masked(action.mask, earlier, action.result, limit);
  std::string out = R"({"method":)";
  json::append_string(out, action.method);
  out += R"(,"parameters":)" + masked(action.mask, earlier, action.parameters, limit) + R"(,"result":)";
  // The published shape wants an object.
  out += result.starts_with('{') ? result : R"({"value":)" + result + "}";
  out +=
      fmt::format(R"(,"timestamp":{},"endTime":{})", unix_milliseconds(action.began), unix_milliseconds(action.ended));
  if (action.model_calls == 0) return {out + "}"};
  out +=
      fmt::format(R"(,"tokenUsage":{{"inputTokens":{},"outputTokens":{})", action.input_tokens, action.output_tokens);
  const std::string more =
      fmt::format(R"(,"reasoningTokens":{},"cachedInputTokens":{})", action.reasoning_tokens, action.cached_tokens);
  const std::size_t more_at = out.size();
  return {out + more + fmt::format(R"(,"timeMs":{}}}}})", action.model_time.count()), more_at, more.size()};
}

}  // namespace

std::string replay_parameters(const json::Value& body, std::size_t limit) {
  json::Value out = cleaned(body);
  if (json::Object* object = out.if_object()) object->erase("streamResponse");
  return within(json::write(out), limit);
}

Replays::Session& Replays::used(const std::string& session_id) {
  auto found = index_.find(session_id);
  if (found == index_.end()) {
    sessions_.push_back({session_id, {}, 0, {}});
    found = index_.emplace(sessions_.back().id, std::prev(sessions_.end())).first;
  } else {
    sessions_.splice(sessions_.end(), sessions_, found->second);
  }
  return *found->second;
}

Replays::Draft Replays::draft(const std::string& session_id, ReplayAction action) {
  Session& session = used(session_id);
  ReplayMask earlier = session.mask;
  session.mask.remember(action.mask);
  count(session, session.mask.bytes(), earlier.bytes());
  trim();
  return {std::move(action), std::move(earlier), limits_};
}

std::size_t Replays::Draft::work() const {
  std::size_t bytes = action_.url.size();
  for (const std::string_view json : {std::string_view(action_.parameters), action_.result})
    if (json.size() <= limits_.action_bytes) bytes += json.size();
  return bytes * (1 + action_.mask.spellings() + earlier_.spellings());
}

std::shared_ptr<const Replays::Kept> Replays::Draft::written() const {
  const base::Activity activity("writing down an operation");
  Written written = action_json(action_, earlier_, limits_.action_bytes);
  written.json.shrink_to_fit();  // it grew piece by piece, and will be here for long
  // Masked first: of a value that is cut off a part would be shown.
  std::string url = base::truncate(earlier_.text(action_.mask.text(action_.url)), limits_.url_bytes);
  return std::make_shared<const Kept>(std::move(written.json), written.more_at, written.more, std::move(url),
                                      unix_milliseconds(action_.began), unix_milliseconds(action_.ended));
}

void Replays::keep(const std::string& session_id, std::shared_ptr<const Kept> written) {
  Session& session = used(session_id);
  count(session, written->bytes());
  // What took longer to write comes later than what ended after it.
  const auto place = std::ranges::upper_bound(session.actions, written->ended, {}, &Kept::ended);
  session.actions.insert(place, std::move(written));
  if (session.actions.size() > limits_.actions) drop_oldest(session);
  trim();
}

void Replays::count(Session& session, std::size_t came, std::size_t went) {
  session.bytes += came - went;
  bytes_ += came - went;
}

void Replays::drop_oldest(Session& session) {
  count(session, 0, session.actions.front()->bytes());
  session.actions.erase(session.actions.begin());
}

void Replays::trim() {
  while (sessions_.size() > limits_.sessions || (bytes_ > limits_.bytes && sessions_.size() > 1)) {
    bytes_ -= sessions_.front().bytes;
    index_.erase(sessions_.front().id);
    sessions_.pop_front();
  }
  // The one that is left may be too much by itself.
  while (bytes_ > limits_.bytes && sessions_.back().actions.size() > 1) drop_oldest(sessions_.back());
}

Replays::Replay Replays::of(std::string_view session_id) const {
  Replay out;
  const auto found = index_.find(session_id);
  if (found == index_.end()) return out;
  out.actions_ = found->second->actions;
  out.bytes_ = found->second->bytes;
  return out;
}

std::string Replays::Replay::json(Tokens tokens) const {
  std::string out = R"({"pages":[)";
  out.reserve(bytes_ + bytes_ / 8);
  for (std::size_t first = 0; first < actions_.size();) {
    std::size_t last = first;
    while (last + 1 < actions_.size() && actions_[last + 1]->url == actions_[first]->url) ++last;
    out += first == 0 ? R"({"url":)" : R"(,{"url":)";
    json::append_string(out, actions_[first]->url);
    out += fmt::format(R"(,"timestamp":{},"duration":{},"actions":[)", actions_[first]->began,
                       actions_[last]->ended - actions_[first]->began);
    for (std::size_t n = first; n <= last; ++n) {
      if (n != first) out += ',';
      const Kept& action = *actions_[n];
      const std::size_t left_out = tokens == Tokens::all ? 0 : action.more;
      out.append(action.json, 0, action.more_at).append(action.json, action.more_at + left_out);
    }
    out += "]}";
    first = last + 1;
  }
  return out + "]}";
}

}  // namespace api
