// PageTools: the tools of the modes dom and hybrid. What each takes is a table (page_tools_table.cc); what it does is
// one function each (page_tools.cc, page_tools_hand.cc).
#pragma once
#include <string>
#include <vector>

#include "agent/hand.h"
#include "agent/toolbox.h"
#include "agent/workplace.h"
#include "engine_api/agent.h"

namespace agent {

struct PageToolsSettings {
  engine::AgentMode mode = engine::AgentMode::dom;
  bool thousandths = false;          // the model's coordinates are thousandths of the window (Gemini)
  std::size_t view_chars = 40'000;   // of the page's text that is shown after each step
  std::size_t tree_chars = 200'000;  // of what ariaTree gives
};

// The tools of a mode, in the order in which a model is told of them.
std::vector<llm::Tool> page_tools(engine::AgentMode mode, bool can_search);

class PageTools final : public Toolbox {
 public:
  // Both outlive this.
  PageTools(Workplace& place, Hand& hand, PageToolsSettings settings);

  void offer(llm::Chat& chat) const override;
  aio::Task<base::Result<Scene>> scene(const aio::Context& ctx, bool first) override;
  aio::Task<base::Result<Used>> use(const aio::Context& ctx, const llm::ToolCall& call) override;
  std::optional<Finished> finished_by(const llm::ToolCall& call) const override;
  std::string url() const override { return place_.url(); }

 private:
  using Done = aio::Task<base::Result<Used>>;
  Done dispatch(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);

  Done act(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);
  Done element(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);
  Done aria_tree(const aio::Context& ctx, const llm::ToolCall& call);
  Done extract(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);
  Done fill_form(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);
  Done tabs(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);
  Done dialog(const llm::ToolCall& call, const json::Value& arguments);
  Done search(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);
  Done screenshot(const aio::Context& ctx, const llm::ToolCall& call);

  Done by_hand(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments);
  Done gestures(const aio::Context& ctx, const llm::ToolCall& call, std::vector<Gesture> todo, json::Object told);
  aio::Task<base::Result<At>> point(const aio::Context& ctx, const json::Value& pair);
  aio::Task<base::Result<Gesture>> scroll(const aio::Context& ctx, const json::Value& arguments);

  Workplace& place_;
  Hand& hand_;
  const PageToolsSettings settings_;
  const std::vector<llm::Tool> tools_;
  std::size_t shown_ = 0;  // hash of the outline that the model was given last
};

}  // namespace agent
