// Loop: an agent run. Shows the model the page, does what it asks for, and again, until it says that it is done or a
// limit is reached. The same for all modes: what the model may do is the Toolbox's.
#pragma once
#include <string>

#include "agent/ending.h"
#include "agent/history.h"
#include "agent/toolbox.h"
#include "agent/watch.h"
#include "engine_api/agent.h"
#include "engine_api/event_sink.h"
#include "llm/client.h"

namespace agent {

struct LoopSettings {
  engine::AgentLimits limits = {};
  HistoryRules history = {};
  WatchRules watch = {};
  bool assess_first = false;  // all may be done already: the model is asked for that before anything else
};

class Loop {
 public:
  // All of these outlive the Loop. The record is kept up to date at every wait.
  Loop(llm::Client& model, Toolbox& tools, engine::AgentRecord& record, engine::EventSink& events,
       LoopSettings settings)
      : model_(model),
        tools_(tools),
        record_(record),
        events_(events),
        settings_(settings),
        history_(settings.history),
        watch_(settings.watch) {}

  // `system` and `goal` are the prompt, `instruction` what the caller said, for the record. Errors are those that end
  // the session's work from outside (it was closed, the browser is gone); whatever else happens is a result.
  aio::Task<base::Result<engine::AgentResult>> run(const aio::Context& whole, std::string system, std::string goal,
                                                   std::string instruction);

  // With assess_first: the model did not see that all was done, and went on.
  bool went_on() const { return went_on_; }

 private:
  // What one call of the model came to: a reply, the end of the run, or an error that ends it from outside.
  struct Turn {
    std::optional<llm::Reply> reply = {};
    std::optional<engine::AgentResult> end = {};
  };
  using End = std::optional<engine::AgentResult>;

  aio::Task<base::Result<engine::AgentResult>> steps(const aio::Context& ctx, std::string system, std::string goal);
  aio::Task<Turn> ask(const aio::Context& ctx, const std::string& system);
  aio::Task<base::Result<End>> take_step(const aio::Context& ctx, llm::Reply reply);
  // What the calls of one reply came to; their results are in the step.
  struct Calls {
    Finished finished = {};                            // by the last of them
    std::vector<const llm::ToolCall*> finishing = {};  // of the step: those by which the run would end
    Verdict worst = {};
  };
  aio::Task<base::Result<End>> take_words(const aio::Context& ctx, llm::Stop stop, const std::string& said, Step step);
  aio::Task<base::Result<Calls>> take_calls(const aio::Context& ctx, llm::Stop stop, const std::string& said,
                                            Step& step);
  // `arguments`: those of the call, written.
  aio::Task<base::Result<Used>> use(const aio::Context& ctx, const llm::ToolCall& call, const std::string& arguments,
                                    const std::string& reasoning, llm::Stop stop);
  aio::Task<base::Result<void>> look(const aio::Context& ctx, Step& step);
  aio::Task<engine::AgentResult> end_by_limit(const aio::Context& ctx, engine::StopReason reason, std::string why);
  aio::Task<std::optional<LastWord>> assessed(const aio::Context& ctx);
  aio::Task<LastWord> last_word(const aio::Context& ctx, std::string text);
  void bill(const aio::Context& ctx, const llm::Usage& usage, base::TimePoint began);
  void record_action(const aio::Context& ctx, json::Object entry, const std::string& reasoning, const std::string& url);
  void record_end(const aio::Context& ctx, const Finished& finished, const std::string& reasoning);
  void keep(Step step);
  std::optional<std::string> over_budget() const;

  llm::Client& model_;
  Toolbox& tools_;
  engine::AgentRecord& record_;
  engine::EventSink& events_;
  const LoopSettings settings_;
  History history_;
  Watch watch_;
  std::string system_;
  std::uint64_t fingerprint_ = 0;
  std::string last_failure_;  // of a step that was meant to change the page
  bool doubted_ = false;
  int silent_ = 0;  // replies in a row with nothing in them
  bool captcha_ = false;
  bool went_on_ = false;
};

}  // namespace agent
