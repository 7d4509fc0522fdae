#include "browser/moving.h"

#include <algorithm>

namespace browser {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostAsked = 100;  // that are asked; a page of more is judged by the first
constexpr auto kInnerLoading = 1s;       // an inner document that is read for longer is not waited for

base::Duration milliseconds(const json::Value& seen, std::string_view key) {
  return std::chrono::duration_cast<base::Duration>(
      std::chrono::duration<double, std::milli>(json::get_double(seen, key).value_or(0)));
}

Movement movement_in(const json::Value& seen) {
  return {.loading = json::get_bool(seen, "loading").value_or(false),
          .age = milliseconds(seen, "age"),
          .rest = milliseconds(seen, "rest")};
}

// The frames inside the main one: asked together, then collected. Keeps the rest of the one that moved last.
class Inner {
 public:
  Inner(Page& page, base::TimePoint now) : page_(page), silence_(page.activity().silence()), asked_at_(now) {}

  void ask(const json::Object& how) {
    for (const Frame& frame : page_.frames()) {
      if (frame.is_main() || page_.tree().crashed(frame.id())) continue;
      if (asked_.size() == kMostAsked) break;
      const int context = page_.tree().world(frame.id());
      const auto session = frame.session();
      if (!session || session->is_gone() || context == 0) {
        between(frame.id(), asked_at_);
        continue;
      }
      asked_.push_back(
          {frame.id(), session, context,
           session->send("Runtime.callFunctionOn", {{"functionDeclaration", "(how) => __belay.movement(how)"},
                                                    {"executionContextId", context},
                                                    {"arguments", json::Array{json::Object{{"value", how}}}},
                                                    {"awaitPromise", true},
                                                    {"returnByValue", true}})});
    }
  }

  aio::Task<void> collect(const aio::Context& ctx) {
    for (Asked& one : asked_) {
      const base::TimePoint until = base::after(asked_at_, silence_.patience(one.frame, asked_at_));
      const auto reply = co_await one.call.reply(ctx.with_deadline(until));
      if (reply)
        answered(one.frame, *reply, ctx.now());
      else if (reply.error().kind == base::Kind::timeout)
        silence_.begins(one.frame, asked_at_);
      else
        left(one, ctx.now());
    }
  }

  // At `now`, that is; the longest when no frame has said anything.
  base::Duration rest(base::TimePoint now) const { return moved_ ? now - *moved_ : base::Duration::max(); }

 private:
  struct Asked {
    std::string frame;
    std::shared_ptr<cdp::Session> session;
    int context = 0;
    cdp::PendingCall call;
  };

  void moved(base::TimePoint when) { moved_ = std::max(moved_.value_or(when), when); }
  void between(const std::string& frame, base::TimePoint now) {
    silence_.begins(frame, now);
    if (silence_.is_young(frame, now)) moved(now);
  }
  void answered(const std::string& frame, const json::Value& reply, base::TimePoint now) {
    silence_.ends(frame);
    const json::Value* seen = json::find(reply, "result.value");
    if (!seen) return;
    const Movement movement = movement_in(*seen);
    const bool young = movement.loading && movement.age < kInnerLoading;
    moved(young ? now : now - movement.rest);
  }
  // Its document went away under the question, or it did so itself.
  void left(const Asked& one, base::TimePoint now) {
    page_.forget_world(*one.session, one.context);
    if (page_.tree().find(one.frame)) between(one.frame, now);
  }

  Page& page_;
  Silence& silence_;
  const base::TimePoint asked_at_;
  std::vector<Asked> asked_;
  std::optional<base::TimePoint> moved_;  // when the document that moved last did
};

}  // namespace

aio::Task<base::Result<Movement>> ask_movement(const aio::Context& ctx, Page& page, json::Object how) {
  Inner inner(page, ctx.now());
  inner.ask(how);
  CO_TRY(const cdp::Payload seen, co_await page.script(ctx, "movement", {std::move(how)}));
  Movement whole = movement_in(seen);
  const base::TimePoint answered = ctx.now();
  co_await inner.collect(ctx);
  const base::TimePoint now = ctx.now();
  whole.age += now - answered;
  whole.rest = std::min(whole.rest + (now - answered), inner.rest(now));
  co_return whole;
}

}  // namespace browser
