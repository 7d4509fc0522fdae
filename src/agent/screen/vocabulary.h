// What the calls of one family of models mean: from a call to gestures, or to words that say why there are none.
// Nothing here waits or sees a page.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/gesture.h"
#include "agent/hand.h"
#include "agent/screen/family.h"
#include "agent/toolbox.h"

namespace agent::screen {

// One action of a call. A call that holds several is done in their order, up to the first that fails.
struct Deed {
  json::Object action = {};  // as it is told to the client: its type first, points in CSS pixels
  std::vector<Gesture> gestures = {};
  std::string note = {};     // more to tell the model of it
  std::string refusal = {};  // why it cannot be done, in words for the model; then there are no gestures
};

struct Situation {
  WindowSize window = {};
  At pointer = {};  // where the last gesture left it
};

struct Vocabulary {
  // An action that is not known, or lacks what it needs, is refused, never left out.
  std::vector<Deed> (*read)(const llm::ToolCall& call, const Situation& situation);
  std::optional<Finished> (*finished_by)(const llm::ToolCall& call);
  // Whether its tool brings ways to other pages, and takes further tools beside itself.
  bool navigates;
  bool takes_tools;
};

const Vocabulary& vocabulary_of(Family family);

extern const Vocabulary kOpenAi;
extern const Vocabulary kAnthropic;
extern const Vocabulary kGoogle;
extern const Vocabulary kFara;

}  // namespace agent::screen
