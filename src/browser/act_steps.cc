#include "browser/act_steps.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace browser {
namespace {

constexpr auto kGrace = std::chrono::seconds(2);          // for an answer, beyond the patience that the page was told
constexpr auto kWindowClosing = std::chrono::seconds(2);  // for a window that said it is closing

// For a page to say what a press or a text met. One that is on its way to another document may never say it: that much
// before the end of the act, what was sent is done as far as anybody can tell.
constexpr auto kVerdict = std::chrono::seconds(5);
constexpr auto kBeforeTheEnd = std::chrono::milliseconds(25);

constexpr auto kTryAgain = std::chrono::milliseconds(50);  // between two looks at what is in the way

aio::Task<base::Result<cdp::Payload>> settled(const aio::Context& ctx, const Frame& frame, std::string function,
                                              json::Array arguments) {
  auto answer = co_await frame.script(ctx, std::move(function), std::move(arguments));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (json::get_bool(*answer, "closing").value_or(false)) {
    // A frame's window counts as closed as soon as its element is removed.
    if (!frame.is_main()) co_return base::fail(base::Kind::browser, std::string(kFrameGone));
    co_await frame.page().wait_gone(ctx.within(kWindowClosing));
  }
  if (auto error = json::get_text(*answer, "error")) co_return base::fail(base::Kind::browser, std::move(*error));
  co_return std::move(*answer);
}

// An error names the selector as its caller knows it.
base::Error as_asked(const Place& place, base::Error error) {
  const std::string told = ": " + place.selector;
  if (error.message.ends_with(told))
    error.message.replace(error.message.size() - place.selector.size(), place.selector.size(), place.asked);
  return error;
}

}  // namespace

aio::Task<base::Result<cdp::Payload>> ask(const aio::Context& ctx, const Place& place, const ActCall& call,
                                          std::string function, json::Array arguments, Effect effect) {
  const aio::Context bounded = ctx.within(call.patience + kGrace);
  Page& page = place.frame.page();
  // A window that was told to close before this call shows it here, where nothing is lost yet.
  if (effect == Effect::changes) CO_TRY_VOID(co_await settled(bounded, page.main_frame(), "alive", {}));
  if (effect == Effect::changes) page.note_input();
  arguments.insert(arguments.begin(), json::Value(place.selector));
  auto answer = co_await settled(bounded, place.frame, std::move(function), std::move(arguments));
  if (!answer) co_return std::unexpected(as_asked(place, std::move(answer).error()));
  co_return answer;
}

namespace {

// Until the page has been on its way to a document that was asked for since then, for as long as it has to give a
// verdict, or until the time is over.
aio::Task<void> led_on(const aio::Context& ctx, Activity& activity, base::TimePoint sent) {
  for (;;) {
    const auto since = activity.traffic().navigating_since();
    const base::TimePoint until =
        since && *since >= sent ? std::min(base::after(*since, kVerdict), ctx.deadline - kBeforeTheEnd) : base::kNever;
    if (ctx.now() >= until) co_return;
    co_await aio::race(activity.changed(), ctx.clock->sleep_until(until));
  }
}

}  // namespace

aio::Task<base::Result<std::optional<cdp::Payload>>> ask_there(const aio::Context& ctx, const Place& place,
                                                               const ActCall& call, Frame::World there,
                                                               base::TimePoint sent, std::string function,
                                                               json::Array arguments) {
  arguments.insert(arguments.begin(), json::Value(place.selector));
  const aio::Context patient = ctx.within(call.patience + kGrace);
  auto asked = place.frame.script_in(patient, std::move(there), std::move(function), std::move(arguments));
  auto first = co_await aio::race(std::move(asked), led_on(ctx, place.frame.page().activity(), sent));
  if (first.index() == 1) co_return std::nullopt;
  auto answer = std::get<0>(std::move(first));
  if (!answer || !*answer) co_return answer;
  if (auto error = json::get_text(**answer, "error"))
    co_return std::unexpected(as_asked(place, base::Error{base::Kind::browser, std::move(*error)}));
  co_return answer;
}

namespace {

Point point_in(const json::Value& value) {
  return {json::get_double(value, "x").value_or(0), json::get_double(value, "y").value_or(0)};
}

// `hovers`: how often the pointer was moved to where the page asked for it (script/pointing.js).
aio::Task<base::Result<Spot>> look(const aio::Context& ctx, const Place& place, const ActCall& call, json::Object how,
                                   int& hovers) {
  CO_TRY_VOID(co_await show(ctx, place));
  for (;;) {
    how["hovered"] = hovers;
    how["timeout"] = wishes(ctx, call)["timeout"];
    CO_TRY(const cdp::Payload at, co_await ask(ctx, place, call, "point", {how}));
    const json::Value* const hover = json::find(at, "hover");
    if (!hover) co_return co_await spot(ctx, place, point_in(at));
    ++hovers;
    // Where no pointer gets there the page is asked again all the same, and says what is wrong with the element.
    CO_TRY_VOID(co_await hover_for(ctx, place, *hover));
  }
}

}  // namespace

Outcome hover_for(const aio::Context& ctx, const Place& place, const json::Value& hover) {
  const auto over = co_await spot(ctx, place, point_in(hover));
  if (over) CO_TRY_VOID(co_await move_to(ctx, place.frame.page(), *over));
  co_return base::Result<void>();
}

aio::Task<base::Result<Spot>> point_of(const aio::Context& ctx, const Place& place, const ActCall& call,
                                       std::string need, Presses presses) {
  // Within its own document the element is waited for; what is in the way outside of it is waited for here.
  std::optional<base::Error> in_the_way;
  int hovers = 0;
  for (;;) {
    json::Object how{{"need", need}};
    if (presses.count > 0) how["clicks"] = presses.count;
    if (presses.touch) how["touch"] = true;
    auto found = in_the_way ? co_await aio::by_deadline(ctx.with_deadline(call.until),
                                                        look(ctx, place, call, std::move(how), hovers), "late")
                            : co_await look(ctx, place, call, std::move(how), hovers);
    if (found || place.owners.empty() || is_final(found.error())) co_return found;
    if (found.error().kind == base::Kind::browser) in_the_way = found.error();
    if (!in_the_way) co_return found;
    if (base::after(ctx.now(), kTryAgain) >= call.until) co_return std::unexpected(std::move(*in_the_way));
    co_await ctx.clock->sleep(kTryAgain);
  }
}

aio::Context for_verdict(const aio::Context& ctx) {
  return ctx.within(kVerdict).with_deadline(ctx.deadline - kBeforeTheEnd);
}

aio::Task<std::optional<Missed>> missed(const aio::Context& ctx, Page& page, Frame::World world, bool held) {
  const auto told =
      co_await world.session->call(for_verdict(ctx), "Runtime.evaluate",
                                   {{"expression", held ? "__belay.pressed({held: true})" : "__belay.pressed()"},
                                    {"contextId", world.context},
                                    {"awaitPromise", true},
                                    {"returnByValue", true}});
  auto what = told ? json::get_text(*told, "result.value.wrong") : std::nullopt;
  // Of the page's own session alone: what another one tells is in no order with the page's navigations.
  const bool timers = told && json::get_bool(*told, "result.value.timers").value_or(false);
  if (timers && world.session.get() == &page.session()) page.note_timers();
  if (!what) co_return std::nullopt;
  co_return Missed{std::move(*what), json::get_bool(*told, "result.value.felt").value_or(false)};
}

Outcome try_again(const aio::Context& ctx, const ActCall& call, Missed missed) {
  if (missed.felt || base::after(ctx.now(), kTryAgain) >= call.until)
    co_return base::fail(base::Kind::browser, std::move(missed.what));
  co_await ctx.clock->sleep(kTryAgain);
  co_return base::Result<void>();
}

Outcome frames_fit(const aio::Context& ctx, const Place& place) {
  for (const FrameOwner& owner : place.owners)
    CO_TRY_VOID(co_await owner.parent.script_on(ctx, *owner.element, "frameUnfit", {}));
  co_return base::Result<void>();
}

Outcome choose(const aio::Context& ctx, const Place& place, const ActCall& call) {
  CO_TRY_VOID(co_await frames_fit(ctx, place));
  CO_TRY_VOID(co_await ask(ctx, place, call, "chooseOption", {wishes(ctx, call)}, Effect::changes));
  co_return base::Result<void>();
}

namespace {

using Press = std::function<Outcome(Spot at)>;

Outcome press_on(const aio::Context& ctx, const Place& place, const ActCall& call, Presses presses, Press press) {
  for (;;) {
    auto found = co_await point_of(ctx, place, call, "click", presses);
    if (!found && found.error().message == kClosedList) co_return co_await choose(ctx, place, call);
    CO_TRY(const Spot at, std::move(found));
    CO_TRY(const Frame::World world, co_await place.frame.world(ctx));
    CO_TRY_VOID(co_await press(at));
    auto wrong = co_await missed(ctx, place.frame.page(), world);
    if (!wrong) co_return base::Result<void>();
    CO_TRY_VOID(co_await try_again(ctx, call, std::move(*wrong)));
  }
}

}  // namespace

Outcome click_on(const aio::Context& ctx, const Place& place, const ActCall& call, std::string button, int clicks) {
  const Press click = [&](Spot at) { return click_at(ctx, place.frame.page(), std::move(at), button, clicks); };
  co_return co_await press_on(ctx, place, call, {.count = clicks}, click);
}

Outcome tap_on(const aio::Context& ctx, const Place& place, const ActCall& call) {
  const Press tap = [&](Spot at) { return tap_at(ctx, place.frame.page(), std::move(at)); };
  co_return co_await press_on(ctx, place, call, {.count = 1, .touch = true}, tap);
}

bool is_final(const base::Error& error) {
  return error.message == kFrameGone || error.message.starts_with("invalid selector: ");
}

json::Object wishes(const aio::Context& ctx, const ActCall& call) {
  return json::Object{{"timeout", std::max<std::int64_t>(0, base::to_ms(call.until - ctx.now()))}};
}

std::string argument(const ActCall& call, std::size_t n, std::string fallback) {
  return n < call.arguments.size() ? call.arguments[n] : fallback;
}

std::optional<double> number(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace browser
