// History: what was said and done in a run, and the part of it that a model is shown at the next step. Rendering is a
// pure function of the history and its rules (docs/internals/agent.md), so what a model sees can be read off them.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "llm/chat.h"

namespace agent {

struct HistoryRules {
  std::size_t pictures = 2;        // the newest that are shown; older ones leave a note
  std::size_t views = 1;           // likewise, page texts
  std::size_t whole_results = 6;   // steps whose results are shown in full
  std::size_t short_result = 600;  // bytes of a result of an older step
  std::size_t max_chars =
      400'000;  // of all together; beyond, the oldest steps become a line each until half of it is left
};

// The page as it was after a step.
struct View {
  std::string text = {};  // "" for none
  std::vector<llm::Image> pictures = {};
  // Of what it had once, and nobody will be shown any more: notes of that stay.
  bool text_gone = false;
  std::size_t pictures_gone = 0;
};

struct Step {
  llm::Message said;  // by the model
  std::vector<llm::ToolResult> results = {};
  std::string note = {};  // of ours, to the model
  View view = {};
};

class History {
 public:
  explicit History(HistoryRules rules = {}) : rules_(rules) {}

  void begin(std::string goal, View view);
  void add(Step step);
  // One more word of ours, after the last step.
  void note(std::string text) { last_note_ = std::move(text); }

  // For the next call. `stable` of the messages will be the same at the call after it, so that a provider may keep
  // them.
  struct Rendered {
    std::vector<llm::Message> messages;
    std::size_t stable = 0;
  };
  Rendered render();

  // After a model refused a conversation as too long: from now on half as much. False when there is nothing left to
  // take away.
  bool shrink();

  // As far as a later call may show of them.
  const std::vector<Step>& steps() const { return steps_; }
  // How many steps were looked at to let go of what no later call shows.
  std::size_t looked_at() const { return looked_at_; }

 private:
  Rendered render_whole() const;
  std::vector<llm::Message> messages_of(std::size_t step) const;
  void add_view(const View& view, std::vector<llm::Part>& parts) const;
  bool is_old(std::size_t step) const { return step + rules_.whole_results < steps_.size(); }
  void let_go();
  void let_age(Step& step) const;
  void fold();

  std::string cut(std::string text) const;

  HistoryRules rules_;
  std::size_t longest_text_ = std::string::npos;  // of a page's text or a result, once it had to be shortened
  std::string goal_;
  View first_view_;
  std::vector<Step> steps_;
  std::vector<std::size_t> holding_;  // those of steps_ with a page's text or pictures, oldest first: a few
  std::size_t folded_ = 0;            // so many of the oldest are told in a line each, and hold nothing else
  std::deque<std::string> lines_;     // of the newest of these
  std::size_t looked_at_ = 0;
  std::string last_note_;
};

}  // namespace agent
