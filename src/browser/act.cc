#include "browser/act.h"

#include <charconv>
#include <map>

#include <fmt/format.h>
#include <unistd.h>

#include "browser/input.h"

namespace browser {
namespace {

using Outcome = aio::Task<base::Result<void>>;

json::Value options(const ActCall& call) { return json::Object{{"timeout", call.patience.count()}}; }

std::string argument(const ActCall& call, std::size_t n, std::string fallback = "") {
  return n < call.arguments.size() ? call.arguments[n] : fallback;
}

std::optional<double> number(const std::string& text) {
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// A function of the page's script; its {error} becomes ours.
aio::Task<base::Result<json::Value>> ask(const aio::Context& ctx, Page& page, std::string function,
                                         json::Array arguments) {
  CO_TRY(json::Value answer, co_await page.script(ctx, std::move(function), std::move(arguments)));
  if (auto error = json::get_text(answer, "error")) co_return base::fail(base::Kind::browser, std::move(*error));
  co_return answer;
}

aio::Task<base::Result<Point>> point_of(const aio::Context& ctx, Page& page, const ActCall& call, std::string selector,
                                        std::string_view need) {
  json::Object wishes{{"timeout", call.patience.count()}, {"need", need}};
  CO_TRY(const json::Value at, co_await ask(ctx, page, "point", {std::move(selector), std::move(wishes)}));
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
  if (argument(call, 0).empty())
    co_return base::fail(base::Kind::invalid, "dragAndDrop needs the selector of its target as argument");
  CO_TRY(const Point to_first, co_await point_of(ctx, page, call, argument(call, 0), "hover"));
  CO_TRY(const Point from, co_await point_of(ctx, page, call, call.selector, "click"));
  // Bringing the source into view may have moved the target.
  ActCall again = call;
  CO_TRY(const Point to, co_await point_of(ctx, page, again, argument(call, 0), "hover"));
  static_cast<void>(to_first);
  co_return co_await drag(ctx, page, from, to);
}

Outcome fill(const aio::Context& ctx, Page& page, ActCall call) {
  const std::string value = argument(call, 0);
  json::Object wishes{{"timeout", call.patience.count()}, {"caret", "all"}};
  CO_TRY(const json::Value field, co_await ask(ctx, page, "focus", {call.selector, std::move(wishes)}));
  const std::string kind = json::get_text(field, "kind").value_or("text");
  if (kind == "native") {
    CO_TRY_VOID(co_await ask(ctx, page, "setNative", {call.selector, value}));
    co_return base::Result<void>();
  }
  std::string wanted = value;
  if (json::get_text(field, "type") == "number" && !value.empty() && !number(value))
    co_return base::fail(base::Kind::invalid, "Failed to fill element (invalid-number-value)");
  if (value.empty())
    CO_TRY_VOID(co_await press(ctx, page, Chord{.modifiers = {}, .key = *find_key("Backspace")}));
  else
    CO_TRY_VOID(co_await insert_text(ctx, page, value));
  if (kind == "contenteditable") co_return base::Result<void>();
  CO_TRY(const json::Value held, co_await page.script(ctx, "value", {call.selector}));
  const std::string now =
      held.is_string() ? std::string(held.get_string()) : json::get_text(held, "value").value_or(wanted);
  if (now != wanted)
    co_return base::fail(base::Kind::browser,
                         fmt::format("the field holds \"{}\" after filling, not what was given", now));
  co_return base::Result<void>();
}

Outcome type(const aio::Context& ctx, Page& page, ActCall call) {
  json::Object wishes{{"timeout", call.patience.count()}, {"caret", "end"}};
  CO_TRY_VOID(co_await ask(ctx, page, "focus", {call.selector, std::move(wishes)}));
  co_return co_await type_text(ctx, page, argument(call, 0));
}

Outcome press_key(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY(const Chord chord, parse_chord(argument(call, 0)));
  CO_TRY_VOID(co_await ask(ctx, page, "focusForKeys", {call.selector, options(call)}));
  co_return co_await press(ctx, page, chord);
}

Outcome scroll(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY_VOID(co_await ask(ctx, page, "scroll", {call.selector, argument(call, 0, "0%"), options(call)}));
  co_return base::Result<void>();
}

Outcome scroll_into_view(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY_VOID(co_await ask(ctx, page, "scrollIntoView", {call.selector, options(call)}));
  co_return base::Result<void>();
}

Outcome next_chunk(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY_VOID(co_await ask(ctx, page, "scrollChunk", {call.selector, "next", options(call)}));
  co_return base::Result<void>();
}

Outcome prev_chunk(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY_VOID(co_await ask(ctx, page, "scrollChunk", {call.selector, "prev", options(call)}));
  co_return base::Result<void>();
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

Outcome select_option(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY_VOID(co_await ask(ctx, page, "select", {call.selector, argument(call, 0), options(call)}));
  co_return base::Result<void>();
}

Outcome set_input_files(const aio::Context& ctx, Page& page, ActCall call) {
  CO_TRY(const json::Value input, co_await ask(ctx, page, "fileInput", {call.selector, options(call)}));
  json::Array files;
  for (const std::string& path : call.arguments) {
    if (access(path.c_str(), R_OK) != 0)
      co_return base::fail(base::Kind::invalid, fmt::format("the file {} cannot be read on the server", path));
    files.emplace_back(path);
  }
  if (files.size() > 1 && !json::get_bool(input, "multiple").value_or(false))
    co_return base::fail(base::Kind::invalid, "the input takes one file only");
  CO_TRY(const std::string handle, co_await page.script_handle(ctx, "element", {call.selector}));
  auto set =
      co_await page.session().call(ctx, "DOM.setFileInputFiles", {{"files", std::move(files)}, {"objectId", handle}});
  page.session().post("Runtime.releaseObject", {{"objectId", handle}});
  if (!set) co_return std::unexpected(std::move(set).error());
  co_return base::Result<void>();
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
