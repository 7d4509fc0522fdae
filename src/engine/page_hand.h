// Stand-in.
#pragma once
#include "agent/hand.h"
#include "engine/agent_workplace.h"

namespace engine {
class PageHand final : public agent::Hand {
 public:
  PageHand(AgentWorkplace& place, const Variables& variables) : place_(place), variables_(variables) {}
  std::string url() const override { return place_.url(); }
  aio::Task<base::Result<std::optional<std::string>>> perform(const aio::Context& ctx, agent::Gesture gesture) override {
    static_cast<void>(ctx);
    static_cast<void>(gesture);
    static_cast<void>(variables_);
    co_return std::optional<std::string>("not yet");
  }
  aio::Task<base::Result<llm::Image>> picture(const aio::Context& ctx, std::vector<agent::At> region) override {
    static_cast<void>(ctx);
    static_cast<void>(region);
    co_return base::fail(base::Kind::browser, "not yet");
  }
  aio::Task<base::Result<agent::WindowSize>> window(const aio::Context& ctx) override {
    static_cast<void>(ctx);
    co_return agent::WindowSize{1288, 711};
  }
 private:
  AgentWorkplace& place_;
  const Variables& variables_;
};
}  // namespace engine
