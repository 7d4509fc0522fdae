// Questions to the page's script, and the closed shadow roots that their answers may lie in.
#include <ranges>

#include <fmt/format.h>

#include "browser/call_arguments.h"
#include "browser/frame.h"
#include "browser/root_rounds.h"

namespace browser {
namespace {

constexpr std::size_t kAtOnce = 300;  // elements that a round asks about: MOST in script/closed.js

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

// The elements of an array that is kept in the page.
aio::Task<std::vector<std::string>> members(const aio::Context& ctx, cdp::Session& session, std::string array) {
  auto reply = co_await session.call(ctx, "Runtime.getProperties", {{"objectId", array}, {"ownProperties", true}});
  std::vector<std::string> out;
  const json::Array* properties = reply ? json::get_array(*reply, "result") : nullptr;
  if (!properties) co_return out;
  // The elements come first, and there are no more of them; whatever else a browser tells is not looked at.
  for (const json::Value& property : *properties | std::views::take(kAtOnce))
    if (json::get_string(property, "value.subtype") == "node")
      out.push_back(json::get_text(property, "value.objectId").value_or(""));
  co_return out;
}

// The closed roots of these elements, as objects of the group.
aio::Task<json::Array> roots_of(const aio::Context& ctx, std::vector<std::string> hosts, Frame::World at,
                                std::string group) {
  std::vector<cdp::PendingCall> asked;
  asked.reserve(hosts.size());
  for (const std::string& host : hosts) asked.push_back(at.session->send("DOM.describeNode", {{"objectId", host}}));
  std::vector<cdp::PendingCall> roots;
  for (cdp::PendingCall& call : asked) {
    const auto node = co_await call.reply(ctx);
    const json::Array* shadows = node ? json::get_array(*node, "node.shadowRoots") : nullptr;
    if (!shadows || shadows->empty() || json::get_string(shadows->front(), "shadowRootType") != "closed") continue;
    const std::int64_t id = json::get_int(shadows->front(), "backendNodeId").value_or(0);
    roots.push_back(at.session->send(
        "DOM.resolveNode", {{"backendNodeId", id}, {"executionContextId", at.context}, {"objectGroup", group}}));
  }
  json::Array out;
  for (cdp::PendingCall& call : roots) {
    const auto node = co_await call.reply(ctx);
    if (const auto id = node ? json::get_text(*node, "object.objectId") : std::nullopt)
      out.push_back(json::Object{{"objectId", *id}});
  }
  co_return out;
}

}  // namespace

aio::Task<base::Result<cdp::Payload>> Frame::script(const aio::Context& ctx, std::string function,
                                                    json::Array arguments) const {
  RootRounds rounds(std::move(function));
  for (;;) {
    CO_TRY(const cdp::Payload reply, co_await call(ctx, rounds.question(), arguments, true));
    const json::Value* value = json::find(reply, "result.value");
    if (!value) co_return cdp::Payload();
    if (!rounds.wanted(*value, arguments)) co_return reply.part(*value);
    CO_TRY_VOID(co_await adopt_closed_roots(ctx, rounds, arguments));
  }
}

aio::Task<base::Result<std::shared_ptr<Handle>>> Frame::element(const aio::Context& ctx, std::string function,
                                                                json::Array arguments) const {
  RootRounds rounds(std::move(function));
  for (;;) {
    CO_TRY(const cdp::Payload reply, co_await call(ctx, rounds.question(), arguments, false));
    const auto held = session();
    const auto id = json::get_text(reply, "result.objectId");
    if (!held || !id) co_return base::fail(base::Kind::browser, std::string(kFrameGone));
    auto made = std::make_shared<Handle>(held, *id);
    if (json::get_string(reply, "result.subtype") == "node") co_return made;
    CO_TRY(const cdp::Payload told, co_await call_on(ctx, *made, "function() { return this }", {}));
    if (!rounds.wanted(told, arguments))
      co_return base::fail(base::Kind::browser,
                           json::get_text(told, "error").value_or("the page's script gave no element"));
    CO_TRY_VOID(co_await adopt_closed_roots(ctx, rounds, arguments));
  }
}

aio::Task<base::Result<void>> Frame::adopt_closed_roots(const aio::Context& ctx, RootRounds& rounds,
                                                        json::Array& arguments) const {
  const base::TimePoint began = ctx.now();
  const bool extra = rounds.spent();
  // Roots hold hosts in their turn.
  do {
    rounds.begin();
    // Of a page that is kept busy all of a round's commands wait for the same thing: together no longer than one.
    const aio::Context bounded = ctx.within(cdp::kCommandTimeout);
    CO_TRY(const World at, co_await world(bounded));
    const Group group(at.session);  // of the hosts too: Chromium keeps what is in an object where it keeps the object
    json::Array none;
    CO_TRY(const cdp::Payload reply, co_await call(bounded, rounds.hosts(), none, false, group.name()));
    std::vector<std::string> hosts =
        co_await members(bounded, *at.session, json::get_text(reply, "result.objectId").value_or(""));
    const json::Array adopted = co_await roots_of(bounded, std::move(hosts), at, group.name());
    if (adopted.empty()) break;
    auto done = co_await at.session->call(bounded, "Runtime.callFunctionOn",
                                          {{"functionDeclaration", "(...a) => __belay.adoptRoots(...a)"},
                                           {"executionContextId", at.context},
                                           {"arguments", adopted},
                                           {"awaitPromise", true},
                                           {"returnByValue", true}});
    if (!done) break;  // the document went: its roots with it
  } while (!rounds.spent());
  // The rounds that everybody has cost a waiting question none of its time; those beyond do.
  if (extra) shorten(arguments, ctx.now() - began);
  co_return base::Result<void>();
}

}  // namespace browser
