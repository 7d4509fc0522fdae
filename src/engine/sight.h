// Sight: what the verbs that ask a model see of a page and do to it. The real one is page_sight.h; tests have one of
// their own. Elements are named by the ids of the tree ("0-17"), valid as long as their document lives.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "aio/context.h"
#include "base/result.h"
#include "engine/variables.h"
#include "engine_api/types.h"
#include "llm/chat.h"

namespace engine {

struct LookOptions {
  std::vector<std::string> selectors = {};          // only what is inside these; none: the whole page
  std::vector<std::string> ignored_selectors = {};  // without what is inside these
  std::size_t max_chars = 0;                        // 0: whole, however long
};

// One thing to do. Variables are already in the arguments.
struct Step {
  std::string method;
  std::string target;                       // the id of an element of the tree
  std::vector<std::string> arguments = {};  // dragAndDrop: the id of the element to drop it on
};

// A step that failed. When nothing was sent to the page yet, another way may be tried without doing something twice.
struct StepFailure {
  base::Error error;
  bool may_have_acted = false;
  bool final = false;  // another way would fail for the same reason
};

// An element as callers name it, and what it is.
struct Sighted {
  std::string selector;  // leads to this very element
  Identity identity = {};
};

// Where something leads: whole, or not at all.
struct Address {
  std::string url;
  std::size_t too_long = 0;  // characters of one that is longer than any that is told (browser::kMostUrl)
};

class Sight {
 public:
  virtual ~Sight() = default;

  virtual std::string url() const = 0;

  // The page's tree as text, variables' values masked as %name%.
  virtual aio::Task<base::Result<std::string>> look(const aio::Context& ctx, LookOptions options) = 0;
  // A PNG of what the viewport shows.
  virtual aio::Task<base::Result<llm::Image>> picture(const aio::Context& ctx) = 0;

  // Nothing when it is gone.
  virtual aio::Task<base::Result<std::optional<Sighted>>> selector_of(const aio::Context& ctx, std::string id) = 0;
  // Where a link leads, or an image comes from: the element's own, or that of the link around or in it.
  virtual aio::Task<base::Result<std::optional<Address>>> url_of(const aio::Context& ctx, std::string id) = 0;

  // Errors end the verb (session over, time over); a step that failed is a value.
  virtual aio::Task<base::Result<std::optional<StepFailure>>> perform(const aio::Context& ctx, Step step) = 0;

  // Until the page has come to rest: before a look, and, shorter, for the consequences of a step.
  virtual aio::Task<void> settle(const aio::Context& ctx) = 0;
  virtual aio::Task<void> settle_after_step(const aio::Context& ctx) = 0;
};

}  // namespace engine
