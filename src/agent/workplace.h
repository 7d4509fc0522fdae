// Workplace: what an agent's tools see of a session's pages and do to them, beyond what a Hand does by coordinates.
// The real one is engine/agent_workplace.h; tests have one of their own.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "aio/context.h"
#include "base/result.h"
#include "engine_api/types.h"
#include "json/value.h"

namespace agent {

struct Tab {
  std::string title;
  std::string url;
  bool active = false;
};

// An element that was found again.
struct Recognized {
  std::string reference;  // a selector that leads to this very node, as long as its document lives
  std::string selector;   // one for later
  engine::Identity identity;
};

class Workplace {
 public:
  virtual ~Workplace() = default;

  virtual std::string url() const = 0;  // of the active page

  // The active page's text with ids, variables' values masked, folded to fit (docs/internals/snapshot.md).
  virtual aio::Task<base::Result<std::string>> outline(const aio::Context& ctx, std::size_t max_chars) = 0;
  // Waits until what was done last has had its consequence, adaptively and not for long.
  virtual aio::Task<void> settle(const aio::Context& ctx) = 0;

  // One thing to an element of the outline. A failure is a result.
  virtual aio::Task<base::Result<engine::ActResult>> on_element(const aio::Context& ctx, std::string id,
                                                                std::string method,
                                                                std::vector<std::string> arguments) = 0;

  // By instruction, with the execution model; their costs go into the run's record by themselves.
  virtual aio::Task<base::Result<engine::ActResult>> act(const aio::Context& ctx, std::string instruction) = 0;
  virtual aio::Task<base::Result<json::Value>> extract(const aio::Context& ctx, std::string instruction,
                                                       std::optional<json::Value> schema) = 0;
  virtual aio::Task<base::Result<std::vector<engine::Action>>> observe(const aio::Context& ctx,
                                                                       std::string instruction) = 0;
  // An action that observe found.
  virtual aio::Task<base::Result<engine::ActResult>> perform(const aio::Context& ctx, engine::Action action) = 0;

  // What stands where this selector leads, and the one element of the page that is this; nothing when there is none, or
  // more than one. Neither waits.
  virtual aio::Task<base::Result<std::optional<Recognized>>> at_selector(const aio::Context& ctx,
                                                                         std::string selector) = 0;
  virtual aio::Task<base::Result<std::optional<Recognized>>> by_identity(const aio::Context& ctx,
                                                                         engine::Identity identity) = 0;
  // What keys would go to.
  virtual aio::Task<base::Result<engine::Identity>> focused(const aio::Context& ctx) = 0;

  // Tabs in the order of their opening. Numbers count from 0; an error of Kind::not_found names the ones there are.
  virtual aio::Task<base::Result<std::vector<Tab>>> tabs(const aio::Context& ctx) = 0;
  virtual aio::Task<base::Result<void>> switch_tab(const aio::Context& ctx, std::size_t number) = 0;
  virtual aio::Task<base::Result<void>> close_tab(const aio::Context& ctx, std::size_t number) = 0;
  virtual aio::Task<base::Result<void>> open_tab(const aio::Context& ctx, std::string url) = 0;

  // How the next dialog of the page (alert, confirm, prompt, beforeunload) is answered.
  virtual void answer_next_dialog(bool accept, std::string text) = 0;
  // What dialogs have said and how they were answered, since the last call.
  virtual std::vector<std::string> dialogs() = 0;

  // The first results of a web search, where the server has a search service.
  virtual bool can_search() const = 0;
  virtual aio::Task<base::Result<json::Value>> search(const aio::Context& ctx, std::string query) = 0;
};

}  // namespace agent
