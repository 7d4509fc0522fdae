// RootRounds: how often one question to the page's script is put again because the answer may lie in closed shadow
// roots that the script does not know yet (script/closed.js). The page decides how many elements there are that may
// have one, and may make more of them faster than we ask, so a question has so many rounds and is then answered with
// what is known.
#pragma once
#include <optional>
#include <string>

#include "json/value.h"

namespace browser {

class RootRounds {
 public:
  // Each level of roots within roots takes a round, and pages have fewer; each round asks about 300 elements, so that
  // 4,800 are asked about for one look. The next look asks about others first.
  static constexpr int kMost = 16;

  explicit RootRounds(std::string function) : function_(std::move(function)) {}

  // What to call now: the question's function, or the one that gives the elements to ask about.
  std::string question() const;
  std::string hosts() const;

  // Whether the answer is that roots are to be looked for first.
  bool wanted(const json::Value& answer, const json::Array& arguments);
  void begin() { ++begun_; }
  // There is no round left. Only a question that waits for something, with time left, has one more each time: its page
  // then lets some of that time pass before it asks.
  bool spent() const { return begun_ >= kMost; }

 private:
  std::string again(std::string_view function, bool enough) const;

  std::string function_;
  int begun_ = 0;
  std::optional<double> epoch_;  // of the page's clock: closed.js
};

}  // namespace browser
