// FakeToolbox: tools whose outcomes a test says, on a page that it changes.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "agent/toolbox.h"

namespace agent::testing {

class FakeToolbox final : public Toolbox {
 public:
  std::string page = "[0-1] RootWebArea: Shop";
  std::string where = "https://shop.example/";
  bool captcha = false;
  base::Duration tool_time{0};
  // What a call comes to; by default it changes the page.
  std::function<base::Result<Used>(const llm::ToolCall&)> will = [this](const llm::ToolCall& call) {
    page += "+";
    Used out{.content = {llm::Text{R"({"success":true})"}}, .changes_page = true};
    out.actions.push_back(action_of(call));
    return out;
  };
  std::vector<llm::ToolCall> used;
  int looked = 0;

  void offer(llm::Chat& chat) const override {
    chat.tools = {{"press", "Presses.", json::Object{{"type", "object"}}}, done_tool()};
  }
  aio::Task<base::Result<Scene>> scene(const aio::Context&, bool) override {
    ++looked;
    co_return Scene{.view = {.text = page}, .fingerprint = std::hash<std::string>()(page), .captcha = captcha};
  }
  aio::Task<base::Result<Used>> use(const aio::Context& ctx, const llm::ToolCall& call) override {
    used.push_back(call);
    co_await ctx.clock->sleep(tool_time);
    co_return will(call);
  }
  std::optional<Finished> finished_by(const llm::ToolCall& call) const override {
    return call.name == kDone ? std::optional(read_done(call)) : std::nullopt;
  }
  std::string url() const override { return where; }
};

}  // namespace agent::testing
