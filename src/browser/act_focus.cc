// The keyboard's focus, through all frames on the way to an element (script/focus.js).
#include "browser/act_steps.h"
#include "browser/call_arguments.h"

namespace browser {
namespace {

constexpr auto kFocusAgain = std::chrono::milliseconds(50);

// Whether the frames had the focus before.
aio::Task<base::Result<bool>> enter_frames(const aio::Context& ctx, const Place& place) {
  bool had = true;
  for (const FrameOwner& owner : place.owners) {
    CO_TRY(const cdp::Payload told, co_await owner.parent.script_on(ctx, *owner.element, "focusInside", {}));
    had = json::get_bool(told, "had").value_or(false) && had;
  }
  co_return had;
}

aio::Task<base::Result<cdp::Payload>> focus_once(const aio::Context& ctx, const Place& place, const ActCall& call,
                                                 std::string function, json::Object how) {
  // In a window that has not the desktop's focus a page hears of no focus at all, and none of its handlers run.
  place.frame.page().session().post("Emulation.setFocusEmulationEnabled", {{"enabled", true}});
  CO_TRY(const bool held, co_await enter_frames(ctx, place));
  how["held"] = held;
  CO_TRY(cdp::Payload answer, co_await ask(ctx, place, call, std::move(function), {std::move(how)}));
  // Text goes to the frame that the documents around it say has the focus, whatever its own says.
  for (const FrameOwner& owner : place.owners)
    CO_TRY_VOID(co_await owner.parent.script_on(ctx, *owner.element, "hasFocusInside", {}));
  co_return answer;
}

// A field that is shown only while what is around it is hovered is hovered first, as for a click.
aio::Task<base::Result<cdp::Payload>> focused(const aio::Context& ctx, const Place& place, const ActCall& call,
                                              std::string function, std::string caret) {
  for (int hovers = 0;;) {
    json::Object how = wishes(ctx, call);
    how["hovered"] = hovers;
    if (!caret.empty()) how["caret"] = caret;
    auto answer = co_await focus_once(ctx, place, call, function, std::move(how));
    if (const json::Value* const hover = answer ? json::find(*answer, "hover") : nullptr) {
      ++hovers;
      CO_TRY_VOID(co_await show(ctx, place));
      CO_TRY_VOID(co_await hover_for(ctx, place, *hover));
      continue;
    }
    // What is waited for in its own document is waited for there; what the ones around it say is asked again here.
    if (answer || place.owners.empty() || is_final(answer.error())) co_return answer;
    if (base::after(ctx.now(), kFocusAgain) >= call.until) co_return answer;
    co_await ctx.clock->sleep(kFocusAgain);
  }
}

}  // namespace

aio::Task<base::Result<Field>> focus_field(const aio::Context& ctx, const Place& place, const ActCall& call,
                                           std::string caret) {
  for (;;) {
    CO_TRY(const Frame::World before, co_await place.frame.world(ctx));
    CO_TRY(cdp::Payload told, co_await focused(ctx, place, call, "focus", caret));
    CO_TRY(Frame::World world, co_await place.frame.world(ctx));
    if (world == before) co_return Field{std::move(told), std::move(world)};
    // Whatever has the focus in the document that has come meanwhile is not the field.
    CO_TRY_VOID(co_await try_again(ctx, call, std::string(kLedAway)));
  }
}

Outcome focus_for_keys(const aio::Context& ctx, const Place& place, const ActCall& call) {
  CO_TRY_VOID(co_await focused(ctx, place, call, "focusForKeys", ""));
  co_return base::Result<void>();
}

aio::Task<std::optional<Missed>> text_missed(const aio::Context& ctx, Frame::World world, bool more) {
  const auto told =
      co_await world.session->call(for_verdict(ctx), "Runtime.evaluate",
                                   {{"expression", more ? "__belay.textCame({more: true})" : "__belay.textCame()"},
                                    {"contextId", world.context},
                                    {"awaitPromise", true},
                                    {"returnByValue", true}});
  auto what = told ? json::get_text(*told, "result.value.wrong") : std::nullopt;
  if (!what) co_return std::nullopt;
  co_return Missed{std::move(*what), json::get_bool(*told, "result.value.part").value_or(false)};
}

aio::Task<std::optional<Held>> text_dropped(const aio::Context& ctx, const Frame& frame, Frame::World world,
                                            std::string text) {
  const auto told =
      co_await frame.script_in(for_verdict(ctx), std::move(world), "textKept", json::Array{std::move(text)});
  if (!told || !*told || json::get_bool(**told, "kept").value_or(true)) co_return std::nullopt;
  co_return Held{json::get_text(**told, "value").value_or(""), json::get_bool(**told, "password").value_or(false)};
}

Outcome try_again(const aio::Context& ctx, const ActCall& call, std::string why) {
  co_return co_await try_again(ctx, call, Missed{std::move(why), false});
}

}  // namespace browser
