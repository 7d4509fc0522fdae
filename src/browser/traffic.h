// Traffic: what of a page's network is under way and may soon change what the page shows. Kept from the page's first
// moment on, so that what began before anybody asks is known. Sans-I/O: fed with events and times.
#pragma once
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "json/value.h"

namespace browser {

class Traffic {
 public:
  explicit Traffic(std::string main_frame_id) : main_frame_id_(std::move(main_frame_id)) {}

  // A server that lets a page wait longer for a document is not waited for.
  static constexpr auto kNavigation = std::chrono::seconds(5);

  // The CDP events that on_event looks at.
  static constexpr std::string_view kEvents[] = {"Network.requestWillBeSent",     "Network.loadingFinished",
                                                 "Network.loadingFailed",         "Page.frameNavigated",
                                                 "Page.frameRequestedNavigation", "Page.frameDetached",
                                                 "Page.navigatedWithinDocument",  "Page.frameStartedNavigating"};
  void on_event(std::string_view method, const json::Value& params, base::TimePoint now);
  // Input was sent to the page. What it asks for now is an answer to that, however often it is repeated.
  void acted(base::TimePoint now) { acted_ = now; }

  // What is worth waiting for: requests for documents, scripts, style sheets and data that are young. One that takes
  // long is no longer waited for, nor are polls and whatever hung before.
  struct Pending {
    std::string_view what;             // "navigation", "request", or "" for nothing
    base::TimePoint until;             // when it is waited for no longer, if nothing happens
    base::TimePoint navigation_until;  // the same of the latest navigation of the main frame; now for none
  };
  Pending pending(base::TimePoint now) const;

  // Whether the main frame is on its way to another document, however long. Until it is there (or gives up), Chromium
  // holds back whatever is sent to the document that is shown, but input.
  bool navigating() const { return navigating_since().has_value(); }
  std::optional<base::TimePoint> navigating_since() const;  // the latest of its navigations
  // Whether one of them may have an effect on its server, as a form's POST has: what it leads to by redirects tells of
  // that effect.
  bool sending() const;

  // Whether the browser is one that says of a navigation how it begins.
  bool tells_starts() const { return tells_starts_; }

  // When the latest request worth waiting for ended; what comes of it shows a moment later.
  std::optional<base::TimePoint> last_end() const { return last_end_; }
  // Whether a navigation or a request worth waiting for has begun since then.
  bool began_since(base::TimePoint then) const { return last_begin_ && *last_begin_ >= then; }

 private:
  enum class Kind { navigation, data };
  struct Request {
    Kind kind = Kind::data;
    std::string key;  // which requests are repetitions of each other
    std::string frame;
    std::string loader;
    base::TimePoint since;
    bool sends = false;    // by a method other than GET and HEAD
    bool ignored = false;  // known, when it began, to be no sign of change
  };
  struct Habit {
    std::deque<base::TimePoint> starts;  // the latest, in the present document
    bool polls = false;
    bool hangs = false;
    base::TimePoint last;
  };

  void begin(const json::Value& params, base::TimePoint now);
  void end(const std::string& id, base::TimePoint now);
  void committed(const std::string& loader_id, base::TimePoint now);
  bool repeats(const std::string& key, base::TimePoint now);
  bool hangs(const std::string& key, base::TimePoint now) const;
  void forget_old(base::TimePoint now);

  std::string main_frame_id_;
  bool tells_starts_ = false;
  std::map<std::string, Request> in_flight_;  // by request id; only those that count by their kind
  std::map<std::string, Habit> habits_;       // by key
  std::optional<base::TimePoint> due_;        // a navigation of the main frame was asked for and has not begun
  std::optional<base::TimePoint> acted_;
  std::optional<base::TimePoint> last_begin_;
  std::optional<base::TimePoint> last_end_;
};

}  // namespace browser
