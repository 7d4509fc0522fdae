#include "engine/act_by_instruction.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/new_lines.h"
#include "engine/prompts.h"

namespace engine {
namespace {

std::vector<VariableNote> notes_of(const Variables& variables) {
  std::vector<VariableNote> out;
  for (const auto& [name, value] : variables) out.push_back({name});
  return out;
}

// "click the sign-in button", without saying the method twice.
std::string in_words(const Action& action) {
  const std::string method = action.method.value_or("");
  return action.description.starts_with(method) ? action.description : fmt::format("{} {}", method, action.description);
}

}  // namespace

bool is_repeatable(std::string_view method) {
  return method == "fill" || method == "hover" || method == "selectOptionFromDropdown" || method == "selectOption" ||
         method == "scroll" || method == "scrollTo" || method == "scrollIntoView" || method == "setInputFiles";
}

ActResult act_failed(std::string message, std::string description) {
  return {.success = false, .message = std::move(message), .action_description = std::move(description), .actions = {}};
}

ActResult act_succeeded(const Action& action) {
  return {.success = true,
          .message = fmt::format("Action [{}] performed successfully on selector: {}", action.method.value_or(""),
                                 action.selector),
          .action_description = action.description,
          .actions = {action}};
}

aio::Task<base::Result<ActResult>> ActByInstruction::act(const aio::Context& ctx, std::string instruction) {
  co_await call_.sight.settle(ctx);
  CO_TRY(std::string tree, co_await call_.sight.look(ctx, {.max_chars = call_.page_chars}));
  llm::Chat prompt = act_prompt(instruction, tree, notes_of(call_.variables));
  CO_TRY(const Chosen chosen, co_await choose(ctx, std::move(tree), std::move(prompt)));
  if (!chosen.answer.choice) co_return act_failed(std::string(kNoActionFound), instruction);
  CO_TRY(ActResult first, co_await carry_out(ctx, instruction, *chosen.answer.choice));
  if (!first.success || !chosen.answer.two_step) co_return first;
  co_return co_await second_step(ctx, instruction, std::move(first), chosen);
}

aio::Task<base::Result<ActByInstruction::Chosen>> ActByInstruction::choose(const aio::Context& ctx, std::string tree,
                                                                           llm::Chat chat) {
  const auto unknown = [&tree](const json::Value& value) -> std::optional<std::string> {
    const auto wrong = [](const std::string& id) {
      return fmt::format("the page has no line with the id \"{}\"; copy one that it has", base::truncate(id, 100));
    };
    if (auto too_much = beyond_limits(value)) return too_much;
    const OneChoice answer = read_one_choice(value);
    if (!answer.choice) return std::nullopt;
    if (!known_id(tree, answer.choice->id)) return wrong(answer.choice->id);
    if (!takes_target(answer.choice->method)) return std::nullopt;
    if (answer.choice->arguments.empty()) return "dragAndDrop needs the id of its target as argument";
    if (!known_id(tree, answer.choice->arguments.front())) return wrong(answer.choice->arguments.front());
    return std::nullopt;
  };
  auto value = co_await ask_model(ctx, call_, std::move(chat), one_choice_schema(), unknown);
  if (!value) co_return std::unexpected(std::move(value).error());
  Chosen out{read_one_choice(*value), std::move(tree)};
  if (auto& choice = out.answer.choice) {
    choice->id = known_id(out.tree, choice->id).value_or(choice->id);
    if (takes_target(choice->method))
      choice->arguments.front() = known_id(out.tree, choice->arguments.front()).value_or("");
  }
  co_return out;
}

aio::Task<base::Result<std::optional<Action>>> ActByInstruction::as_action(const aio::Context& ctx,
                                                                           const Choice& choice) {
  CO_TRY(const auto selector, co_await call_.sight.selector_of(ctx, choice.id));
  if (!selector) co_return std::optional<Action>();
  Action out{.selector = selector->selector,
             .description = choice.description,
             .method = choice.method,
             .arguments = choice.arguments,
             .element = selector->identity};
  if (takes_target(choice.method) && !choice.arguments.empty()) {
    CO_TRY(const auto target, co_await call_.sight.selector_of(ctx, choice.arguments.front()));
    if (!target) co_return std::optional<Action>();
    out.arguments.front() = target->selector;
    out.target = target->identity;
  }
  co_return out;
}

aio::Task<base::Result<std::optional<StepFailure>>> ActByInstruction::perform(const aio::Context& ctx,
                                                                              const Choice& choice,
                                                                              const Action& action) {
  call_.events.progress({.category = "action",
                         .message = "performing understudy method",
                         .level = 2,
                         .auxiliary = {{"xpath", action.selector, "string"},
                                       {"method", choice.method, "string"},
                                       {"url", call_.sight.url(), "string"}}});
  CO_TRY(std::vector<std::string> arguments, co_await with_variables(ctx, choice.arguments, call_.variables));
  if (auto why = co_await call_.files.refuse(ctx, choice.method, arguments))
    co_return StepFailure{{base::Kind::invalid, std::move(*why)}, false};
  co_return co_await call_.sight.perform(ctx, {choice.method, choice.id, std::move(arguments)});
}

aio::Task<base::Result<ActResult>> ActByInstruction::carry_out(const aio::Context& ctx, const std::string& instruction,
                                                               Choice choice) {
  CO_TRY(const std::optional<Action> action, co_await as_action(ctx, choice));
  // The page has moved on between the look and the answer.
  if (!action) {
    Action lost{.selector = "", .description = choice.description, .method = choice.method, .arguments = {}};
    if (!self_heal_) co_return act_failed("Failed to perform act: the element is gone from the page", instruction);
    co_return co_await try_again(ctx, instruction, std::move(lost), "the element is gone from the page");
  }
  CO_TRY(const auto failure, co_await perform(ctx, choice, *action));
  if (!failure) {
    co_await call_.sight.settle_after_step(ctx);
    co_return act_succeeded(*action);
  }
  const std::string why = without_values(failure->error.message, call_.variables);
  if (!self_heal_ || failure->final || (failure->may_have_acted && !is_repeatable(choice.method)))
    co_return act_failed("Failed to perform act: " + why, action->description);
  co_return co_await try_again(ctx, instruction, *action, why);
}

aio::Task<base::Result<ActResult>> ActByInstruction::heal(const aio::Context& ctx, const Action& action,
                                                          std::string why) {
  co_return co_await try_again(ctx, in_words(action), action, std::move(why));
}

// What was in the way at first is told in any case: the second try's failure may be a symptom of it, or of the model.
aio::Task<base::Result<ActResult>> ActByInstruction::try_again(const aio::Context& ctx, std::string instruction,
                                                               Action failed, std::string why) {
  const std::string description = failed.description;
  auto second = co_await reprocess(ctx, std::move(instruction), std::move(failed), why);
  if (second) {
    if (!second->success && !second->message.ends_with(": " + why)) second->message += "; the first try failed: " + why;
    co_return second;
  }
  if (second.error().kind == base::Kind::gone || ctx.now() >= ctx.deadline) co_return second;
  co_return act_failed(fmt::format("Failed to perform act: {}; self-heal failed: {}", why,
                                   without_values(std::move(second).error().message, call_.variables)),
                       description);
}

aio::Task<base::Result<ActResult>> ActByInstruction::reprocess(const aio::Context& ctx, std::string instruction,
                                                               Action failed, std::string why) {
  call_.events.progress({.category = "action",
                         .message = "Error performing action. Reprocessing the page and trying again",
                         .level = 1,
                         .auxiliary = {{"error", why, "string"}, {"action", in_words(failed), "string"}}});
  CO_TRY(std::string tree, co_await call_.sight.look(ctx, {.max_chars = call_.page_chars}));
  llm::Chat prompt = heal_prompt(instruction, {in_words(failed), why}, tree, notes_of(call_.variables));
  CO_TRY(const Chosen chosen, co_await choose(ctx, std::move(tree), std::move(prompt)));
  if (!chosen.answer.choice)
    co_return act_failed("Failed to self-heal act: No observe results found for action", failed.description);
  Choice choice = *chosen.answer.choice;
  // A model that keeps the method keeps what it was to be done with, which it may not have been told.
  if (choice.method == failed.method && choice.arguments.empty() && !takes_target(choice.method))
    choice.arguments = failed.arguments;
  // What it is for stays what the caller said.
  if (!failed.description.empty()) choice.description = failed.description;
  CO_TRY(const std::optional<Action> action, co_await as_action(ctx, choice));
  if (!action)
    co_return act_failed("Failed to perform act after self-heal: the element is gone from the page",
                         failed.description);
  CO_TRY(const auto failure, co_await perform(ctx, choice, *action));
  if (failure)
    co_return act_failed(
        "Failed to perform act after self-heal: " + without_values(failure->error.message, call_.variables),
        action->description);
  co_await call_.sight.settle_after_step(ctx);
  co_return act_succeeded(*action);
}

aio::Task<base::Result<ActResult>> ActByInstruction::second_step(const aio::Context& ctx,
                                                                 const std::string& instruction, ActResult first,
                                                                 const Chosen& chosen) {
  CO_TRY(std::string tree, co_await call_.sight.look(ctx, {.max_chars = call_.page_chars}));
  const Choice& done = *chosen.answer.choice;
  llm::Chat prompt = second_step_prompt(instruction, {done.method, done.description, done.arguments},
                                        new_lines(chosen.tree, tree), notes_of(call_.variables));
  CO_TRY(const Chosen next, co_await choose(ctx, std::move(tree), std::move(prompt)));
  if (!next.answer.choice) co_return first;
  CO_TRY(ActResult second, co_await carry_out(ctx, instruction, *next.answer.choice));
  for (Action& action : second.actions) first.actions.push_back(std::move(action));
  first.message += " → " + second.message;
  first.success = second.success;
  co_return first;
}

}  // namespace engine
