// FakeSight: a page that is a script of trees, with elements that can be acted on, fail, or be gone.
#pragma once
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/sight.h"

namespace engine::testing {

class FakeSight final : public Sight {
 public:
  // Shown in this order; the last one stays.
  std::deque<std::string> trees = {""};
  std::set<std::string> gone = {};                       // ids that name nothing any more
  std::map<std::string, std::string> urls = {};          // by id
  std::size_t longest_url = 100'000'000;                 // that is told
  std::size_t padding = 0;                               // characters more in each name
  std::deque<std::optional<StepFailure>> outcomes = {};  // of the steps to come; then success

  std::vector<LookOptions> looks = {};
  std::vector<Step> steps = {};
  int settled = 0;

  std::string url() const override { return "http://site/"; }
  aio::Task<base::Result<std::string>> look(const aio::Context&, LookOptions options) override {
    looks.push_back(std::move(options));
    std::string tree = trees.front();
    if (trees.size() > 1) trees.pop_front();
    co_return tree;
  }
  aio::Task<base::Result<llm::Image>> picture(const aio::Context&) override {
    co_return llm::Image{"image/png", "cGljdHVyZQ=="};
  }
  aio::Task<base::Result<std::optional<Sighted>>> selector_of(const aio::Context&, std::string id) override {
    if (gone.contains(id)) co_return std::optional<Sighted>();
    co_return Sighted{"xpath=/" + id, {"button", "name of " + id + std::string(padding, '.')}};
  }
  aio::Task<base::Result<std::optional<Address>>> url_of(const aio::Context&, std::string id) override {
    const auto it = urls.find(id);
    if (it == urls.end()) co_return std::optional<Address>();
    if (it->second.size() > longest_url) co_return Address{"", it->second.size()};
    co_return Address{it->second};
  }
  aio::Task<base::Result<std::optional<StepFailure>>> perform(const aio::Context&, Step step) override {
    steps.push_back(std::move(step));
    std::optional<StepFailure> outcome;
    if (!outcomes.empty()) {
      outcome = outcomes.front();
      outcomes.pop_front();
    }
    co_return outcome;
  }
  aio::Task<void> settle(const aio::Context&) override {
    ++settled;
    co_return;
  }
  aio::Task<void> settle_after_step(const aio::Context&) override { co_return; }
};

}  // namespace engine::testing
