#include "browser/frame.h"

#include <algorithm>

#include <fmt/format.h>

#include "browser/page.h"

namespace browser {
namespace {

constexpr int kNesting = 16;                          // closed roots within closed roots
constexpr auto kDocument = std::chrono::seconds(10);  // until a frame has a document with our script in it

// Whether a call failed only because the document it was meant for has gone.
bool document_left(const std::string& why) {
  return why.find("context was destroyed") != std::string::npos ||
         why.find("Cannot find context") != std::string::npos || why.find("navigated or closed") != std::string::npos;
}

// Objects of a page that are kept alive for us together, until this dies.
class Group {
 public:
  explicit Group(std::shared_ptr<cdp::Session> session) : session_(std::move(session)) {}
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group() { session_->post("Runtime.releaseObjectGroup", {{"objectGroup", name_}}); }
  const std::string& name() const { return name_; }

 private:
  static std::string next() {
    static std::uint64_t count = 0;
    return fmt::format("belay-{}", ++count);
  }
  std::shared_ptr<cdp::Session> session_;
  const std::string name_ = next();
};

json::Array wrapped(const json::Array& arguments) {
  json::Array out;
  for (const json::Value& argument : arguments) out.push_back(json::Object{{"value", argument}});
  return out;
}

// A function that is called again for the same purpose has only the rest of its time.
void shorten(json::Array& arguments, base::Duration taken) {
  for (json::Value& argument : arguments)
    if (const auto timeout = json::get_double(argument, "timeout"))
      argument.as_object()["timeout"] = std::max(0.0, *timeout - static_cast<double>(base::to_ms(taken)));
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

aio::Task<base::Result<Frame::World>> Frame::world(const aio::Context& ctx) const {
  const base::TimePoint until = std::min(ctx.deadline, base::after(ctx.now(), kDocument));
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

aio::Task<base::Result<json::Value>> Frame::call(const aio::Context& ctx, const std::string& function,
                                                 json::Array& arguments, bool by_value, std::string group) const {
  for (;;) {
    const base::TimePoint began = ctx.now();
    CO_TRY(const World at, co_await world(ctx));
    auto reply =
        co_await at.session->call(ctx, "Runtime.callFunctionOn",
                                  {{"functionDeclaration", fmt::format("(...a) => __belay.{}(...a)", function)},
                                   {"executionContextId", at.context},
                                   {"arguments", wrapped(arguments)},
                                   {"awaitPromise", true},
                                   {"objectGroup", group},
                                   {"returnByValue", by_value}});
    shorten(arguments, ctx.now() - began);
    if (!reply) {
      if (reply.error().kind == base::Kind::timeout)
        co_return base::fail(base::Kind::timeout,
                             page_->activity().traffic().navigating()
                                 ? "the page is on its way to another document and does not answer until it is there"
                                 : "the page does not answer: a script of its own keeps it busy",
                             reply.error().message);
      // A frame that changes its process loses its session, not itself.
      const bool moved = at.session->is_gone() && !page_->session().is_gone();
      if ((!moved && !document_left(reply.error().message)) || ctx.now() >= ctx.deadline)
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

aio::Task<base::Result<json::Value>> Frame::script(const aio::Context& ctx, std::string function,
                                                   json::Array arguments) const {
  for (;;) {
    CO_TRY(json::Value reply, co_await call(ctx, function, arguments, true));
    const json::Value* value = json::find(reply, "result.value");
    const bool hosts = value && json::get_bool(*value, "hosts").value_or(false);
    if (!hosts && !value) co_return json::Value(nullptr);
    // Not copied: it may be a page's whole text.
    if (!hosts) co_return std::move(reply.get_object()["result"].get_object()["value"]);
    CO_TRY_VOID(co_await adopt_closed_roots(ctx));
  }
}

aio::Task<base::Result<std::shared_ptr<Handle>>> Frame::element(const aio::Context& ctx, std::string function,
                                                                json::Array arguments) const {
  for (;;) {
    CO_TRY(json::Value reply, co_await call(ctx, function, arguments, false));
    const auto held = session();
    const auto id = json::get_text(reply, "result.objectId");
    if (!held || !id) co_return base::fail(base::Kind::browser, std::string(kFrameGone));
    auto made = std::make_shared<Handle>(held, *id);
    if (json::get_string(reply, "result.subtype") == "node") co_return made;
    CO_TRY(const json::Value told, co_await call_on(ctx, *made, "function() { return this }", {}));
    if (!json::get_bool(told, "hosts").value_or(false))
      co_return base::fail(base::Kind::browser,
                           json::get_text(told, "error").value_or("the page's script gave no element"));
    CO_TRY_VOID(co_await adopt_closed_roots(ctx));
  }
}

// The elements of an array that is kept in the page.
aio::Task<base::Result<std::vector<std::string>>> Frame::members(const aio::Context& ctx, cdp::Session& session,
                                                                 std::string array) {
  auto reply = co_await session.call(ctx, "Runtime.getProperties", {{"objectId", array}, {"ownProperties", true}});
  std::vector<std::string> out;
  const json::Array* properties = reply ? json::get_array(*reply, "result") : nullptr;
  if (!properties) co_return out;
  for (const json::Value& property : *properties)
    if (json::get_string(property, "value.subtype") == "node")
      out.push_back(json::get_text(property, "value.objectId").value_or(""));
  co_return out;
}

aio::Task<base::Result<void>> Frame::adopt_closed_roots(const aio::Context& ctx) const {
  // Roots hold hosts in their turn, as deep as pages build them.
  for (int depth = 0; depth < kNesting; ++depth) {
    CO_TRY(const World at, co_await world(ctx));
    const Group group(at.session);  // of the hosts too: Chromium keeps what is in an object where it keeps the object
    json::Array none;
    CO_TRY(const json::Value reply, co_await call(ctx, "hosts", none, false, group.name()));
    CO_TRY(const std::vector<std::string> hosts,
           co_await members(ctx, *at.session, json::get_text(reply, "result.objectId").value_or("")));
    std::vector<cdp::PendingCall> asked;
    asked.reserve(hosts.size());
    for (const std::string& host : hosts) asked.push_back(at.session->send("DOM.describeNode", {{"objectId", host}}));
    std::vector<cdp::PendingCall> roots;
    for (cdp::PendingCall& call : asked) {
      const auto node = co_await call.reply(ctx);
      const json::Array* shadows = node ? json::get_array(*node, "node.shadowRoots") : nullptr;
      if (!shadows || shadows->empty() || json::get_string(shadows->front(), "shadowRootType") != "closed") continue;
      const std::int64_t id = json::get_int(shadows->front(), "backendNodeId").value_or(0);
      roots.push_back(
          at.session->send("DOM.resolveNode",
                           {{"backendNodeId", id}, {"executionContextId", at.context}, {"objectGroup", group.name()}}));
    }
    json::Array adopted;
    for (cdp::PendingCall& call : roots) {
      const auto node = co_await call.reply(ctx);
      if (const auto id = node ? json::get_text(*node, "object.objectId") : std::nullopt)
        adopted.push_back(json::Object{{"objectId", *id}});
    }
    if (adopted.empty()) break;
    auto done = co_await at.session->call(ctx, "Runtime.callFunctionOn",
                                          {{"functionDeclaration", "(...a) => __belay.adoptRoots(...a)"},
                                           {"executionContextId", at.context},
                                           {"arguments", adopted},
                                           {"awaitPromise", true},
                                           {"returnByValue", true}});
    if (!done) break;  // the document went: its roots with it
  }
  co_return base::Result<void>();
}

aio::Task<base::Result<json::Value>> Frame::call_on(const aio::Context& ctx, const Handle& object, std::string code,
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
  co_return value ? *value : json::Value(nullptr);
}

aio::Task<base::Result<json::Value>> Frame::script_on(const aio::Context& ctx, const Handle& node, std::string function,
                                                      json::Array arguments) const {
  CO_TRY(json::Value answer,
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
