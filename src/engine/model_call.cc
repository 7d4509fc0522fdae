#include "engine/model_call.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine_api/words.h"

namespace engine {
namespace {

// The ids at the starts of lines, in their order: "  [0-17] button: Buy". One pass, whatever the page's texts hold.
template <class F>
void for_each_id(std::string_view tree, F f) {
  while (!tree.empty()) {
    const std::size_t next = std::min(tree.find('\n'), tree.size());
    std::string_view line = tree.substr(0, next);
    tree.remove_prefix(std::min(next + 1, tree.size()));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::size_t end = line.starts_with('[') ? line.find("] ") : std::string_view::npos;
    if (end != std::string_view::npos) f(line.substr(1, end - 1));
  }
}

std::string_view number_of(std::string_view id) {
  const std::size_t dash = id.rfind('-');
  return dash == std::string_view::npos ? id : id.substr(dash + 1);
}

// The wire's words for a reply that is of no use, and after them what is wrong with it.
base::Error in_wire_words(base::Error error) {
  if (error.kind != base::Kind::upstream) return error;
  if (error.message.starts_with("The model's reply is no JSON"))
    error.message = "No object generated: could not parse the response.";
  else if (error.message.starts_with("The reply"))
    error.message = std::string(kNoFit) + " " + error.message;
  return error;
}

}  // namespace

bool names_line(std::string_view tree, std::string_view id) {
  bool found = false;
  for_each_id(tree, [&](std::string_view each) { found = found || each == id; });
  return found;
}

std::optional<std::string> known_id(std::string_view tree, std::string_view id) {
  if (id.empty() || id.size() > kLongestId) return std::nullopt;
  const std::string_view number = number_of(id);
  bool itself = false;
  std::string_view only;
  bool several = false;
  for_each_id(tree, [&](std::string_view each) {
    itself = itself || each == id;
    if (each.find('-') == std::string_view::npos || number_of(each) != number) return;
    several = several || (!only.empty() && only != each);
    only = each;
  });
  if (itself) return std::string(id);
  if (only.empty() || several || number.empty()) return std::nullopt;
  return std::string(only);
}

LineIds::LineIds(std::string_view tree) {
  for_each_id(tree, [this](std::string_view id) {
    if (!ids_.insert(id).second || id.find('-') == std::string_view::npos) return;
    if (const auto [it, fresh] = by_number_.try_emplace(number_of(id), id); !fresh) it->second = "";
  });
}

std::optional<std::string> LineIds::known(std::string_view id) const {
  if (id.size() > kLongestId) return std::nullopt;
  if (ids_.contains(id)) return std::string(id);
  const auto it = by_number_.find(number_of(id));
  if (it == by_number_.end() || it->second.empty() || number_of(id).empty()) return std::nullopt;
  return std::string(it->second);
}

aio::Task<base::Result<json::Value>> ask_model(const aio::Context& ctx, ModelCall& call, llm::Chat chat,
                                               json::Shared schema, llm::Objection objection) {
  if (!call.system_prompt.empty()) chat.system += "\n\nThe user adds:\n" + call.system_prompt;
  llm::Structured answer;
  const base::TimePoint began = ctx.now();
  auto done =
      co_await llm::complete_json(ctx, call.model, std::move(chat), std::move(schema), answer, std::move(objection));
  call.usage += answer.usage;
  call.calls += answer.calls;
  call.model_time += ctx.now() - began;
  if (!done) co_return std::unexpected(in_wire_words(std::move(done).error()));
  if (call.verbose > 0)
    call.events.progress({.category = "aisdk",
                          .message = "response",
                          .level = 1,
                          .auxiliary = {{"inputTokens", std::to_string(answer.usage.input), "integer"},
                                        {"outputTokens", std::to_string(answer.usage.output), "integer"},
                                        {"calls", std::to_string(answer.calls), "integer"}}});
  co_return std::move(answer.value);
}

}  // namespace engine
