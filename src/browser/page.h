// Page: one tab, with the sessions of all processes that its frames live in. Keeps the frame tree, answers dialogs,
// knows whether it crashed.
#pragma once
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aio/context.h"
#include "aio/wait_list.h"
#include "browser/activity.h"
#include "browser/frame.h"
#include "browser/frame_tree.h"
#include "browser/settings.h"
#include "cdp/connection.h"
#include "engine_api/event_sink.h"
#include "engine_api/types.h"

namespace browser {

class Page {
 public:
  // What else each session of a page needs: called with each before its target runs; what it returns lives as long as
  // the session does.
  using Prepare = std::function<std::vector<cdp::Subscription>(cdp::Session&)>;
  using EventCallback = std::function<void(cdp::Session&, const json::Value& params)>;

  // Sends what every page needs, without waiting, and lets the target run.
  Page(std::shared_ptr<cdp::Session> session, std::string target_id, const engine::LaunchOptions& options,
       DialogPolicy dialogs, const base::Logger& log, const aio::Clock& clock, Prepare prepare = {});
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  cdp::Session& session() { return *session_; }  // the main frame's; it lives as long as the page
  const std::string& main_frame_id() const { return tree_.main_id(); }
  std::string url() const { return tree_.find(tree_.main_id())->url; }
  bool crashed() const { return tree_.crashed(tree_.main_id()); }

  Frame main_frame() { return Frame(*this, tree_.main_id()); }
  // Parents before their children, siblings by the time at which they appeared.
  std::vector<Frame> frames();
  std::optional<Frame> frame(const std::string& id);
  std::optional<Frame> frame_by_ordinal(int ordinal);
  // How many of them there are, those included that a fault would leave behind.
  std::size_t frames_known() const { return tree_.known(); }

  // Calls back on an event of any session of the page, those included that come later, until what is returned dies: as
  // cdp::Session::on, and after the page itself has taken the event in.
  class Watch;
  [[nodiscard]] std::shared_ptr<Watch> watch(std::string method, EventCallback callback);

  // Every command that may change the page is sent through here, or noted: an operation that a closing page has eaten
  // is done again elsewhere only when none was.
  cdp::PendingCall input(std::string_view method, const json::Object& params) {
    return input(*session_, method, params);
  }
  cdp::PendingCall input(cdp::Session& session, std::string_view method, const json::Object& params);
  void note_input() {
    ++inputs_;
    activity_.acted();
  }
  std::uint64_t inputs() const { return inputs_; }
  // Whether there was input since the last navigation that was asked for. Only then can the page be closing by it.
  void note_navigation() { inputs_at_navigation_ = ++inputs_; }
  bool acted_on() const { return inputs_ != inputs_at_navigation_; }
  // Whether the timers that the last input has set have had their turn (departure.h).
  void note_timers() { inputs_at_timers_ = inputs_; }
  bool timers_had_turn() const { return inputs_at_timers_ == inputs_; }
  // A document is to take the place of the one that is shown. One that is kept out for longer than this is kept out by
  // a script that never lets go of the renderer: no navigation gets through to such a page any more, and only closing
  // its tab ends it. A document that comes after all ends that, and so does an answer of the page (navigate.h: hangs).
  static constexpr base::Duration kHung = std::chrono::seconds(1);
  void expect_document(base::TimePoint now) { expected_since_ = expected_since_.value_or(now); }
  void expect_no_document() { expected_since_.reset(); }
  bool hung(base::TimePoint now, base::Duration after = kHung) const {
    return expected_since_ && now - *expected_since_ >= after;
  }
  // Until the target has detached, or ctx.deadline.
  aio::Task<void> wait_gone(const aio::Context& ctx);

  // Frame::script of the main frame.
  aio::Task<base::Result<cdp::Payload>> script(const aio::Context& ctx, std::string function, json::Array arguments);

  // What goes on in it by itself.
  Activity& activity() { return activity_; }

  // Who hears of dialogs while an operation runs; null for nobody.
  void set_listener(engine::EventSink* listener) { listener_ = listener; }
  engine::EventSink* listener() const { return listener_; }

  // How the next dialog is answered, whatever the policy; `text` is for a prompt.
  void answer_next_dialog(DialogAnswer answer, std::string text) { next_answer_ = {answer, std::move(text)}; }
  void forget_answer() { next_answer_.reset(); }

  // For Frame.
  const FrameTree& tree() const { return tree_; }
  std::shared_ptr<cdp::Session> session_of(const std::string& id) const;
  aio::WaitList& frames_changed() { return frames_changed_; }
  void forget_world(const cdp::Session& session, int context) { tree_.forget_world(session.id(), context); }

 private:
  // Of the launch options; they have lists without end, and a browser may attach a thousand pages.
  struct Emulation {
    std::optional<engine::Viewport> viewport;
    std::optional<double> device_scale_factor;
    std::optional<std::string> locale;
    bool has_touch = false;
  };
  struct Attached {
    std::shared_ptr<cdp::Session> session;
    std::vector<cdp::Subscription> subscriptions;
    cdp::Subscription answer;  // to Page.getFrameTree
    bool asked = false;        // and not answered: one question at a time, whatever events come meanwhile
    bool ask_again = false;    // what came since may not be in the answer
  };
  void add_session(std::shared_ptr<cdp::Session> session);
  void enable(cdp::Session& session);
  void enable_emulation(cdp::Session& session);
  void listen(const std::shared_ptr<cdp::Session>& session);
  void on_frame_event(const std::string& session, std::string_view method, const json::Value& params);
  void on_target_event(const std::string& parent, std::string_view method, const json::Value& params);
  void ask_unsure();
  void ask(const std::string& id);
  void on_dialog(cdp::Session& session, const json::Value& params);

  std::shared_ptr<cdp::Session> session_;
  Emulation emulation_;
  DialogPolicy dialogs_;
  const base::Logger& log_;
  Prepare prepare_;
  FrameTree tree_;
  std::uint64_t inputs_ = 0;
  std::uint64_t inputs_at_navigation_ = 0;
  std::optional<std::uint64_t> inputs_at_timers_ = {};
  std::optional<base::TimePoint> expected_since_;
  engine::EventSink* listener_ = nullptr;
  std::optional<std::pair<DialogAnswer, std::string>> next_answer_;
  Activity activity_;
  aio::WaitList frames_changed_;
  std::list<std::weak_ptr<Watch>> watches_;
  std::map<std::string, Attached> sessions_;
};

}  // namespace browser
