#include "browser/traffic.h"

#include <algorithm>

#include "browser/url_policy.h"
#include "cdp/limits.h"

namespace browser {
namespace {

using namespace std::chrono_literals;

constexpr auto kData = 1s;           // as kNavigation, for scripts, style sheets and data
constexpr auto kDue = 500ms;         // from the wish to navigate to its request
constexpr auto kDueAtMost = 2s;      // the same on a busy machine, for who must know
constexpr auto kHang = 3s;           // what took that long once is a long poll, or lost
constexpr auto kQuick = 1s;          // what came that fast does not hang (any more)
constexpr std::size_t kRepeats = 3;  // so many at regular intervals are a poll
constexpr auto kFastestPoll = 80ms;  // closer together it is one piece of work that needs several requests
constexpr auto kForgotten = 60s;     // a poll that has not been seen for so long is none
constexpr auto kCaused = 500ms;      // what begins so soon after input is caused by it
constexpr std::size_t kMaxHabits = 500;
constexpr std::size_t kMaxKey = 500;
constexpr std::size_t kMaxMethod = 32;
constexpr std::size_t kMaxInFlight = 1000;

// Not copied: an event may have megabytes of it.
std::string_view view_at(const json::Value& v, std::string_view key) { return json::get_string(v, key).value_or(""); }

std::string id_in(const json::Value& v, std::string_view key) {
  return std::string(view_at(v, key).substr(0, cdp::kMaxId));
}

// Times, counters and random numbers in a URL are what makes a poll's requests differ.
std::string without_numbers(std::string_view url) {
  std::string out;
  for (const char c : url.substr(0, std::min(url.find('#'), kMaxKey))) {
    if (c < '0' || c > '9')
      out += c;
    else if (out.empty() || out.back() != '#')
      out += '#';
  }
  return out;
}

bool counts(std::string_view type) {
  return type == "Document" || type == "Script" || type == "Stylesheet" || type == "XHR" || type == "Fetch";
}

// Regular means that no interval is much longer than another.
bool is_poll(const std::deque<base::TimePoint>& starts) {
  if (starts.size() < kRepeats) return false;
  base::Duration shortest = base::Duration::max();
  base::Duration longest{0};
  for (std::size_t i = 1; i < starts.size(); ++i) {
    shortest = std::min(shortest, starts[i] - starts[i - 1]);
    longest = std::max(longest, starts[i] - starts[i - 1]);
  }
  return shortest >= kFastestPoll && longest <= 3 * shortest;
}

}  // namespace

void Traffic::on_event(std::string_view method, const json::Value& params, base::TimePoint now) {
  const bool main = view_at(params, "frameId") == main_frame_id_;
  if (method == "Network.requestWillBeSent") {
    begin(params, now);
  } else if (method == "Network.loadingFinished" || method == "Network.loadingFailed") {
    end(id_in(params, "requestId"), now);
  } else if (method == "Page.frameStartedNavigating") {
    tells_starts_ = true;
  } else if (method == "Page.frameRequestedNavigation") {
    // Chromium opens no other program (stand_ins.h): no document comes of a link to one.
    if (main && view_at(params, "disposition") == "currentTab" && !leaves_the_browser(view_at(params, "url")))
      due_ = last_begin_ = now;
  } else if (method == "Page.navigatedWithinDocument") {
    if (!main) return;
    due_.reset();
    last_begin_ = now;
  } else if (method == "Page.frameDetached") {
    if (view_at(params, "reason") == "swap") return;
    std::erase_if(in_flight_, [frame = id_in(params, "frameId")](const auto& e) { return e.second.frame == frame; });
  } else if (method == "Page.frameNavigated") {
    const json::Value* frame = json::find(params, "frame");
    if (frame && view_at(*frame, "id") == main_frame_id_) committed(id_in(*frame, "loaderId"), now);
  }
}

void Traffic::begin(const json::Value& params, base::TimePoint now) {
  const std::string_view type = view_at(params, "type");
  const json::Value* request = json::find(params, "request");
  if (!counts(type) || !request) return;
  const std::string_view url = view_at(*request, "url");
  if (url.starts_with("data:") || url.starts_with("blob:")) return;
  const std::string id = id_in(params, "requestId");
  // A redirect goes on with the same request.
  if (const auto it = in_flight_.find(id); it != in_flight_.end() && json::find(params, "redirectResponse")) return;
  forget_old(now);
  const std::string_view by = view_at(*request, "method").substr(0, kMaxMethod);
  Request made{.kind = Kind::data,
               .key = std::string(by) + " " + without_numbers(url),
               .frame = id_in(params, "frameId"),
               .loader = id_in(params, "loaderId"),
               .since = now,
               .sends = by != "GET" && by != "HEAD"};
  if (type == "Document" && made.frame == main_frame_id_) {
    made.kind = Kind::navigation;
    due_.reset();
  } else if (type != "Document") {
    const bool hung = hangs(made.key, now);
    made.ignored = repeats(made.key, now) || hung;
  }
  if (!made.ignored) last_begin_ = now;
  in_flight_.insert_or_assign(id, std::move(made));
}

void Traffic::end(const std::string& id, base::TimePoint now) {
  const auto node = in_flight_.extract(id);
  if (!node) return;
  const Request& ended = node.mapped();
  const base::Duration took = now - ended.since;
  if (const auto habit = habits_.find(ended.key); habit != habits_.end()) {
    if (took >= kHang) habit->second.hangs = true;
    if (took < kQuick) habit->second.hangs = false;
  }
  if (!ended.ignored && took < (ended.kind == Kind::navigation ? kNavigation : kData)) last_end_ = now;
}

// What the document before had asked for is of no interest any more, and often its end is not told. The rest of the
// new document itself is for the document to tell: it is loading.
void Traffic::committed(const std::string& loader_id, base::TimePoint now) {
  due_.reset();
  last_begin_ = now;
  std::erase_if(in_flight_, [&](const auto& e) {
    return e.second.kind == Kind::navigation ? e.first == loader_id : e.second.loader != loader_id;
  });
  for (auto& [key, habit] : habits_) {
    habit.starts.clear();
    habit.polls = false;
  }
}

// Notes that a request with this key begins; true when it is one of a poll.
bool Traffic::repeats(const std::string& key, base::TimePoint now) {
  Habit& habit = habits_[key];
  if (now - habit.last > kForgotten) {
    habit.starts.clear();
    habit.polls = false;
  }
  habit.last = now;
  if (habit.polls || (acted_ && now - *acted_ < kCaused)) return habit.polls;
  habit.starts.push_back(now);
  if (habit.starts.size() > kRepeats) habit.starts.pop_front();
  return habit.polls = is_poll(habit.starts);
}

bool Traffic::hangs(const std::string& key, base::TimePoint now) const {
  const auto habit = habits_.find(key);
  if (habit != habits_.end() && habit->second.hangs) return true;
  return std::ranges::any_of(in_flight_,
                             [&](const auto& e) { return e.second.key == key && now - e.second.since >= kHang; });
}

// Bounds what pages that invent URLs for ever can make us remember.
void Traffic::forget_old(base::TimePoint now) {
  if (habits_.size() >= kMaxHabits) std::erase_if(habits_, [&](const auto& e) { return now - e.second.last > 10s; });
  if (habits_.size() >= kMaxHabits) habits_.clear();
  if (in_flight_.size() >= kMaxInFlight)
    std::erase_if(in_flight_, [&](const auto& e) { return now - e.second.since > kNavigation; });
  if (in_flight_.size() >= kMaxInFlight) in_flight_.clear();
}

Traffic::Pending Traffic::pending(base::TimePoint now) const {
  Pending out{.what = "", .until = now, .navigation_until = now};
  if (due_ && now < *due_ + kDue) out = {.what = "navigation", .until = *due_ + kDue, .navigation_until = now};
  if (due_) out.navigation_until = std::max(now, *due_ + kDueAtMost);
  for (const auto& [id, request] : in_flight_) {
    const bool navigation = request.kind == Kind::navigation;
    const base::TimePoint until = request.since + (navigation ? base::Duration(kNavigation) : base::Duration(kData));
    if (request.ignored || now >= until) continue;
    if (out.what.empty() || navigation) out.what = navigation ? "navigation" : "request";
    out.until = std::max(out.until, until);
    if (navigation) out.navigation_until = std::max(out.navigation_until, until);
  }
  return out;
}

std::optional<base::TimePoint> Traffic::navigating_since() const {
  std::optional<base::TimePoint> out;
  for (const auto& [id, request] : in_flight_)
    if (request.kind == Kind::navigation) out = std::max(out.value_or(request.since), request.since);
  return out;
}

bool Traffic::sending() const {
  return std::ranges::any_of(in_flight_,
                             [](const auto& e) { return e.second.kind == Kind::navigation && e.second.sends; });
}

}  // namespace browser
