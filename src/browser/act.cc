#include "browser/act.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "browser/act_steps.h"

namespace browser {
namespace {

constexpr auto kFindAgain = std::chrono::milliseconds(50);  // until a frame that is gone is looked for anew

Outcome click(const aio::Context& ctx, Place place, ActCall call) {
  const std::string button = argument(call, 0, "left");
  if (button != "left" && button != "right" && button != "middle" && !button.empty())
    co_return base::fail(base::Kind::invalid,
                         fmt::format("Invalid mouse button \"{}\": use left, right or middle", button));
  co_return co_await click_on(ctx, place, call, button.empty() ? "left" : button, 1);
}

Outcome double_click(const aio::Context& ctx, Place place, ActCall call) {
  co_return co_await click_on(ctx, place, call, "left", 2);
}

Outcome tap(const aio::Context& ctx, Place place, ActCall call) { co_return co_await tap_on(ctx, place, call); }

Outcome hover(const aio::Context& ctx, Place place, ActCall call) {
  CO_TRY(const Spot at, co_await point_of(ctx, place, call, "hover"));
  co_return co_await move_to(ctx, place.frame.page(), at);
}

Outcome scrolled(const aio::Context& ctx, Place place, ActCall call, std::string function, json::Array arguments) {
  CO_TRY_VOID(co_await show(ctx, place));
  CO_TRY_VOID(co_await ask(ctx, place, call, std::move(function), std::move(arguments), Effect::changes));
  co_return base::Result<void>();
}

Outcome scroll(const aio::Context& ctx, Place place, ActCall call) {
  co_return co_await scrolled(ctx, place, call, "scroll", {argument(call, 0, "0%"), wishes(ctx, call)});
}

Outcome scroll_into_view(const aio::Context& ctx, Place place, ActCall call) {
  co_return co_await scrolled(ctx, place, call, "scrollIntoView", {wishes(ctx, call)});
}

Outcome next_chunk(const aio::Context& ctx, Place place, ActCall call) {
  co_return co_await scrolled(ctx, place, call, "scrollChunk", {"next", wishes(ctx, call)});
}

Outcome prev_chunk(const aio::Context& ctx, Place place, ActCall call) {
  co_return co_await scrolled(ctx, place, call, "scrollChunk", {"prev", wishes(ctx, call)});
}

Outcome scroll_by(const aio::Context& ctx, Place place, ActCall call) {
  const auto dx = number(argument(call, 0, "0"));
  const auto dy = number(argument(call, 1, "0"));
  if (!dx || !dy) co_return base::fail(base::Kind::invalid, "scrollByPixelOffset needs two numbers: dx and dy");
  CO_TRY(const Spot at, co_await point_of(ctx, place, call, "hover"));
  co_return co_await wheel(ctx, place.frame.page(), at, *dx, *dy);
}

Outcome mouse_wheel(const aio::Context& ctx, Place place, ActCall call) {
  const auto dy = number(argument(call, 0, "200"));
  if (!dy) co_return base::fail(base::Kind::invalid, "mouse.wheel needs a number: how far down");
  CO_TRY(const Spot at, co_await point_of(ctx, place, call, "hover"));
  co_return co_await wheel(ctx, place.frame.page(), at, 0, *dy);
}

using Method = Outcome (*)(const aio::Context&, Place, ActCall);

const std::map<std::string_view, Method>& methods() {
  static const std::map<std::string_view, Method> kMethods = {{"click", click},
                                                              {"doubleClick", double_click},
                                                              {"tap", tap},
                                                              {"hover", hover},
                                                              {"fill", fill},
                                                              {"type", type},
                                                              {"press", press_key},
                                                              {"scroll", scroll},
                                                              {"scrollTo", scroll},
                                                              {"scrollIntoView", scroll_into_view},
                                                              {"scrollByPixelOffset", scroll_by},
                                                              {"mouse.wheel", mouse_wheel},
                                                              {"nextChunk", next_chunk},
                                                              {"prevChunk", prev_chunk},
                                                              {"selectOption", select_option},
                                                              {"selectOptionFromDropdown", select_option},
                                                              {"dragAndDrop", drag_and_drop},
                                                              {"setInputFiles", set_input_files}};
  return kMethods;
}

}  // namespace

bool is_known_method(const std::string& method) { return methods().contains(method); }

aio::Task<base::Result<void>> perform(const aio::Context& ctx, Page& page, ActCall call) {
  const auto it = methods().find(call.method);
  if (it == methods().end())
    co_return base::fail(base::Kind::invalid, fmt::format("Method {} not supported", call.method));
  const Method method = it->second;
  ctx.log->debug("action begins",
                 {{"reqId", ctx.request_id}, {"method", call.method}, {"frames", page.frames_known()}});
  call.until = std::min(ctx.deadline, base::after(ctx.now(), call.patience));
  for (;;) {
    const std::uint64_t inputs = page.inputs();
    base::Result<void> done;
    auto place = co_await locate(ctx, page, call.selector, call.until);
    if (place)
      done = co_await method(ctx, std::move(*place), call);
    else
      done = std::unexpected(std::move(place).error());
    // A page that replaces its frames while it builds itself is followed, as long as nothing was done to it.
    const bool again = !done && done.error().message == kFrameGone && page.inputs() == inputs;
    if (!again || base::after(ctx.now(), kFindAgain) >= call.until) co_return done;
    co_await ctx.clock->sleep(kFindAgain);
  }
}

}  // namespace browser
