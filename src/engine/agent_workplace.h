// The Workplace of an agent on real pages: the session's own verbs, told of by a sink that adds up what they cost.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/workplace.h"
#include "browser/browser.h"
#include "engine/page_sight.h"
#include "engine/page_view.h"
#include "engine/web_search.h"
#include "engine_api/engine.h"

namespace engine {

// Hears what the verbs of a run tell: progress goes on to the run's own listener, costs into its record, dialogs are
// kept for the model.
class AgentEars final : public EventSink {
 public:
  AgentEars(EventSink& events, AgentRecord& record, const Variables& variables)
      : events_(events), record_(record), variables_(variables) {}

  void progress(Progress line) override;
  void account(Account account) override;
  void typed_password(const base::Secret& value) override { events_.typed_password(value); }

  std::vector<std::string> take_dialogs() { return std::exchange(dialogs_, {}); }
  std::vector<Look> looks = {};

 private:
  EventSink& events_;
  AgentRecord& record_;
  const Variables& variables_;
  std::vector<std::string> dialogs_;
};

// A tab's title as the model is shown it: values of variables are hidden. It may be as long as a page and its browser
// like, so no more than a kilobyte or three of it is looked at.
std::string tab_title(std::string_view told, const Variables& variables);

class AgentWorkplace final : public agent::Workplace {
 public:
  // Everything outlives this.
  AgentWorkplace(Engine& verbs, browser::Browser& browser, const AgentRequest& request, AgentEars& ears, PageView view,
                 base::Milliseconds settle, const WebSearch& search)
      : verbs_(verbs),
        browser_(browser),
        request_(request),
        ears_(ears),
        view_(view),
        settle_(settle),
        search_(search) {}
  AgentWorkplace(const AgentWorkplace&) = delete;
  AgentWorkplace& operator=(const AgentWorkplace&) = delete;
  ~AgentWorkplace() override;

  // The page that the run works on now: the one that it was told of, or the active one.
  aio::Task<base::Result<std::shared_ptr<browser::Page>>> page(const aio::Context& ctx);

  std::string url() const override;
  aio::Task<base::Result<std::string>> outline(const aio::Context& ctx, std::size_t max_chars) override;
  aio::Task<void> settle(const aio::Context& ctx) override;
  aio::Task<base::Result<ActResult>> on_element(const aio::Context& ctx, std::string id, std::string method,
                                                std::vector<std::string> arguments) override;
  aio::Task<base::Result<ActResult>> act(const aio::Context& ctx, std::string instruction) override;
  aio::Task<base::Result<json::Value>> extract(const aio::Context& ctx, std::string instruction,
                                               std::optional<json::Value> schema) override;
  aio::Task<base::Result<std::vector<Action>>> observe(const aio::Context& ctx, std::string instruction) override;
  aio::Task<base::Result<ActResult>> perform(const aio::Context& ctx, Action action) override;
  aio::Task<base::Result<std::optional<agent::Recognized>>> at_selector(const aio::Context& ctx,
                                                                        std::string selector) override;
  aio::Task<base::Result<std::optional<agent::Recognized>>> by_identity(const aio::Context& ctx,
                                                                        Identity identity) override;
  aio::Task<base::Result<Identity>> focused(const aio::Context& ctx) override;
  aio::Task<base::Result<std::vector<agent::Tab>>> tabs(const aio::Context& ctx) override;
  aio::Task<base::Result<void>> switch_tab(const aio::Context& ctx, std::size_t number) override;
  aio::Task<base::Result<void>> close_tab(const aio::Context& ctx, std::size_t number) override;
  aio::Task<base::Result<void>> open_tab(const aio::Context& ctx, std::string url) override;
  void answer_next_dialog(bool accept, std::string text) override;
  std::vector<std::string> dialogs() override { return ears_.take_dialogs(); }
  bool can_search() const override;
  aio::Task<base::Result<json::Value>> search(const aio::Context& ctx, std::string query) override;

 private:
  PageSight sight_of(std::shared_ptr<browser::Page> page) const;
  base::Result<std::shared_ptr<browser::Page>> tab(std::size_t number) const;
  void leave_page();
  const ModelChoice& execution_model() const;
  std::string callers_words() const;  // as of an ActRequest

  Engine& verbs_;
  browser::Browser& browser_;
  const AgentRequest& request_;
  AgentEars& ears_;
  const PageView view_;
  const base::Milliseconds settle_;
  const WebSearch& search_;
  std::shared_ptr<browser::Page> page_;  // as last asked for
  std::string outline_;                  // as last shown
};

}  // namespace engine
