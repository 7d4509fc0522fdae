// ModelCall: what a verb works with when it asks a model: whom, about which page, and who hears of it. One a verb.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "engine/choice.h"
#include "engine/named_files.h"
#include "engine/sight.h"
#include "engine/variables.h"
#include "engine_api/event_sink.h"
#include "engine_api/types.h"
#include "llm/client.h"
#include "llm/structured.h"

namespace engine {

struct ModelCall {
  Sight& sight;
  llm::Client& model;
  EventSink& events;
  const Variables& variables;
  std::string system_prompt = {};  // of the caller, put after ours
  std::size_t page_chars = 0;      // how much of a page a model is shown; 0: all
  int verbose = 1;                 // of the session; the model's own lines obey it
  llm::Usage usage = {};           // of all calls so far
  int calls = 0;
  base::Duration model_time{0};
  NamedFiles files = {};  // that may be put into the page
};

// Asks for a value of this schema. A value that fits but of which `objection` says what is wrong goes back to the model
// once, as one that does not fit would. Counts usage, also of a call that failed in the end.
aio::Task<base::Result<json::Value>> ask_model(const aio::Context& ctx, ModelCall& call, llm::Chat chat,
                                               json::Shared schema, llm::Objection objection = {});

// Whether the tree has a line of this id.
bool names_line(std::string_view tree, std::string_view id);

// The id as the tree has it: itself, or the only one that ends in its number when the model mixed up the frame.
// Nothing when there is none.
std::optional<std::string> known_id(std::string_view tree, std::string_view id);

// The same for many ids of one tree, which is looked over once. Refers to the tree.
class LineIds {
 public:
  explicit LineIds(std::string_view tree);
  std::optional<std::string> known(std::string_view id) const;

 private:
  std::unordered_set<std::string_view> ids_;
  std::unordered_map<std::string_view, std::string_view> by_number_;  // "" where several end in it
};

}  // namespace engine
