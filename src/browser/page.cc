#include "browser/page.h"

#include <fmt/format.h>

#include "base/text.h"
#include "browser/auto_attach.h"
#include "browser/page_script.h"

namespace browser {
namespace {

constexpr std::size_t kMaxDialogText = 16 * 1024;  // Chromium's own limit is a tenth of it
constexpr std::size_t kMaxDialogType = 32;         // the longest is "beforeunload"

std::string dialog_text(const json::Value& params, std::string_view key) {
  return base::truncate(json::get_string(params, key).value_or(""), kMaxDialogText);
}

std::string dialog_type(const json::Value& params) {
  return base::truncate(json::get_string(params, "type").value_or("alert"), kMaxDialogType);
}

}  // namespace

class Page::Watch {
 public:
  Watch(std::string method, EventCallback callback)
      : method_(std::move(method)), callback_(std::make_shared<EventCallback>(std::move(callback))) {}

  void add(cdp::Session& session) {
    subscriptions_[session.id()] = session.on(
        method_, [raw = &session, callback = callback_](const json::Value& params) { (*callback)(*raw, params); });
  }
  void remove(const std::string& session) { subscriptions_.erase(session); }

 private:
  std::string method_;
  std::shared_ptr<EventCallback> callback_;
  std::map<std::string, cdp::Subscription> subscriptions_;
};

Page::Page(std::shared_ptr<cdp::Session> session, std::string target_id, const engine::LaunchOptions& options,
           DialogPolicy dialogs, const base::Logger& log, const aio::Clock& clock, Prepare prepare)
    : session_(std::move(session)),
      emulation_{.viewport = options.viewport,
                 .device_scale_factor = options.device_scale_factor,
                 .locale = options.locale,
                 .has_touch = options.has_touch},
      dialogs_(dialogs),
      log_(log),
      prepare_(std::move(prepare)),
      tree_(std::move(target_id), session_->id()),
      activity_(tree_.main_id(), clock) {
  add_session(session_);
}

void Page::add_session(std::shared_ptr<cdp::Session> session) {
  listen(session);
  auto& kept = sessions_[session->id()].subscriptions;
  kept.push_back(activity_.follow(*session));
  if (prepare_) {
    for (cdp::Subscription& more : prepare_(*session)) kept.push_back(std::move(more));
  }
  std::erase_if(watches_, [](const auto& weak) { return weak.expired(); });
  for (const auto& weak : watches_)
    if (const auto watch = weak.lock()) watch->add(*session);
  enable(*session);
}

// All of it goes out in one breath while the target is paused; replies are not waited for. Frames below are attached by
// the session of their parent, which has therefore to be told before any of them can come to be.
void Page::enable(cdp::Session& session) {
  session.post("Target.setAutoAttach", auto_attach_to("iframe"));
  session.post("Page.enable");
  session.post("Page.setLifecycleEventsEnabled", {{"enabled", true}});
  session.post("Network.enable");
  const std::string_view source = page_script();
  session.post(
      "Page.addScriptToEvaluateOnNewDocument",
      {{"source", boost::json::string(source.data(), source.size())}, {"worldName", kWorld}, {"runImmediately", true}});
  session.post("Runtime.enable");
  enable_emulation(session);
  session.post("Runtime.runIfWaitingForDebugger");
}

void Page::enable_emulation(cdp::Session& session) {
  // The size is the window's; the rest is each process's own.
  if (&session == session_.get() && (emulation_.viewport || emulation_.device_scale_factor)) {
    const engine::Viewport viewport = emulation_.viewport.value_or(engine::Viewport{});
    session.post("Emulation.setDeviceMetricsOverride",
                 {{"width", viewport.width},
                  {"height", viewport.height},
                  {"deviceScaleFactor", emulation_.device_scale_factor.value_or(1.0)},
                  {"mobile", false},
                  {"screenWidth", viewport.width},
                  {"screenHeight", viewport.height}});
  }
  if (emulation_.locale) session.post("Emulation.setLocaleOverride", {{"locale", *emulation_.locale}});
  if (emulation_.has_touch)
    session.post("Emulation.setTouchEmulationEnabled", {{"enabled", true}, {"maxTouchPoints", 1}});
}

void Page::listen(const std::shared_ptr<cdp::Session>& session) {
  Attached& attached = sessions_[session->id()];
  attached.session = session;
  cdp::Session* const raw = session.get();  // which lives as long as its subscriptions
  attached.subscriptions.push_back(session->on_each(
      FrameTree::events(),
      [this, raw](std::string_view method, const json::Value& params) { on_frame_event(raw->id(), method, params); }));
  attached.subscriptions.push_back(
      session->on("Page.javascriptDialogOpening", [this, raw](const json::Value& params) { on_dialog(*raw, params); }));
}

void Page::on_frame_event(const std::string& session, std::string_view method, const json::Value& params) {
  tree_.on_event(session, method, params);
  const bool arrived =
      method == "Page.frameNavigated" && json::get_string(params, "frame.id") == std::string_view(main_frame_id());
  if (arrived || crashed()) expected_since_.reset();
  if (method.starts_with("Target.")) on_target_event(session, method, params);
  ask_unsure();
  frames_changed_.wake_all();
}

void Page::on_target_event(const std::string& parent, std::string_view method, const json::Value& params) {
  if (method == "Target.attachedToTarget") {
    const std::shared_ptr<cdp::Session> session = session_->other(json::get_text(params, "sessionId").value_or(""));
    if (json::get_text(params, "targetInfo.type") == "iframe") return add_session(session);
    // Of a browser that knows no filter, or does not heed it. Attached it would count.
    session->post("Runtime.runIfWaitingForDebugger");
    session_->other(parent)->post("Target.detachFromTarget", {{"sessionId", session->id()}});
    return;
  }
  // With a target end those below it, without a word.
  std::vector<std::string> ended;
  for (const auto& [id, attached] : sessions_)
    if (attached.session->is_gone() && attached.session != session_) ended.push_back(id);
  for (const std::string& id : ended) {
    tree_.ended(id);
    for (const auto& weak : watches_)
      if (const auto watch = weak.lock()) watch->remove(id);
    sessions_.erase(id);
  }
}

void Page::ask_unsure() {
  for (const std::string& id : tree_.take_unsure()) ask(id);
}

void Page::ask(const std::string& id) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  Attached& attached = it->second;
  attached.ask_again = attached.asked;
  if (std::exchange(attached.asked, true)) return;
  attached.answer = attached.session->ask("Page.getFrameTree", {}, [this, id](const base::Result<cdp::Payload>& reply) {
    const auto asked = sessions_.find(id);
    if (asked == sessions_.end()) return;
    asked->second.asked = false;
    const bool again = std::exchange(asked->second.ask_again, false);
    if (reply) tree_.answered(id, *reply);
    if (again && asked->second.session->why() == cdp::CloseReason::none) ask(id);
    ask_unsure();
    frames_changed_.wake_all();
  });
}

std::shared_ptr<cdp::Session> Page::session_of(const std::string& id) const {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : it->second.session;
}

std::vector<Frame> Page::frames() {
  std::vector<Frame> out;
  for (const FrameTree::Frame* frame : tree_.frames()) out.emplace_back(*this, frame->id);
  return out;
}

std::optional<Frame> Page::frame(const std::string& id) {
  if (!tree_.find(id)) return std::nullopt;
  return Frame(*this, id);
}

std::optional<Frame> Page::frame_by_ordinal(int ordinal) {
  const FrameTree::Frame* frame = tree_.by_ordinal(ordinal);
  if (!frame) return std::nullopt;
  return Frame(*this, frame->id);
}

std::shared_ptr<Page::Watch> Page::watch(std::string method, EventCallback callback) {
  auto watch = std::make_shared<Watch>(std::move(method), std::move(callback));
  for (const auto& [id, attached] : sessions_) watch->add(*attached.session);
  watches_.push_back(watch);
  return watch;
}

cdp::PendingCall Page::input(cdp::Session& session, std::string_view method, const json::Object& params) {
  note_input();
  return session.send(method, params);
}

aio::Task<void> Page::wait_gone(const aio::Context& ctx) {
  co_await aio::race(session_->gone().wait(), ctx.clock->sleep_until(ctx.deadline));
}

void Page::on_dialog(cdp::Session& session, const json::Value& params) {
  const std::string type = dialog_type(params);
  // Leaving a page is not what somebody had in mind who foresaw a dialog.
  const auto told = type == "beforeunload" ? std::nullopt : std::exchange(next_answer_, std::nullopt);
  const DialogAnswer answer = told                     ? told->first
                              : type == "confirm"      ? dialogs_.confirm
                              : type == "prompt"       ? dialogs_.prompt
                              : type == "beforeunload" ? dialogs_.beforeunload
                                                       : dialogs_.alert;
  const bool accept = answer == DialogAnswer::accept;
  json::Object reply{{"accept", accept}};
  if (type == "prompt" && accept)
    reply["promptText"] = told && !told->second.empty() ? told->second : dialog_text(params, "defaultPrompt");
  session.post("Page.handleJavaScriptDialog", reply);
  const std::string_view done = accept ? "accepted" : "dismissed";
  log_.info("dialog answered", {{"type", type}, {"answer", done}});
  if (!listener_) return;
  const std::string message = dialog_text(params, "message");
  listener_->progress({.category = "dialog",
                       .message = fmt::format("{} dialog {}", type, done),
                       .level = 1,
                       .auxiliary = {{"type", type, "string"}, {"message", message, "string"}}});
}

aio::Task<base::Result<cdp::Payload>> Page::script(const aio::Context& ctx, std::string function,
                                                   json::Array arguments) {
  const Frame frame = main_frame();
  co_return co_await frame.script(ctx, std::move(function), std::move(arguments));
}

}  // namespace browser
