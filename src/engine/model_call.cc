#include "engine/model_call.h"

#include <fmt/format.h>

namespace engine {
namespace {

// The ids at the starts of lines that end in this suffix: "]" closes each.
std::vector<std::string_view> ids_ending_in(std::string_view tree, std::string_view suffix) {
  std::vector<std::string_view> out;
  const std::string closed = fmt::format("{}] ", suffix);
  for (std::size_t at = tree.find(closed); at != std::string_view::npos; at = tree.find(closed, at + 1)) {
    const std::size_t open = tree.rfind('[', at);
    if (open == std::string_view::npos) continue;
    const std::size_t line = tree.rfind('\n', open);
    const std::size_t first = line == std::string_view::npos ? 0 : line + 1;
    if (tree.substr(first, open - first).find_first_not_of(' ') != std::string_view::npos) continue;
    out.push_back(tree.substr(open + 1, at + suffix.size() - open - 1));
  }
  return out;
}

// The wire's words for a reply that is of no use, and after them what is wrong with it.
base::Error in_wire_words(base::Error error) {
  if (error.kind != base::Kind::upstream) return error;
  if (error.message.starts_with("The model's reply is no JSON"))
    error.message = "No object generated: could not parse the response.";
  else if (error.message.starts_with("The reply"))
    error.message = "No object generated: response did not match schema. " + error.message;
  return error;
}

}  // namespace

bool names_line(std::string_view tree, std::string_view id) {
  for (const std::string_view found : ids_ending_in(tree, id))
    if (found == id) return true;
  return false;
}

std::optional<std::string> known_id(std::string_view tree, std::string_view id) {
  if (id.empty()) return std::nullopt;
  if (names_line(tree, id)) return std::string(id);
  const std::size_t dash = id.rfind('-');
  const std::string_view number = dash == std::string_view::npos ? id : id.substr(dash + 1);
  if (number.empty()) return std::nullopt;
  std::optional<std::string> only;
  for (const std::string_view found : ids_ending_in(tree, fmt::format("-{}", number))) {
    if (only) return std::nullopt;
    only = std::string(found);
  }
  return only;
}

aio::Task<base::Result<json::Value>> ask_model(const aio::Context& ctx, ModelCall& call, llm::Chat chat,
                                               json::Value schema, llm::Objection objection) {
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
