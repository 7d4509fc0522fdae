#include "browser/journey.h"

#include <algorithm>
#include <utility>

#include "aio/race.h"

namespace browser {

Journey::Journey(Page& page, HistoryEntry entry)
    : page_(page),
      entry_(std::move(entry)),
      frames_{page.main_frame_id()},
      told_(page.activity().traffic().tells_starts()) {
  if (entry_.of_a_frame)  // one that was there before, as what comes later has no history
    for (const Frame& frame : page.frames()) frames_.insert(frame.id());
  watch("Page.frameStartedNavigating", &Journey::on_starts);
  watch("Page.frameNavigated", &Journey::on_document);
  watch("Page.navigatedWithinDocument", &Journey::on_within_document);
  watch("Network.requestWillBeSent", &Journey::on_request);
  watch("Network.responseReceived", &Journey::on_response);
  watch("Network.loadingFailed", &Journey::on_failure);
}

void Journey::watch(std::string method, void (Journey::*note)(const json::Value&)) {
  watches_.push_back(page_.watch(std::move(method), [this, note](cdp::Session&, const json::Value& params) {
    (this->*note)(params);
    changed_.wake_all();
  }));
}

aio::Task<void> Journey::changed(const aio::Context& ctx, base::TimePoint until) {
  auto event = aio::race(changed_.wait(), page_.session().gone().wait());
  co_await aio::race(std::move(event), ctx.clock->sleep_until(until));
}

bool Journey::waits_for_server() const {
  return std::ranges::any_of(steps_, [](const auto& s) { return !s.second.request.empty() && !s.second.answered; });
}

void Journey::on_starts(const json::Value& params) {
  const std::string frame = json::text_at(params, "frameId");
  if (!may_take_it(frame)) return;
  told_ = true;
  const std::string how = json::text_at(params, "navigationType");
  const std::string document = json::text_at(params, "loaderId");
  if (how == "historyDifferentDocument") {
    some_began_ = true;
    steps_[frame] = {.document = document};
  } else if (how == "historySameDocument") {
    some_began_ = true;
    within_.insert(frame);
  } else {
    others_.insert(document);
    steps_.erase(frame);  // it has another aim now
  }
  judge();
}

void Journey::on_document(const json::Value& params) {
  const std::string frame = json::text_at(params, "frame.id");
  if (!may_take_it(frame)) return;
  const std::string document = json::text_at(params, "frame.loaderId");
  const auto step = steps_.find(frame);
  if (step != steps_.end() && step->second.document == document) {
    steps_.erase(step);
    some_came_ = true;
    judge();
  } else if (frame == page_.main_frame_id()) {
    came_ = came_ || !others_.contains(document);
  }
}

void Journey::on_within_document(const json::Value& params) {
  const std::string frame = json::text_at(params, "frameId");
  if (!may_take_it(frame) || json::text_at(params, "navigationType") == "historyApi") return;
  if (told_)
    some_came_ = within_.erase(frame) > 0 || some_came_;
  else
    came_ = came_ || frame != page_.main_frame_id() || json::text_at(params, "url") == entry_.url;
  judge();
}

void Journey::on_request(const json::Value& params) {
  if (json::get_string(params, "type") != std::string_view("Document")) return;
  const std::string frame = json::text_at(params, "frameId");
  if (!may_take_it(frame)) return;
  Step asked{.document = json::text_at(params, "loaderId"), .request = json::text_at(params, "requestId")};
  const auto step = steps_.find(frame);
  if (told_ && (step == steps_.end() || step->second.document != asked.document)) return;
  if (!told_) steps_.clear();
  some_began_ = true;
  answered_at_.reset();
  steps_[frame] = std::move(asked);
}

void Journey::on_response(const json::Value& params) {
  const auto step = step_of(params);
  if (step == steps_.end()) return;
  step->second.answered = true;
  answered_at_ = page_.activity().now();
}

// What fails otherwise has a page of its own, which tells of it.
void Journey::on_failure(const json::Value& params) {
  const auto step = step_of(params);
  if (step == steps_.end() || json::get_string(params, "errorText") != std::string_view("net::ERR_ABORTED")) return;
  some_in_vain_ = some_in_vain_ || step->second.answered;
  steps_.erase(step);
  judge();
}

std::map<std::string, Journey::Step>::iterator Journey::step_of(const json::Value& params) {
  const std::string request = json::text_at(params, "requestId");
  if (request.empty()) return steps_.end();  // which a step has that has asked for nothing yet
  return std::ranges::find_if(steps_, [&](const auto& s) { return s.second.request == request; });
}

// When all that have begun a step have ended it: one that came to nothing is not outweighed by an advertisement that
// came.
void Journey::judge() {
  if (!some_began_ || !steps_.empty() || !within_.empty()) return;
  if (some_in_vain_)
    in_vain_ = true;
  else if (some_came_)
    came_ = true;
  else
    stopped_ = true;
}

}  // namespace browser
