#include "browser/frame.h"

#include <algorithm>

#include <fmt/format.h>

#include "browser/call_arguments.h"
#include "browser/departure.h"
#include "browser/page.h"

namespace browser {
namespace {

// Whether a call failed only because the document it was meant for has gone.
bool document_left(const std::string& why) {
  return why.find("context was destroyed") != std::string::npos ||
         why.find("Cannot find context") != std::string::npos || why.find("navigated or closed") != std::string::npos;
}

}  // namespace

bool Frame::is_main() const { return id_ == page_->tree().main_id(); }

const FrameTree::Frame* Frame::info() const { return page_->tree().find(id_); }

int Frame::ordinal() const {
  const FrameTree::Frame* frame = info();
  return frame ? frame->ordinal : -1;
}

std::string Frame::url() const {
  const FrameTree::Frame* frame = info();
  return frame ? frame->url : "";
}

std::optional<Frame> Frame::parent() const {
  const FrameTree::Frame* frame = info();
  if (!frame || frame->parent.empty() || is_main()) return std::nullopt;
  return Frame(*page_, frame->parent);
}

std::shared_ptr<cdp::Session> Frame::session() const {
  const FrameTree::Frame* frame = info();
  return frame ? page_->session_of(frame->session) : nullptr;
}

base::Result<void> Frame::usable() const {
  if (page_->tree().crashed(id_))
    return base::fail(base::Kind::browser, is_main() ? "The page crashed" : "The frame crashed");
  if (page_->session().is_gone()) return std::unexpected(cdp::error_of(page_->session().why()));
  if (!exists()) return base::fail(base::Kind::browser, std::string(kFrameGone));
  return {};
}

aio::Task<base::Result<Frame::World>> Frame::world(const aio::Context& ctx, base::Duration patience) const {
  const base::TimePoint until = std::min(ctx.deadline, base::after(ctx.now(), patience));
  for (;;) {
    CO_TRY_VOID(usable());
    const int context = page_->tree().world(id_);
    if (auto held = session(); held && context != 0) co_return World{std::move(held), context};
    aio::Task<std::variant<std::monostate, std::monostate>> change =
        aio::race(page_->frames_changed().wait(), page_->session().gone().wait());
    auto first = co_await aio::race(std::move(change), ctx.clock->sleep_until(until));
    if (first.index() == 1)
      co_return base::fail(
          base::Kind::timeout,
          fmt::format("the {} has no document to work in (it may be loading for ever)", is_main() ? "page" : "frame"));
  }
}

base::Error Frame::unanswered(const base::Error& why) const {
  return {base::Kind::timeout,
          page_->activity().traffic().navigating() ? std::string(kDeparting)
                                                   : "the page does not answer: a script of its own keeps it busy",
          why.message};
}

bool Frame::has_left(const World& at, const base::Error& why) const {
  // A frame that changes its process loses its session, not itself.
  const bool moved = at.session->is_gone() && !page_->session().is_gone();
  return moved || document_left(why.message);
}

aio::Task<base::Result<std::optional<cdp::Payload>>> Frame::script_in(const aio::Context& ctx, World at,
                                                                      std::string function,
                                                                      json::Array arguments) const {
  auto reply = co_await at.session->call(
      ctx, "Runtime.callFunctionOn",
      {{"functionDeclaration", fmt::format("function(...a) {{ return __belay.{}(...a) }}", function)},
       {"executionContextId", at.context},
       {"arguments", wrapped(arguments)},
       {"awaitPromise", true},
       {"returnByValue", true}});
  if (!reply) {
    if (reply.error().kind == base::Kind::timeout) co_return std::unexpected(unanswered(reply.error()));
    // So is one whose page has been closed.
    const bool closed = at.session->is_gone() && at.session->why() == cdp::CloseReason::detached;
    if (!closed && !has_left(at, reply.error())) co_return std::unexpected(std::move(reply).error());
    co_return std::nullopt;
  }
  const json::Value* value = json::find(*reply, "result.value");
  if (!value) co_return base::fail(base::Kind::browser, "the page's script failed");
  co_return reply->part(*value);
}

namespace {

// A function of the page's script that is waited for. When that ends without an answer, for the operation was cancelled
// or has no more time, the script is told: what it goes on to do would come in the way of the next operation.
class Waiting {
 public:
  explicit Waiting(Frame::World at) : at_(std::move(at)) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    if (!answered_)
      at_.session->post("Runtime.evaluate", {{"expression", "__belay.leave()"}, {"contextId", at_.context}});
  }
  void answered() { answered_ = true; }

 private:
  Frame::World at_;
  bool answered_ = false;
};

}  // namespace

aio::Task<base::Result<cdp::Payload>> Frame::call(const aio::Context& ctx, std::string declaration,
                                                  json::Array& arguments, bool by_value, std::string group) const {
  for (;;) {
    const base::TimePoint began = ctx.now();
    // A frame without a document is waited for like an element.
    const base::Duration patience = have_time(arguments) ? longest_wait(arguments) : kDocument;
    CO_TRY(const World at, co_await world(ctx, patience));
    // What the function waits for by itself comes on top of what any command may take.
    const aio::Context bounded = ctx.within(cdp::kCommandTimeout + longest_wait(arguments));
    cdp::PendingCall sent = at.session->send("Runtime.callFunctionOn", {{"functionDeclaration", declaration},
                                                                        {"executionContextId", at.context},
                                                                        {"arguments", wrapped(arguments)},
                                                                        {"awaitPromise", true},
                                                                        {"objectGroup", group},
                                                                        {"returnByValue", by_value}});
    Waiting waiting(at);
    auto reply = co_await sent.reply_by_deadline(bounded);
    if (reply || reply.error().kind != base::Kind::timeout) waiting.answered();
    shorten(arguments, ctx.now() - began);
    if (!reply) {
      if (reply.error().kind == base::Kind::timeout) co_return std::unexpected(unanswered(reply.error()));
      if (!has_left(at, reply.error()) || ctx.now() >= ctx.deadline)
        co_return std::unexpected(std::move(reply).error());
      page_->forget_world(*at.session, at.context);
      continue;
    }
    if (const json::Value* thrown = json::find(*reply, "exceptionDetails"))
      co_return base::fail(base::Kind::browser, "the page's script failed",
                           json::get_text(*thrown, "text").value_or(""));
    co_return std::move(*reply);
  }
}

aio::Task<base::Result<cdp::Payload>> Frame::call_on(const aio::Context& ctx, const Handle& object, std::string code,
                                                     json::Array arguments) {
  auto reply = co_await object.session()->call(ctx, "Runtime.callFunctionOn",
                                               {{"functionDeclaration", std::move(code)},
                                                {"objectId", object.id()},
                                                {"arguments", wrapped(arguments)},
                                                {"awaitPromise", true},
                                                {"returnByValue", true}});
  if (!reply && reply.error().kind == base::Kind::browser)
    co_return base::fail(base::Kind::browser, std::string(kFrameGone), reply.error().message);
  if (!reply) co_return std::unexpected(std::move(reply).error());
  const json::Value* value = json::find(*reply, "result.value");
  co_return value ? reply->part(*value) : cdp::Payload();
}

aio::Task<base::Result<cdp::Payload>> Frame::script_on(const aio::Context& ctx, const Handle& node,
                                                       std::string function, json::Array arguments) const {
  CO_TRY(const cdp::Payload answer,
         co_await call_on(ctx, node, fmt::format("function(...a) {{ return __belay.{}(this, ...a) }}", function),
                          std::move(arguments)));
  if (auto error = json::get_text(answer, "error")) co_return base::fail(base::Kind::browser, std::move(*error));
  co_return answer;
}

aio::Task<base::Result<std::shared_ptr<Handle>>> Frame::owner_of(const aio::Context& ctx, const Frame& child) const {
  CO_TRY(const World at, co_await world(ctx));
  auto owner = co_await at.session->call(ctx, "DOM.getFrameOwner", {{"frameId", child.id()}});
  if (!owner) co_return base::fail(base::Kind::browser, std::string(kFrameGone), owner.error().message);
  auto node = co_await at.session->call(
      ctx, "DOM.resolveNode",
      {{"backendNodeId", json::get_int(*owner, "backendNodeId").value_or(0)}, {"executionContextId", at.context}});
  const auto id = node ? json::get_text(*node, "object.objectId") : std::nullopt;
  if (!id) co_return base::fail(base::Kind::browser, std::string(kFrameGone), node ? "" : node.error().message);
  co_return std::make_shared<Handle>(at.session, *id);
}

}  // namespace browser
