// Page: one tab. Keeps the isolated world in which our script lives, answers dialogs, knows whether it crashed.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aio/context.h"
#include "aio/wait_list.h"
#include "browser/settings.h"
#include "cdp/connection.h"
#include "engine_api/event_sink.h"
#include "engine_api/types.h"

namespace browser {

class Page {
 public:
  // Sends what every page needs, without waiting, and lets the target run.
  Page(std::shared_ptr<cdp::Session> session, std::string target_id, const engine::LaunchOptions& options,
       DialogPolicy dialogs, const base::Logger& log);

  cdp::Session& session() { return *session_; }
  // Chromium gives a page target the id of its main frame (CDP Target.TargetInfo).
  const std::string& main_frame_id() const { return target_id_; }
  const std::string& url() const { return url_; }
  bool crashed() const { return crashed_; }

  // Every command that may change the page is sent through here, or noted: an operation that a closing page has eaten
  // is done again elsewhere only when none was.
  cdp::PendingCall input(std::string_view method, const json::Object& params);
  void note_input() { ++inputs_; }
  std::uint64_t inputs() const { return inputs_; }
  // Whether there was input since the last navigation that was asked for. Only then can the page be closing by it.
  void note_navigation() { inputs_at_navigation_ = ++inputs_; }
  bool acted_on() const { return inputs_ != inputs_at_navigation_; }
  // Until the target has detached, or ctx.deadline.
  aio::Task<void> wait_gone(const aio::Context& ctx);

  // Calls a function of our script in the main frame's current document: awaited there, by value. A document that goes
  // away under it is followed into the next one until ctx.deadline.
  aio::Task<base::Result<json::Value>> script(const aio::Context& ctx, std::string function, json::Array arguments);
  // The same, giving a handle (objectId) to what it returned; the caller releases it.
  aio::Task<base::Result<std::string>> script_handle(const aio::Context& ctx, std::string function,
                                                     json::Array arguments);

  // Who hears of dialogs while an operation runs; null for nobody.
  void set_listener(engine::EventSink* listener) { listener_ = listener; }

 private:
  void enable(const engine::LaunchOptions& options);
  void listen();
  void on_dialog(const json::Value& params);
  aio::Task<base::Result<int>> world(const aio::Context& ctx);
  aio::Task<base::Result<json::Value>> call_in_world(const aio::Context& ctx, const std::string& function,
                                                     const json::Array& arguments, bool by_value);

  std::shared_ptr<cdp::Session> session_;
  std::string target_id_;
  DialogPolicy dialogs_;
  const base::Logger& log_;
  std::string url_ = "about:blank";
  int world_ = 0;         // the execution context of our script in the main frame; 0 between documents
  bool crashed_ = false;  // until a navigation has made a new renderer
  std::uint64_t inputs_ = 0;
  std::uint64_t inputs_at_navigation_ = 0;
  engine::EventSink* listener_ = nullptr;
  aio::WaitList world_changed_;
  std::vector<cdp::Subscription> subscriptions_;
};

}  // namespace browser
