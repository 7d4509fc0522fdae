#include "agent/recording.h"

#include <algorithm>

namespace agent {
namespace {

// At a point of the window: what is there at another time cannot be told from it.
bool is_pointing(const Gesture& gesture) {
  return std::holds_alternative<Click>(gesture) || std::holds_alternative<PressAndHold>(gesture) ||
         std::holds_alternative<Move>(gesture) || std::holds_alternative<DragAlong>(gesture) ||
         std::holds_alternative<Button>(gesture);
}

bool does_nothing(const Gesture& gesture) {
  return std::holds_alternative<Look>(gesture) || std::holds_alternative<Where>(gesture);
}

// What of a step would be typed or gone to as it stands here.
std::vector<std::string> literals(const KeptStep& step) {
  if (const auto* it = std::get_if<ByElement>(&step.what)) return it->action.arguments;
  if (const auto* it = std::get_if<TabMove>(&step.what)) return {it->url};
  if (const auto* it = std::get_if<DialogAnswer>(&step.what)) return {it->text};
  if (const auto* it = std::get_if<ByHand>(&step.what)) {
    if (const auto* to = std::get_if<GoTo>(&it->gesture)) return {to->url};
    if (const auto* text = std::get_if<TypeText>(&it->gesture)) return {text->text};
  }
  return {};
}

}  // namespace

bool is_keys(const Gesture& gesture) {
  return std::holds_alternative<TypeText>(gesture) || std::holds_alternative<Press>(gesture);
}

void Recording::begins(std::string_view url) {
  if (open_ && !steps_.empty()) steps_.back().place_after = place(url);
  open_ = false;
}

void Recording::add(decltype(KeptStep::what) what, std::string_view url_before) {
  KeptStep step{.what = std::move(what), .place_before = place(url_before)};
  if (auto* it = std::get_if<ByElement>(&step.what)) {
    if (!it->action.element.known()) spoil("what a step was done to is not known");
    it->action.description = mask_(std::move(it->action.description));
  }
  // Its next use may have another value, and an entry holds none.
  for (const std::string& text : literals(step))
    if (holds_a_value(text)) spoil("a step holds the value of a variable and not its name");
  open_ = !std::holds_alternative<Reading>(step.what);
  steps_.push_back(std::move(step));
}

void Recording::spoil(std::string why) {
  if (spoiled_.empty()) spoiled_ = std::move(why);
}

std::string Recording::unfit() const {
  if (!spoiled_.empty()) return spoiled_;
  const bool changed =
      std::ranges::any_of(steps_, [](const KeptStep& step) { return !std::holds_alternative<Reading>(step.what); });
  return changed ? "" : "nothing was done to the page";
}

std::vector<KeptStep> Recording::steps(std::string_view url) {
  begins(url);
  std::vector<KeptStep> out = steps_;
  while (!out.empty() && std::holds_alternative<Reading>(out.back().what)) out.pop_back();
  return out;
}

void RecordingWorkplace::note(const engine::ActResult& done, std::string tool, const std::string& before) {
  if (!done.success) return;
  if (done.actions.empty()) recording_.spoil("what a step did is not known");
  for (const engine::Action& action : done.actions) recording_.add(ByElement{tool, action}, before);
}

aio::Task<base::Result<engine::ActResult>> RecordingWorkplace::on_element(const aio::Context& ctx, std::string id,
                                                                          std::string method,
                                                                          std::vector<std::string> arguments) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY(engine::ActResult done,
         co_await place_.on_element(ctx, std::move(id), std::move(method), std::move(arguments)));
  note(done, "element", before);
  co_return done;
}

aio::Task<base::Result<engine::ActResult>> RecordingWorkplace::act(const aio::Context& ctx, std::string instruction) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY(engine::ActResult done, co_await place_.act(ctx, std::move(instruction)));
  note(done, "act", before);
  co_return done;
}

aio::Task<base::Result<engine::ActResult>> RecordingWorkplace::perform(const aio::Context& ctx, engine::Action action) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY(engine::ActResult done, co_await place_.perform(ctx, std::move(action)));
  note(done, "act", before);
  co_return done;
}

aio::Task<base::Result<json::Value>> RecordingWorkplace::extract(const aio::Context& ctx, std::string instruction,
                                                                 std::optional<json::Value> schema) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY(json::Value data, co_await place_.extract(ctx, std::move(instruction), std::move(schema)));
  recording_.add(Reading{"extract"}, before);
  co_return data;
}

aio::Task<base::Result<json::Value>> RecordingWorkplace::search(const aio::Context& ctx, std::string query) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY(json::Value data, co_await place_.search(ctx, std::move(query)));
  recording_.add(Reading{"search"}, before);
  co_return data;
}

aio::Task<base::Result<void>> RecordingWorkplace::switch_tab(const aio::Context& ctx, std::size_t number) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY_VOID(co_await place_.switch_tab(ctx, number));
  recording_.add(TabMove{"switch", number}, before);
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> RecordingWorkplace::close_tab(const aio::Context& ctx, std::size_t number) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY_VOID(co_await place_.close_tab(ctx, number));
  recording_.add(TabMove{"close", number}, before);
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> RecordingWorkplace::open_tab(const aio::Context& ctx, std::string url) {
  const std::string before = place_.url();
  recording_.begins(before);
  CO_TRY_VOID(co_await place_.open_tab(ctx, url));
  recording_.add(TabMove{"open", 0, std::move(url)}, before);
  co_return base::Result<void>();
}

void RecordingWorkplace::answer_next_dialog(bool accept, std::string text) {
  const std::string before = place_.url();
  recording_.begins(before);
  place_.answer_next_dialog(accept, text);
  recording_.add(DialogAnswer{accept, std::move(text)}, before);
}

aio::Task<base::Result<std::optional<std::string>>> RecordingHand::perform(const aio::Context& ctx, Gesture gesture) {
  const std::string before = place_.url();
  recording_.begins(before);
  engine::Identity focus;
  if (is_keys(gesture)) {
    auto found = co_await place_.focused(ctx);
    if (found) focus = std::move(*found);
  }
  CO_TRY(auto failure, co_await hand_.perform(ctx, gesture));
  if (failure || does_nothing(gesture)) co_return failure;
  if (is_pointing(gesture)) recording_.spoil("a step went by coordinates, which cannot be checked");
  if (is_keys(gesture) && !focus.known()) recording_.spoil("what keys went to is not known");
  recording_.add(ByHand{std::move(gesture), std::move(focus)}, before);
  co_return failure;
}

}  // namespace agent
