#include "api/replays.h"

#include <fmt/format.h>

#include "json/write.h"
#include "net/url.h"

namespace api {
namespace {

std::int64_t milliseconds(base::WallTime time) {
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

std::string within(std::string json, std::size_t limit) {
  return json.size() <= limit ? json : fmt::format(R"({{"omitted":{}}})", json.size());
}

std::string action_json(const ReplayAction& action, std::size_t limit) {
  const std::string result = within(action.result, limit);
  std::string out = R"({"method":)";
  json::append_string(out, action.method);
  out += R"(,"parameters":)" + within(json::write(action.parameters), limit) + R"(,"result":)";
  // The published shape wants an object.
  out += result.starts_with('{') ? result : R"({"value":)" + result + "}";
  out += fmt::format(R"(,"timestamp":{},"endTime":{})", milliseconds(action.began), milliseconds(action.ended));
  if (action.model_calls > 0)
    out += fmt::format(
        R"(,"tokenUsage":{{"inputTokens":{},"outputTokens":{},"reasoningTokens":{},"cachedInputTokens":{},"timeMs":{}}})",
        action.input_tokens, action.output_tokens, action.reasoning_tokens, action.cached_tokens,
        action.model_time.count());
  return out + "}";
}

}  // namespace

json::Value without_secrets(const json::Value& body) {
  json::Value out = cleaned(body);
  if (json::Object* object = out.if_object()) object->erase("streamResponse");
  return out;
}

void Replays::record(const std::string& session_id, ReplayAction action) {
  auto found = index_.find(session_id);
  if (found == index_.end()) {
    sessions_.push_back({session_id, {}, 0});
    found = index_.emplace(sessions_.back().id, std::prev(sessions_.end())).first;
  } else {
    sessions_.splice(sessions_.end(), sessions_, found->second);
  }
  Session& session = *found->second;
  std::string json = action_json(action, limits_.action_bytes);
  json.shrink_to_fit();  // it grew piece by piece, and will be here for long
  Kept kept{std::move(json), std::move(action.url), milliseconds(action.began), milliseconds(action.ended)};
  session.bytes += kept.json.size();
  bytes_ += kept.json.size();
  session.actions.push_back(std::move(kept));
  if (session.actions.size() > limits_.actions) drop_oldest(session);
  trim();
}

void Replays::drop_oldest(Session& session) {
  session.bytes -= session.actions.front().json.size();
  bytes_ -= session.actions.front().json.size();
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

std::string Replays::json(std::string_view session_id) const {
  std::string out = R"({"pages":[)";
  const auto found = index_.find(session_id);
  if (found == index_.end()) return out + "]}";
  const std::vector<Kept>& actions = found->second->actions;
  for (std::size_t first = 0; first < actions.size();) {
    std::size_t last = first;
    while (last + 1 < actions.size() && actions[last + 1].url == actions[first].url) ++last;
    out += first == 0 ? R"({"url":)" : R"(,{"url":)";
    json::append_string(out, actions[first].url);
    out += fmt::format(R"(,"timestamp":{},"duration":{},"actions":[)", actions[first].began,
                       actions[last].ended - actions[first].began);
    for (std::size_t n = first; n <= last; ++n) out += (n == first ? "" : ",") + actions[n].json;
    out += "]}";
    first = last + 1;
  }
  return out + "]}";
}

}  // namespace api
