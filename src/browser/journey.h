// Journey: what is told of a way through the history while it is gone. It leads to an entry that is there already, and
// nothing names its document beforehand.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aio/context.h"
#include "aio/wait_list.h"
#include "browser/page.h"

namespace browser {

// One with the address of the page that is shown may be a step of one of its frames.
struct HistoryEntry {
  std::int64_t id = 0;
  std::string url = {};
  bool of_a_frame = false;
};

// Chromium tells of each navigation that begins whether it is one through the history. What the page and its frames do
// of their own accord meanwhile (a new address by replaceState, a refresh) says nothing of the way. An older browser
// does not tell it: then the latest document asked for by a frame that may take the step is taken for it.
class Journey {
 public:
  Journey(Page& page, HistoryEntry entry);

  bool came() const { return came_; }
  bool in_vain() const { return in_vain_; }  // a server has answered, and not with a page
  bool stopped() const { return stopped_; }  // before the server had answered
  bool waits_for_server() const;
  // Since when the page that is shown is all that is in the way.
  base::TimePoint due(base::TimePoint sent) const { return answered_at_.value_or(sent); }

  aio::Task<void> changed(const aio::Context& ctx, base::TimePoint until);

 private:
  struct Step {
    std::string document;
    std::string request = {};
    bool answered = false;
  };
  void watch(std::string method, void (Journey::*note)(const json::Value&));
  void on_starts(const json::Value& params);
  void on_document(const json::Value& params);
  void on_within_document(const json::Value& params);
  void on_request(const json::Value& params);
  void on_response(const json::Value& params);
  void on_failure(const json::Value& params);
  bool may_take_it(const std::string& frame) const { return frames_.contains(frame); }
  std::map<std::string, Step>::iterator step_of(const json::Value& params);
  void judge();

  Page& page_;
  const HistoryEntry entry_;
  std::set<std::string> frames_;       // that may take a step
  bool told_;                          // the browser says how navigations begin
  std::map<std::string, Step> steps_;  // under way, by frame: one that refreshes itself goes back with the others
  std::set<std::string> within_;       // frames that take theirs within their document
  std::set<std::string> others_;       // documents that frames go to of their own accord
  bool some_began_ = false;
  bool some_came_ = false;
  bool some_in_vain_ = false;
  bool came_ = false;
  bool in_vain_ = false;
  bool stopped_ = false;
  std::optional<base::TimePoint> answered_at_;
  aio::WaitList changed_;
  std::vector<std::shared_ptr<Page::Watch>> watches_;
};

}  // namespace browser
