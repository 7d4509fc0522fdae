#include "agent/history.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "json/size.h"
#include "json/write.h"

namespace agent {
namespace {

constexpr std::size_t kMostLines = 500;  // of steps that are told in one
constexpr std::string_view kOldView = "(The page as it was then is left out.)";
constexpr std::string_view kOldPicture = "(A picture of the page as it was then is left out.)";

std::size_t pictures_of(const Step& step) {
  std::size_t out = step.view.pictures.size();
  for (const llm::ToolResult& result : step.results)
    out += static_cast<std::size_t>(std::ranges::count_if(
        result.content, [](const auto& each) { return std::holds_alternative<llm::Image>(each); }));
  return out;
}

std::string page_text(const std::string& text) { return fmt::format("The page now:\n<page>\n{}\n</page>", text); }

// About. To write what a model said, with each step, costs more than to know it exactly is worth.
std::size_t length_of(const auto& value) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  return kAll - json::left_after(kAll, value).value_or(0);
}

std::size_t chars_of(const llm::Message& message) {
  std::size_t out = 0;
  for (const llm::Part& part : message.parts) {
    if (const auto* text = std::get_if<llm::Text>(&part)) out += text->text.size();
    if (const auto* call = std::get_if<llm::ToolCall>(&part)) out += call->id.size() + length_of(call->arguments);
    if (const auto* opaque = std::get_if<llm::Opaque>(&part)) out += length_of(opaque->item);
    if (const auto* result = std::get_if<llm::ToolResult>(&part)) {
      out += result->call_id.size();
      for (const auto& each : result->content)
        if (const auto* text = std::get_if<llm::Text>(&each)) out += text->text.size();
    }
  }
  return out;
}

bool has_long_result(const Step& step, std::size_t limit) {
  return std::ranges::any_of(step.results, [&](const llm::ToolResult& result) {
    return std::ranges::any_of(result.content, [&](const auto& each) {
      const auto* text = std::get_if<llm::Text>(&each);
      return text && text->text.size() > limit;
    });
  });
}

// A step from long ago: which tools were used, and nothing of what they gave.
std::string in_a_line(const Step& step) {
  std::string out;
  for (const llm::Part& part : step.said.parts)
    if (const auto* call = std::get_if<llm::ToolCall>(&part)) {
      const bool failed = std::ranges::any_of(
          step.results, [&](const llm::ToolResult& result) { return result.call_id == call->id && result.failed; });
      out += fmt::format("- {} {}{}\n", base::truncate(call->name, 120),
                         base::truncate(json::write(call->arguments), 120), failed ? " (failed)" : "");
    }
  return out;
}

}  // namespace

void History::begin(std::string goal, View view) {
  goal_ = std::move(goal);
  first_view_ = std::move(view);
}

void History::add(Step step) {
  holding_.push_back(steps_.size());
  steps_.push_back(std::move(step));
  if (steps_.size() > rules_.whole_results) let_age(steps_[steps_.size() - 1 - rules_.whole_results]);
  let_go();
}

// What a step gave is shown in short from now on.
void History::let_age(Step& step) const {
  for (llm::ToolResult& result : step.results)
    for (auto& each : result.content)
      if (auto* text = std::get_if<llm::Text>(&each); text && text->text.size() > rules_.short_result)
        text->text = base::truncate(text->text, rules_.short_result) + " (cut)";
}

// Pictures and page texts that newer ones have pushed out are large, and no later call shows them. Only the few steps
// that still have some are looked at: a run may have thousands.
void History::let_go() {
  std::size_t pictures = 0;
  std::size_t views = 0;
  const auto keep = [&](View& view) {
    if (!view.text.empty() && views++ >= rules_.views) {
      view.text.clear();
      view.text_gone = true;
    }
    if (pictures >= rules_.pictures) view.pictures_gone += std::exchange(view.pictures, {}).size();
  };
  for (std::size_t i = holding_.size(); i-- > 0; ++looked_at_) {
    Step& step = steps_[holding_[i]];
    const std::size_t has = pictures_of(step);
    keep(step.view);
    if (pictures >= rules_.pictures)
      for (llm::ToolResult& result : step.results)
        for (auto& each : result.content)
          if (std::holds_alternative<llm::Image>(each)) each = llm::Text{std::string(kOldPicture)};
    pictures += has;
  }
  keep(first_view_);
  std::erase_if(holding_, [&](std::size_t i) { return steps_[i].view.text.empty() && pictures_of(steps_[i]) == 0; });
}

// The oldest step that is still told in full: from now on in a line.
void History::fold() {
  lines_.push_back(in_a_line(steps_[folded_]));
  if (lines_.size() > kMostLines) lines_.pop_front();
  steps_[folded_++] = {};
  if (!holding_.empty() && holding_.front() < folded_) holding_.erase(holding_.begin());
}

bool History::shrink() {
  if (rules_.max_chars < 8'000) return false;
  std::size_t now = 0;
  for (const llm::Message& message : render().messages) now += chars_of(message);
  rules_.max_chars = std::min(rules_.max_chars, now) / 2;
  rules_.pictures = std::min<std::size_t>(rules_.pictures, 1);
  let_go();
  longest_text_ = rules_.max_chars / 2;
  return true;
}

std::string History::cut(std::string text) const {
  if (text.size() <= longest_text_) return text;
  return base::truncate(text, longest_text_) + "\n(The rest was too long and is left out.)";
}

History::Rendered History::render() {
  Rendered out = render_whole();
  std::size_t chars = 0;
  for (const llm::Message& message : out.messages) chars += chars_of(message);
  if (chars <= rules_.max_chars) return out;
  // Many at once, so that what providers keep of the beginning stays the same for a while. The newest always stays.
  const std::size_t before = folded_;
  while (folded_ + 1 < steps_.size() && chars > rules_.max_chars / 2) {
    for (const llm::Message& message : messages_of(folded_)) chars -= std::min(chars, chars_of(message));
    fold();
    chars += lines_.back().size();
  }
  return folded_ == before ? std::move(out) : render_whole();
}

void History::add_view(const View& view, std::vector<llm::Part>& parts) const {
  if (view.text_gone) parts.emplace_back(llm::Text{std::string(kOldView)});
  if (!view.text.empty()) parts.emplace_back(llm::Text{page_text(cut(view.text))});
  for (std::size_t i = 0; i < view.pictures_gone; ++i) parts.emplace_back(llm::Text{std::string(kOldPicture)});
  for (const llm::Image& picture : view.pictures) parts.emplace_back(picture);
}

// What the model said in a step, and what it was answered, as they are shown now.
std::vector<llm::Message> History::messages_of(std::size_t i) const {
  const Step& step = steps_[i];
  std::vector<llm::Message> out = {step.said};
  llm::Message answer{llm::Role::user, {}};
  for (llm::ToolResult result : step.results) {
    for (auto& each : result.content)
      if (auto* text = std::get_if<llm::Text>(&each); text && !is_old(i)) text->text = cut(std::move(text->text));
    answer.parts.emplace_back(std::move(result));
  }
  if (!step.note.empty()) answer.parts.emplace_back(llm::Text{step.note});
  add_view(step.view, answer.parts);
  if (!answer.parts.empty()) out.push_back(std::move(answer));
  return out;
}

History::Rendered History::render_whole() const {
  Rendered out;
  llm::Message first{llm::Role::user, {llm::Text{goal_}}};
  add_view(first_view_, first.parts);
  if (folded_ > 0) {
    std::string lines = "These steps were taken first; what they gave is left out:\n";
    if (lines_.size() < folded_) lines += fmt::format("(the first {} are left out)\n", folded_ - lines_.size());
    for (const std::string& line : lines_) lines += line;
    first.parts.emplace_back(llm::Text{std::move(lines)});
  }
  // What a message holds now and will not hold at a later call breaks off what stays the same.
  bool steady = first_view_.text.empty() && first_view_.pictures.empty();
  out.messages.push_back(std::move(first));
  if (steady) out.stable = 1;

  for (std::size_t i = folded_; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    steady = steady && step.view.text.empty() && pictures_of(step) == 0 &&
             (is_old(i) || !has_long_result(step, rules_.short_result));
    for (llm::Message& message : messages_of(i)) out.messages.push_back(std::move(message));
    if (steady) out.stable = out.messages.size();
  }
  if (!last_note_.empty()) {
    if (out.messages.back().role == llm::Role::user)
      out.messages.back().parts.emplace_back(llm::Text{last_note_});
    else
      out.messages.push_back({llm::Role::user, {llm::Text{last_note_}}});
  }
  return out;
}

}  // namespace agent
