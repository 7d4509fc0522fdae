// Recording: notes down what a run does to the page, for the cache. Two thin covers over what a toolbox works with;
// what succeeded is kept, and what could not be done again with a check is a reason to keep nothing.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "agent/cache.h"
#include "agent/hand.h"
#include "agent/workplace.h"

namespace agent {

class Recording {
 public:
  // `mask` puts names of variables in the place of their values.
  explicit Recording(std::function<std::string(std::string)> mask) : mask_(std::move(mask)) {}

  // Something begins with the page at this URL: what was done before has had its consequence.
  void begins(std::string_view url);
  void add(decltype(KeptStep::what) what, std::string_view url_before);
  void spoil(std::string why);
  std::string place(std::string_view url) const { return mask_(place_of(url)); }

  // "" when it can be kept.
  std::string unfit() const;
  // The steps until now, without what was read at their end.
  std::vector<KeptStep> steps(std::string_view url);

 private:
  bool holds_a_value(const std::string& text) const { return mask_(text) != text; }

  std::function<std::string(std::string)> mask_;
  std::vector<KeptStep> steps_;
  bool open_ = false;  // the last step may still have its consequence
  std::string spoiled_;
};

class RecordingWorkplace final : public Workplace {
 public:
  // Both outlive this.
  RecordingWorkplace(Workplace& place, Recording& recording) : place_(place), recording_(recording) {}

  std::string url() const override { return place_.url(); }
  aio::Task<base::Result<std::string>> outline(const aio::Context& ctx, std::size_t max_chars) override {
    return place_.outline(ctx, max_chars);
  }
  aio::Task<void> settle(const aio::Context& ctx) override { return place_.settle(ctx); }
  aio::Task<base::Result<engine::ActResult>> on_element(const aio::Context& ctx, std::string id, std::string method,
                                                        std::vector<std::string> arguments) override;
  aio::Task<base::Result<engine::ActResult>> act(const aio::Context& ctx, std::string instruction) override;
  aio::Task<base::Result<json::Value>> extract(const aio::Context& ctx, std::string instruction,
                                               std::optional<json::Value> schema) override;
  aio::Task<base::Result<std::vector<engine::Action>>> observe(const aio::Context& ctx,
                                                               std::string instruction) override {
    return place_.observe(ctx, std::move(instruction));
  }
  aio::Task<base::Result<engine::ActResult>> perform(const aio::Context& ctx, engine::Action action) override;
  aio::Task<base::Result<std::optional<Recognized>>> at_selector(const aio::Context& ctx,
                                                                 std::string selector) override {
    return place_.at_selector(ctx, std::move(selector));
  }
  aio::Task<base::Result<std::optional<Recognized>>> by_identity(const aio::Context& ctx,
                                                                 engine::Identity identity) override {
    return place_.by_identity(ctx, std::move(identity));
  }
  aio::Task<base::Result<engine::Identity>> focused(const aio::Context& ctx) override { return place_.focused(ctx); }
  aio::Task<base::Result<std::vector<Tab>>> tabs(const aio::Context& ctx) override { return place_.tabs(ctx); }
  aio::Task<base::Result<void>> switch_tab(const aio::Context& ctx, std::size_t number) override;
  aio::Task<base::Result<void>> close_tab(const aio::Context& ctx, std::size_t number) override;
  aio::Task<base::Result<void>> open_tab(const aio::Context& ctx, std::string url) override;
  void answer_next_dialog(bool accept, std::string text) override;
  std::vector<std::string> dialogs() override { return place_.dialogs(); }
  bool can_search() const override { return place_.can_search(); }
  aio::Task<base::Result<json::Value>> search(const aio::Context& ctx, std::string query) override;

 private:
  void note(const engine::ActResult& done, std::string tool, const std::string& before);

  Workplace& place_;
  Recording& recording_;
};

class RecordingHand final : public Hand {
 public:
  // All outlive this.
  RecordingHand(Hand& hand, Workplace& place, Recording& recording)
      : hand_(hand), place_(place), recording_(recording) {}

  std::string url() const override { return hand_.url(); }
  bool sees_captcha() const override { return hand_.sees_captcha(); }
  aio::Task<base::Result<std::optional<std::string>>> perform(const aio::Context& ctx, Gesture gesture) override;
  aio::Task<base::Result<llm::Image>> picture(const aio::Context& ctx, std::vector<At> region) override {
    return hand_.picture(ctx, std::move(region));
  }
  aio::Task<base::Result<WindowSize>> window(const aio::Context& ctx) override { return hand_.window(ctx); }

 private:
  Hand& hand_;
  Workplace& place_;
  Recording& recording_;
};

// Whether it goes to what has the focus.
bool is_keys(const Gesture& gesture);

}  // namespace agent
