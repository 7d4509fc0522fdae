#include "browser/act.h"

#include <map>

#include <fmt/format.h>

#include "browser/act_steps.h"

namespace browser {
namespace {

aio::Task<base::Result<Point>> point_of(const aio::Context& ctx, Page& page, const ActCall& call, std::string selector,
                                        std::string_view need) {
  json::Object how = wishes(call);
  how["need"] = need;
  CO_TRY(const json::Value at, co_await ask(ctx, page, call, "point", {std::move(selector), std::move(how)}));
  co_return Point{json::get_double(at, "x").value_or(0), json::get_double(at, "y").value_or(0)};
}

Outcome click(const aio::Context& ctx, Page& page, ActCall call) {
  const std::string button = argument(call, 0, "left");
  if (button != "left" && button != "right" && button != "middle" && !button.empty())
    co_return base::fail(base::Kind::invalid,
                         fmt::format("Invalid mouse button \"{}\": use left, right or middle", button));
  CO_TRY(const Point at, co_await point_of(ctx, page, call, call.selector, "click"));
  co_return co_await click_at(ctx, page, at, button.empty() ? "left" : button, 1);
}

Outcome double_click(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY(const Point at, co_await point_of(ctx, page, call, call.selector, "click"));
  co_return co_await click_at(ctx, page, at, "left", 2);
}

Outcome tap(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY(const Point at, co_await point_of(ctx, page, call, call.selector, "click"));
  co_return co_await tap_at(ctx, page, at);
}

Outcome hover(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY(const Point at, co_await point_of(ctx, page, call, call.selector, "hover"));
  co_return co_await move_to(ctx, page, at);
}

Outcome drag_and_drop(const aio::Context& ctx, Page& page, ActCall call) {
  const std::string target = argument(call, 0);
  if (target.empty())
    co_return base::fail(base::Kind::invalid, "dragAndDrop needs the selector of its target as argument");
  // Before anything is pressed: is the target there at all? Where it is, is asked again under way, because bringing
  // the source into view may have moved it.
  CO_TRY_VOID(co_await point_of(ctx, page, call, target, "hover"));
  CO_TRY(const Point from, co_await point_of(ctx, page, call, call.selector, "click"));
  Drag drag(page);
  CO_TRY_VOID(co_await drag.lift(ctx, from));
  CO_TRY(const Point to, co_await point_of(ctx, page, call, target, "drop"));
  co_return co_await drag.drop(ctx, to);
}

Outcome scrolled(const aio::Context& ctx, Page& page, ActCall call, std::string function, json::Array arguments) {
  CO_TRY_VOID(co_await ask(ctx, page, call, std::move(function), std::move(arguments), Effect::changes));
  co_return base::Result<void>();
}

Outcome scroll(const aio::Context& ctx, Page& page, ActCall call) {
  co_return co_await scrolled(ctx, page, call, "scroll", {call.selector, argument(call, 0, "0%"), wishes(call)});
}

Outcome scroll_into_view(const aio::Context& ctx, Page& page, ActCall call) {
  co_return co_await scrolled(ctx, page, call, "scrollIntoView", {call.selector, wishes(call)});
}

Outcome next_chunk(const aio::Context& ctx, Page& page, ActCall call) {
  co_return co_await scrolled(ctx, page, call, "scrollChunk", {call.selector, "next", wishes(call)});
}

Outcome prev_chunk(const aio::Context& ctx, Page& page, ActCall call) {
  co_return co_await scrolled(ctx, page, call, "scrollChunk", {call.selector, "prev", wishes(call)});
}

Outcome scroll_by(const aio::Context& ctx, Page& page, ActCall call) {
  const auto dx = number(argument(call, 0, "0"));
  const auto dy = number(argument(call, 1, "0"));
  if (!dx || !dy) co_return base::fail(base::Kind::invalid, "scrollByPixelOffset needs two numbers: dx and dy");
  CO_TRY(const Point at, co_await point_of(ctx, page, call, call.selector, "hover"));
  co_return co_await wheel(ctx, page, at, *dx, *dy);
}

Outcome mouse_wheel(const aio::Context& ctx, Page& page, ActCall call) {
  const auto dy = number(argument(call, 0, "200"));
  if (!dy) co_return base::fail(base::Kind::invalid, "mouse.wheel needs a number: how far down");
  CO_TRY(const Point at, co_await point_of(ctx, page, call, call.selector, "hover"));
  co_return co_await wheel(ctx, page, at, 0, *dy);
}

using Method = Outcome (*)(const aio::Context&, Page&, ActCall);

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
  co_return co_await it->second(ctx, page, std::move(call));
}

}  // namespace browser
