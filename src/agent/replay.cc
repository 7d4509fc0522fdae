#include "agent/replay.h"

#include <algorithm>

#include <fmt/format.h>

#include "agent/fence.h"
#include "base/text.h"
#include "json/write.h"

namespace agent {
namespace {

std::string in_words(const engine::Identity& identity) {
  return identity.name.empty() ? identity.role
                               : fmt::format("{} \"{}\"", identity.role, base::truncate(identity.name, 80));
}

std::string in_words(const KeptStep& step) {
  if (const auto* it = std::get_if<ByElement>(&step.what)) {
    std::string out = fmt::format("{} on {}", it->action.method.value_or("?"), in_words(it->action.element));
    for (const std::string& argument : it->action.arguments) out += " " + base::truncate(argument, 80);
    return out;
  }
  std::string out(tool_of(step));
  if (const auto* it = std::get_if<ByHand>(&step.what)) {
    if (const auto* to = std::get_if<GoTo>(&it->gesture)) out += " " + base::truncate(to->url, 200);
    if (const auto* text = std::get_if<TypeText>(&it->gesture)) out += " " + base::truncate(text->text, 80);
    if (const auto* press = std::get_if<Press>(&it->gesture)) out += " " + press->keys;
    if (it->focus.known()) out += " into " + in_words(it->focus);
  }
  if (const auto* it = std::get_if<TabMove>(&step.what)) out += " " + it->what;
  return out;
}

}  // namespace

std::string story_of(const Replayed& replayed) {
  const std::string unsure = replayed.unsure.empty()
                                 ? ""
                                 : fmt::format(
                                       "\nOf this step nobody knows whether it took effect; look at the page before "
                                       "you repeat it:\n<page>\n- {}\n</page>\n",
                                       harmless(replayed.unsure));
  if (replayed.done.empty()) return unsure.empty() ? "" : "\n" + unsure;
  std::string out =
      "\n\nAn earlier run reached this goal. Its steps were done again just now, without you; they are, in the page's "
      "own words:\n<page>\n";
  for (const std::string& line : replayed.done) out += "- " + harmless(line) + "\n";
  out += "</page>\n";
  if (replayed.whole)
    return out +
           "These are all of them. What that run read and said is not known, and would be old. Judge by the page as it "
           "is now alone, and answer from it alone: what it does not show you do not know, and then the goal is not "
           "reached yet.";
  return out +
         fmt::format("They go no further: {}. Do not repeat what is done; go on from the page as it is now.",
                     harmless(replayed.why)) +
         unsure;
}

aio::Task<base::Result<Replayed>> Replay::run(const aio::Context& ctx, KeptRun kept) {
  Replayed out;
  for (const KeptStep& one : kept.steps) {
    events_.progress({.category = "cache", .message = fmt::format("Replaying step: {}", tool_of(one)), .level = 1});
    const std::string url = place_.url();
    const aio::Context within = ctx.within(settings_.step);
    auto came = co_await aio::by_deadline(within, step(within, one), "it took too long");
    if (!came && came.error().kind == base::Kind::gone) co_return std::unexpected(std::move(came).error());
    // Late or failed in the middle: nobody knows how far it came.
    if (!came) came = Came{.done = false, .why = came.error().message, .tried = true};
    tell(ctx, one, *came, url);
    if (came->done) out.done.push_back(in_words(one));
    if (came->why.empty()) continue;
    out.why = std::move(came->why);
    if (!came->done && came->tried) out.unsure = in_words(one);
    events_.progress({.category = "cache", .message = "Replay stopped: " + out.why, .level = 1});
    co_return out;
  }
  out.whole = true;
  co_return out;
}

Replay::Step Replay::step(const aio::Context& ctx, KeptStep kept) {
  co_await place_.settle(ctx);
  const std::string before = place_.url();
  recording_.begins(before);
  // A step of its own: what is recorded of it is what was done now.
  Came came;
  {
    auto done = co_await std::visit([&](auto& it) { return carry_out(ctx, it); }, kept.what);
    if (!done) co_return std::unexpected(std::move(done).error());
    came = std::move(*done);
  }
  if (!came.done) co_return came;
  recording_.add(kept.what, before);
  co_await place_.settle(ctx);
  CO_TRY(came.why, co_await outcome(ctx, kept, before));
  co_return came;
}

Found Replay::find(const aio::Context& ctx, std::string selector, engine::Identity identity) {
  auto there = [this, &ctx, selector] { return place_.at_selector(ctx, selector); };
  auto like_it = [this, &ctx, identity] { return place_.by_identity(ctx, identity); };
  return find_again(ctx, settings_.patience, std::move(identity), std::move(there), std::move(like_it));
}

Replay::Step Replay::carry_out(const aio::Context& ctx, ByElement& it) {
  engine::Action now = it.action;
  now.description.clear();  // without one no model is asked when it fails
  CO_TRY(const auto found, co_await find(ctx, it.action.selector, it.action.element));
  if (!found) co_return Came{.why = fmt::format("{} is not on the page any more", in_words(it.action.element))};
  now.selector = found->reference;
  it.action.selector = found->selector;
  if (it.action.target.known() && !it.action.arguments.empty()) {
    CO_TRY(const auto target, co_await find(ctx, it.action.arguments.front(), it.action.target));
    if (!target) co_return Came{.why = fmt::format("{} is not on the page any more", in_words(it.action.target))};
    now.arguments.front() = target->reference;
    it.action.arguments.front() = target->selector;
  }
  CO_TRY(const engine::ActResult done, co_await place_.perform(ctx, std::move(now)));
  co_return Came{.done = done.success, .why = done.success ? "" : done.message, .tried = true};
}

Replay::Step Replay::carry_out(const aio::Context& ctx, ByHand& it) {
  const base::TimePoint end = base::after(ctx.now(), settings_.patience);
  while (is_keys(it.gesture)) {
    auto now = co_await place_.focused(ctx);
    if (now && *now == it.focus) break;
    if (!now && now.error().kind == base::Kind::gone) co_return std::unexpected(std::move(now).error());
    if (ctx.now() >= end || ctx.now() >= ctx.deadline)
      co_return Came{.why = fmt::format("{} does not have the focus", in_words(it.focus))};
    co_await ctx.clock->sleep(kLookAgain);
  }
  CO_TRY(const auto failure, co_await hand_.perform(ctx, it.gesture));
  co_return Came{.done = !failure, .why = failure.value_or(""), .tried = true};
}

Replay::Step Replay::carry_out(const aio::Context& /*ctx*/, DialogAnswer& it) {
  place_.answer_next_dialog(it.accept, it.text);
  co_return Came{.done = true};
}

Replay::Step Replay::carry_out(const aio::Context& ctx, TabMove& it) {
  if (it.what == "open") CO_TRY_VOID(co_await place_.open_tab(ctx, it.url));
  if (it.what == "switch") CO_TRY_VOID(co_await place_.switch_tab(ctx, it.number));
  if (it.what == "close") CO_TRY_VOID(co_await place_.close_tab(ctx, it.number));
  co_return Came{.done = true};
}

Replay::Step Replay::carry_out(const aio::Context& /*ctx*/, Reading& it) {
  co_return Came{.why = fmt::format("the earlier run read data here ({}), which would be old", it.tool)};
}

aio::Task<base::Result<std::string>> Replay::outcome(const aio::Context& ctx, const KeptStep& kept,
                                                     std::string before) {
  if (!kept.place_after) co_return std::string();
  const bool moves = *kept.place_after != kept.place_before;
  const std::string started = recording_.place(before);
  const base::TimePoint end = base::after(ctx.now(), settings_.patience);
  for (;;) {
    const std::string now = recording_.place(place_.url());
    const bool moved = now != started;
    if (moved == moves && (!moves || same_kind_of_place(now, *kept.place_after))) co_return std::string();
    if (ctx.now() >= end || ctx.now() >= ctx.deadline)
      co_return fmt::format("the page is at {} and not at {}", now, *kept.place_after);
    co_await ctx.clock->sleep(kLookAgain);
    co_await place_.settle(ctx);
  }
}

void Replay::tell(const aio::Context& ctx, const KeptStep& kept, const Came& came, const std::string& url) {
  if (std::holds_alternative<Reading>(kept.what)) return;
  json::Object action{{"type", tool_of(kept)}, {"taskCompleted", false}, {"replayed", true}};
  const json::Value told = entry_json({}, {.steps = {kept}});
  for (const auto& [name, value] : told.at("steps").as_array()[0].as_object())
    if (name != "type" && name != "placeBefore" && name != "placeAfter" && name != "element") action[name] = value;
  action["success"] = came.done;
  if (!came.why.empty()) action["error"] = came.why;
  action["pageUrl"] = url;
  action["timestamp"] = std::chrono::duration_cast<base::Milliseconds>(ctx.clock->wall().time_since_epoch()).count();
  record_.add(std::move(action));
}

}  // namespace agent
