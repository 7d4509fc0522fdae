// Toolbox: what a model may do in an agent run, and how it is done. One for the tools of the modes dom and hybrid
// (page_tools.h), one for each family of models that use a screen (screen/).
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "aio/context.h"
#include "base/result.h"
#include "json/value.h"
#include "llm/chat.h"

namespace agent {

// What became of a call.
struct Used {
  std::vector<std::variant<llm::Text, llm::Image>> content = {};  // what the model is told
  bool failed = false;
  std::string error = {};            // of one that failed
  // What is told of it to the client: one entry or more, without the members that all of them share (type first, then
  // whatever belongs to it; docs/wire/agent.md).
  std::vector<json::Object> actions = {};
  bool changes_page = false;  // might have; a run of steps that change nothing is a sign of being stuck
};

// The model's own word that it has ended.
struct Finished {
  bool complete = false;  // it says that the goal is reached
  std::string words = {};
};

class Toolbox {
 public:
  virtual ~Toolbox() = default;

  // Adds to a chat what makes its model able to use this: tools, a screen, words about them.
  virtual void offer(llm::Chat& chat) const = 0;

  // What the model is shown before its first step, besides the goal.
  virtual aio::Task<base::Result<std::vector<llm::Part>>> first_view(const aio::Context& ctx) = 0;

  // Does one call. Errors end the run (the session is gone, the time is over); whatever the model can learn from is a
  // value. Ends by ctx.deadline, which holds the tool timeout.
  virtual aio::Task<base::Result<Used>> use(const aio::Context& ctx, const llm::ToolCall& call) = 0;

  // Whether this call ends the run.
  virtual std::optional<Finished> finished_by(const llm::ToolCall& call) const = 0;

  virtual std::string url() const = 0;  // of the page as it is now
};

}  // namespace agent
