// act with an instruction, and the second chance of an action that failed: a model is shown the page, chooses, and what
// it chose is done on that very element.
#pragma once
#include <string>

#include "engine/choice.h"
#include "engine/model_call.h"
#include "engine_api/types.h"

namespace engine {

class ActByInstruction {
 public:
  ActByInstruction(ModelCall& call, bool self_heal) : call_(call), self_heal_(self_heal) {}

  // Looks, asks, acts; a second step when the model wants one, another try when an action fails. A failure that says
  // nothing about the session or the time is a result with success false.
  aio::Task<base::Result<ActResult>> act(const aio::Context& ctx, std::string instruction);

  // Another way to what `action` was meant for, after it failed for this reason. Takes its method and its description
  // as the instruction.
  aio::Task<base::Result<ActResult>> heal(const aio::Context& ctx, const Action& action, std::string why);

 private:
  struct Chosen {
    OneChoice answer;
    std::string tree;  // what the model was shown
  };
  aio::Task<base::Result<Chosen>> choose(const aio::Context& ctx, std::string tree, llm::Chat chat);
  aio::Task<base::Result<ActResult>> carry_out(const aio::Context& ctx, const std::string& instruction, Choice choice);
  aio::Task<base::Result<ActResult>> second_step(const aio::Context& ctx, const std::string& instruction,
                                                 ActResult first, const Chosen& chosen);
  // reprocess, and both causes in one when that fails too.
  aio::Task<base::Result<ActResult>> try_again(const aio::Context& ctx, std::string instruction, Action failed,
                                               std::string why);
  aio::Task<base::Result<ActResult>> reprocess(const aio::Context& ctx, std::string instruction, Action failed,
                                               std::string why);
  // The choice as callers see it: selectors in place of ids. Nothing when its element is gone.
  aio::Task<base::Result<std::optional<Action>>> as_action(const aio::Context& ctx, const Choice& choice);
  aio::Task<base::Result<std::optional<StepFailure>>> perform(const aio::Context& ctx, const Choice& choice,
                                                              const Action& action);

  ModelCall& call_;
  const bool self_heal_;
};

// Lines of the wire, which clients may compare.
inline constexpr std::string_view kNoActionFound = "Failed to perform act: No action found";
// Done twice, this is as done once: filling, choosing, hovering, scrolling.
bool is_repeatable(std::string_view method);
ActResult act_failed(std::string message, std::string description);
ActResult act_succeeded(const Action& action);

}  // namespace engine
