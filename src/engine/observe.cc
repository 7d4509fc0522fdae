#include "engine/observe.h"

#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/choice.h"
#include "engine/prompts.h"

namespace engine {
namespace {

// Of all elements found. A page chooses how long their names and the paths to them are.
constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

std::size_t size_of(const Action& action) {
  return action.selector.size() + action.element.name.size() + action.target.name.size() +
         (action.target.role.empty() ? 0 : action.arguments.front().size());
}

std::vector<VariableNote> described_notes(const ObserveRequest& request) {
  std::vector<VariableNote> out;
  for (const auto& [name, value] : request.variables) {
    const auto described = request.variable_descriptions.find(name);
    out.push_back({name, described == request.variable_descriptions.end() ? "" : described->second});
  }
  return out;
}

// Objects to an answer none of whose ids is on the page; a single slip is left out without another call.
std::optional<std::string> all_unknown(const LineIds& lines, const json::Value& value) {
  if (auto wrong = beyond_limits(value)) return wrong;
  const std::vector<Choice> choices = read_choices(value);
  for (const Choice& choice : choices)
    if (lines.known(choice.id)) return std::nullopt;
  if (choices.empty()) return std::nullopt;
  return fmt::format("the page has no line with the id \"{}\", nor any other that you named",
                     base::truncate(choices.front().id, 100));
}

aio::Task<base::Result<std::optional<Action>>> as_action(const aio::Context& ctx, ModelCall& call, const LineIds& lines,
                                                         Choice choice) {
  const auto selector = [&](std::string id) { return call.sight.selector_of(ctx, std::move(id)); };
  const auto id = lines.known(choice.id);
  if (!id) co_return std::optional<Action>();
  CO_TRY(const auto found, co_await selector(*id));
  if (!found) co_return std::optional<Action>();
  Identity target_identity;
  if (takes_target(choice.method)) {
    const auto target = choice.arguments.empty() ? std::nullopt : lines.known(choice.arguments.front());
    if (!target) co_return std::optional<Action>();
    CO_TRY(const auto to, co_await selector(*target));
    if (!to) co_return std::optional<Action>();
    choice.arguments.front() = to->selector;
    target_identity = to->identity;
  }
  co_return Action{.selector = found->selector,
                   .description = std::move(choice.description),
                   .method = std::move(choice.method),
                   .arguments = std::move(choice.arguments),
                   .element = found->identity,
                   .target = std::move(target_identity)};
}

}  // namespace

aio::Task<base::Result<std::vector<Action>>> observe(const aio::Context& ctx, ModelCall& call,
                                                     const ObserveRequest& request) {
  call.events.progress({.category = "observation",
                        .message = "starting observation",
                        .level = 1,
                        .auxiliary = {{"instruction", request.instruction, "string"}}});
  LookOptions options{.ignored_selectors = request.ignore_selectors, .max_chars = call.page_chars};
  if (!request.selector.empty()) options.selectors.push_back(request.selector);
  CO_TRY(const std::string tree, co_await call.sight.look(ctx, std::move(options)));
  call.events.progress({.category = "observation", .message = "Got accessibility tree data", .level = 1});
  const LineIds lines(tree);
  auto value =
      co_await ask_model(ctx, call, observe_prompt(request.instruction, tree, described_notes(request)),
                         choices_schema(), [&lines](const json::Value& answer) { return all_unknown(lines, answer); });
  if (!value) co_return std::unexpected(std::move(value).error());
  std::vector<Action> out;
  std::set<std::string> seen;
  std::size_t room = kMostBytes;
  for (Choice& choice : read_choices(*value)) {
    const std::string key = fmt::format("{} {} {}", choice.id, choice.method, fmt::join(choice.arguments, " "));
    if (!seen.insert(key).second) continue;
    // What is found here becomes the caller's own word when it is acted on: no file that it did not name.
    const auto filled = co_await with_variables(ctx, choice.arguments, request.variables);
    if (!filled || co_await call.files.refuse(ctx, choice.method, *filled)) continue;
    CO_TRY(auto action, co_await as_action(ctx, call, lines, std::move(choice)));
    if (!action) continue;
    if (size_of(*action) > room)
      co_return base::fail(
          base::Kind::upstream,
          fmt::format("The selectors and names of the elements found have more than {} bytes together", kMostBytes));
    room -= size_of(*action);
    out.push_back(std::move(*action));
  }
  call.events.progress({.category = "observation",
                        .message = "found elements",
                        .level = 1,
                        .auxiliary = {{"elements", std::to_string(out.size()), "integer"}}});
  co_return out;
}

}  // namespace engine
