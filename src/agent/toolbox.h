// Toolbox: what a model may do in an agent run, and how it is done. One for the tools of the modes dom and hybrid
// (page_tools.h), one for each family of models that use a screen (screen/).
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/history.h"
#include "aio/context.h"
#include "base/result.h"
#include "json/value.h"
#include "llm/chat.h"

namespace agent {

// What became of a call.
struct Used {
  std::vector<std::variant<llm::Text, llm::Image>> content = {};  // what the model is told
  bool failed = false;
  std::string error = {};  // of one that failed
  // What is told of it to the client: one entry or more, without the members that all of them share (type first, then
  // whatever belongs to it; docs/wire/agent.md).
  std::vector<json::Object> actions = {};
  bool changes_page = false;    // might have; a run of steps that change nothing is a sign of being stuck
  bool lets_time_pass = false;  // did nothing to the page, which may have changed by itself meanwhile
  // Of a screen, for the result that the model is given (llm::ToolResult).
  std::string url = {};
  std::vector<llm::SafetyCheck> acknowledged = {};
};

// A call that failed, in words for the model and the client.
Used failed_use(const llm::ToolCall& call, const std::string& why, bool changes_page);
// Whether an error is the end of the run (the session is gone, the time is over) and no lesson for a model.
bool ends_the_run(const aio::Context& ctx, const base::Error& error);
// The entry of a call: its type and its arguments.
json::Object action_of(const llm::ToolCall& call);

// The model's own word that it has ended.
struct Finished {
  bool complete = false;  // it says that the goal is reached
  std::string words = {};
};

// The tool by which it says so, the same in all modes.
inline constexpr std::string_view kDone = "done";
llm::Tool done_tool();
Finished read_done(const llm::ToolCall& call);

class Toolbox {
 public:
  virtual ~Toolbox() = default;

  // Adds to a chat what makes its model able to use this: tools, a screen, words about them.
  virtual void offer(llm::Chat& chat) const = 0;

  // What the page is like now, as far as the model is shown it without asking: before its first step, and after each
  // that may have changed the page.
  struct Scene {
    View view = {};
    std::uint64_t fingerprint = 0;  // equal for pages that are the same to a reader
    bool captcha = false;           // it asks for a proof that a person is there
  };
  virtual aio::Task<base::Result<Scene>> scene(const aio::Context& ctx, bool first) = 0;

  // Does one call. Errors end the run (the session is gone, the time is over); whatever the model can learn from is a
  // value. Ends by ctx.deadline, which holds the tool timeout.
  virtual aio::Task<base::Result<Used>> use(const aio::Context& ctx, const llm::ToolCall& call) = 0;

  // Whether this call ends the run.
  virtual std::optional<Finished> finished_by(const llm::ToolCall& call) const = 0;

  virtual std::string url() const = 0;  // of the page as it is now
};

}  // namespace agent
