// FakeWorkplace: a page of named elements that a test puts there, and that notes what is done to it.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/workplace.h"

namespace agent::testing {

class FakeWorkplace final : public Workplace {
 public:
  std::map<std::string, engine::Identity> elements = {};  // by selector
  std::string address = "https://shop.example/";
  engine::Identity focus = {};
  std::vector<std::string> done = {};
  std::function<void(const engine::Action&)> then = [](const engine::Action&) {};  // what an action brings about
  std::string failure = {};                                                        // of every action
  bool searches = false;                                                           // offers a search

  std::string url() const override { return address; }
  aio::Task<base::Result<std::string>> outline(const aio::Context&, std::size_t) override { co_return "page"; }
  aio::Task<void> settle(const aio::Context&) override { co_return; }
  aio::Task<base::Result<engine::ActResult>> on_element(const aio::Context& ctx, std::string id, std::string method,
                                                        std::vector<std::string> arguments) override {
    engine::Action action{
        .selector = id, .description = "", .method = std::move(method), .arguments = std::move(arguments)};
    action.element = elements[id];
    co_return co_await perform(ctx, std::move(action));
  }
  aio::Task<base::Result<engine::ActResult>> act(const aio::Context& ctx, std::string instruction) override {
    co_return co_await on_element(ctx, std::move(instruction), "click", {});
  }
  aio::Task<base::Result<json::Value>> extract(const aio::Context&, std::string, std::optional<json::Value>) override {
    co_return json::Value("data");
  }
  aio::Task<base::Result<std::vector<engine::Action>>> observe(const aio::Context&, std::string) override {
    co_return std::vector<engine::Action>();
  }
  aio::Task<base::Result<engine::ActResult>> perform(const aio::Context&, engine::Action action) override {
    if (!failure.empty()) co_return failed(failure);
    std::string line = action.method.value_or("") + " " + action.selector;
    for (const std::string& argument : action.arguments) line += " " + argument;
    done.push_back(std::move(line));
    then(action);
    engine::ActResult out;
    out.success = true;
    out.actions = {std::move(action)};
    co_return out;
  }
  aio::Task<base::Result<std::optional<Recognized>>> at_selector(const aio::Context&, std::string selector) override {
    const auto found = elements.find(selector);
    if (found == elements.end()) co_return std::optional<Recognized>();
    co_return Recognized{"@" + selector, selector, found->second};
  }
  aio::Task<base::Result<std::optional<Recognized>>> by_identity(const aio::Context&,
                                                                 engine::Identity identity) override {
    std::optional<Recognized> out;
    for (const auto& [selector, element] : elements) {
      if (!(element == identity)) continue;
      if (out) co_return std::optional<Recognized>();
      out = Recognized{"@" + selector, selector, element};
    }
    co_return out;
  }
  aio::Task<base::Result<engine::Identity>> focused(const aio::Context&) override { co_return focus; }
  aio::Task<base::Result<std::vector<Tab>>> tabs(const aio::Context&) override { co_return std::vector<Tab>(); }
  aio::Task<base::Result<void>> switch_tab(const aio::Context&, std::size_t number) override {
    done.push_back("switch " + std::to_string(number));
    co_return base::Result<void>();
  }
  aio::Task<base::Result<void>> close_tab(const aio::Context&, std::size_t number) override {
    done.push_back("close " + std::to_string(number));
    co_return base::Result<void>();
  }
  aio::Task<base::Result<void>> open_tab(const aio::Context&, std::string url) override {
    done.push_back("open " + url);
    co_return base::Result<void>();
  }
  void answer_next_dialog(bool accept, std::string) override { done.push_back(accept ? "accept" : "dismiss"); }
  std::vector<std::string> dialogs() override { return {}; }
  bool can_search() const override { return searches; }
  aio::Task<base::Result<json::Value>> search(const aio::Context&, std::string query) override {
    done.push_back("search " + query);
    co_return json::Array();
  }

 private:
  static engine::ActResult failed(std::string why) {
    engine::ActResult out;
    out.message = std::move(why);
    return out;
  }
};

}  // namespace agent::testing
