#include "browser/page.h"

#include <algorithm>

#include <fmt/format.h>

#include "browser/page_script.h"

namespace browser {
namespace {

constexpr std::string_view kWorld = "belay";

}  // namespace

Page::Page(std::shared_ptr<cdp::Session> session, std::string target_id, const engine::LaunchOptions& options,
           DialogPolicy dialogs, const base::Logger& log)
    : session_(std::move(session)), target_id_(std::move(target_id)), dialogs_(dialogs), log_(log) {
  listen();
  enable(options);
}

// All of it goes out in one breath while the target is paused; replies are not waited for.
void Page::enable(const engine::LaunchOptions& options) {
  session_->post("Page.enable");
  session_->post("Page.setLifecycleEventsEnabled", {{"enabled", true}});
  session_->post("Network.enable");
  const std::string_view source = page_script();
  session_->post(
      "Page.addScriptToEvaluateOnNewDocument",
      {{"source", boost::json::string(source.data(), source.size())}, {"worldName", kWorld}, {"runImmediately", true}});
  session_->post("Runtime.enable");
  if (options.viewport || options.device_scale_factor) {
    const engine::Viewport viewport = options.viewport.value_or(engine::Viewport{});
    session_->post("Emulation.setDeviceMetricsOverride",
                   {{"width", viewport.width},
                    {"height", viewport.height},
                    {"deviceScaleFactor", options.device_scale_factor.value_or(1.0)},
                    {"mobile", false},
                    {"screenWidth", viewport.width},
                    {"screenHeight", viewport.height}});
  }
  if (options.locale) session_->post("Emulation.setLocaleOverride", {{"locale", *options.locale}});
  if (options.has_touch)
    session_->post("Emulation.setTouchEmulationEnabled", {{"enabled", true}, {"maxTouchPoints", 1}});
  session_->post("Runtime.runIfWaitingForDebugger");
}

void Page::listen() {
  const auto on = [this](std::string_view method, std::function<void(const json::Value&)> callback) {
    subscriptions_.push_back(session_->on(method, std::move(callback)));
  };
  on("Runtime.executionContextCreated", [this](const json::Value& params) {
    const json::Value* context = json::find(params, "context");
    const json::Value* aux = context ? json::find(*context, "auxData") : nullptr;
    if (!aux || json::get_text(*aux, "frameId") != target_id_ || json::get_text(*context, "name") != kWorld) return;
    world_ = static_cast<int>(json::get_int(*context, "id").value_or(0));
    crashed_ = false;
    world_changed_.wake_all();
  });
  on("Runtime.executionContextDestroyed", [this](const json::Value& params) {
    if (json::get_int(params, "executionContextId") == world_) world_ = 0;
  });
  on("Runtime.executionContextsCleared", [this](const json::Value&) { world_ = 0; });
  on("Page.frameNavigated", [this](const json::Value& params) {
    const json::Value* frame = json::find(params, "frame");
    if (frame && json::get_text(*frame, "id") == target_id_) url_ = json::get_text(*frame, "url").value_or("");
  });
  on("Page.navigatedWithinDocument", [this](const json::Value& params) {
    if (json::get_text(params, "frameId") == target_id_) url_ = json::get_text(params, "url").value_or("");
  });
  on("Page.javascriptDialogOpening", [this](const json::Value& params) { on_dialog(params); });
  on("Inspector.targetCrashed", [this](const json::Value&) {
    crashed_ = true;
    world_ = 0;
    world_changed_.wake_all();
  });
}

cdp::PendingCall Page::input(std::string_view method, const json::Object& params) {
  note_input();
  return session_->send(method, params);
}

aio::Task<void> Page::wait_gone(const aio::Context& ctx) {
  co_await aio::race(session_->gone().wait(), ctx.clock->sleep_until(ctx.deadline));
}

void Page::on_dialog(const json::Value& params) {
  const std::string type = json::get_text(params, "type").value_or("alert");
  const DialogAnswer answer = type == "confirm"        ? dialogs_.confirm
                              : type == "prompt"       ? dialogs_.prompt
                              : type == "beforeunload" ? dialogs_.beforeunload
                                                       : dialogs_.alert;
  const bool accept = answer == DialogAnswer::accept;
  json::Object reply{{"accept", accept}};
  if (type == "prompt" && accept) reply["promptText"] = json::get_text(params, "defaultPrompt").value_or("");
  session_->post("Page.handleJavaScriptDialog", reply);
  const std::string_view done = accept ? "accepted" : "dismissed";
  log_.info("dialog answered", {{"type", type}, {"answer", done}});
  if (!listener_) return;
  const std::string message = json::get_text(params, "message").value_or("");
  listener_->progress({.category = "dialog",
                       .message = fmt::format("{} dialog {}", type, done),
                       .level = 1,
                       .auxiliary = {{"type", type, "string"}, {"message", message, "string"}}});
}

aio::Task<base::Result<int>> Page::world(const aio::Context& ctx) {
  const base::TimePoint until = std::min(ctx.deadline, base::after(ctx.now(), std::chrono::seconds(10)));
  while (world_ == 0) {
    if (crashed_) co_return base::fail(base::Kind::browser, "The page crashed");
    if (session_->is_gone()) co_return std::unexpected(cdp::error_of(session_->why()));
    aio::Task<std::variant<std::monostate, std::monostate>> change =
        aio::race(world_changed_.wait(), session_->gone().wait());
    auto first = co_await aio::race(std::move(change), ctx.clock->sleep_until(until));
    if (first.index() == 1)
      co_return base::fail(base::Kind::timeout, "the page has no document to work in (it may be loading for ever)");
  }
  co_return world_;
}

aio::Task<base::Result<json::Value>> Page::call_in_world(const aio::Context& ctx, const std::string& function,
                                                         const json::Array& arguments, bool by_value) {
  for (;;) {
    if (crashed_) co_return base::fail(base::Kind::browser, "The page crashed");
    CO_TRY(const int context, co_await world(ctx));
    json::Array wrapped;
    for (const json::Value& argument : arguments) wrapped.push_back(json::Object{{"value", argument}});
    auto reply = co_await session_->call(ctx, "Runtime.callFunctionOn",
                                         {{"functionDeclaration", fmt::format("(...a) => __belay.{}(...a)", function)},
                                          {"executionContextId", context},
                                          {"arguments", std::move(wrapped)},
                                          {"awaitPromise", true},
                                          {"returnByValue", by_value}});
    if (!reply) {
      if (reply.error().kind == base::Kind::timeout)
        co_return base::fail(base::Kind::timeout, "the page does not answer: a script of its own keeps it busy",
                             reply.error().message);
      const std::string& why = reply.error().message;
      const bool document_left = why.find("context was destroyed") != std::string::npos ||
                                 why.find("Cannot find context") != std::string::npos ||
                                 why.find("navigated or closed") != std::string::npos;
      if (!document_left || ctx.now() >= ctx.deadline) co_return std::unexpected(std::move(reply).error());
      if (world_ == context) world_ = 0;
      continue;
    }
    if (const json::Value* thrown = json::find(*reply, "exceptionDetails"))
      co_return base::fail(base::Kind::browser, "the page's script failed",
                           json::get_text(*thrown, "text").value_or(""));
    co_return std::move(*reply);
  }
}

aio::Task<base::Result<json::Value>> Page::script(const aio::Context& ctx, std::string function,
                                                  json::Array arguments) {
  CO_TRY(json::Value reply, co_await call_in_world(ctx, function, arguments, true));
  const json::Value* result = json::find(reply, "result");
  const json::Value* value = result ? json::find(*result, "value") : nullptr;
  co_return value ? *value : json::Value(nullptr);
}

aio::Task<base::Result<std::string>> Page::script_handle(const aio::Context& ctx, std::string function,
                                                         json::Array arguments) {
  CO_TRY(json::Value reply, co_await call_in_world(ctx, function, arguments, false));
  const json::Value* result = json::find(reply, "result");
  auto id = result ? json::get_text(*result, "objectId") : std::nullopt;
  if (!id) co_return base::fail(base::Kind::browser, "the page's script gave no element");
  co_return std::move(*id);
}

}  // namespace browser
