#include "agent/page_tools.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "agent/action_json.h"
#include "aio/compute.h"
#include "base/text.h"
#include "json/write.h"
#include "llm/mended_reply.h"

namespace agent {
namespace {

using engine::AgentMode;

// Of a search, in bytes. Search services take a few hundred.
constexpr std::size_t kLongestQuery = 2000;

// What the tool gave, for the model and, spread into its entry, for the client.
Used gave(const llm::ToolCall& call, json::Object output, bool changes_page) {
  Used out{.content = {llm::Text{json::write(output)}}, .changes_page = changes_page};
  json::Object entry = action_of(call);
  for (auto& [name, value] : output) entry[name] = std::move(value);
  out.actions.push_back(std::move(entry));
  return out;
}

// Names of element's methods, as browser actions have them.
std::string_view method_of(std::string_view name) {
  if (name == "select") return "selectOptionFromDropdown";
  if (name == "upload") return "setInputFiles";
  if (name == "drag") return "dragAndDrop";
  if (name == "scroll") return "scrollTo";
  if (name == "rightClick") return "click";
  return name;
}

bool needs_value(std::string_view method) {
  return method != "click" && method != "doubleClick" && method != "rightClick" && method != "hover" &&
         method != "scroll";
}

std::uint64_t fingerprint_of(std::string_view url, std::string_view text) {
  return std::hash<std::string_view>()(text) ^ (std::hash<std::string_view>()(url) * 31);
}

// Whether the tool only reads: one that fails has done nothing to the page.
bool reads_only(const llm::ToolCall& call) {
  return call.name == "search" || call.name == "extract" || call.name == "ariaTree" || call.name == "screenshot" ||
         (call.name == "tabs" && json::get_string(call.arguments, "do") == "list");
}

}  // namespace

PageTools::PageTools(Workplace& place, Hand& hand, PageToolsSettings settings)
    : place_(place), hand_(hand), settings_(settings), tools_(page_tools(settings.mode, place.can_search())) {}

void PageTools::offer(llm::Chat& chat) const { chat.tools = tools_; }

aio::Task<base::Result<Toolbox::Scene>> PageTools::scene(const aio::Context& ctx, bool first) {
  co_await place_.settle(ctx);
  Scene out;
  auto text = co_await place_.outline(ctx, settings_.view_chars);
  // A page that cannot be read (it is loading, it has crashed) is something to tell the model.
  if (!text && ends_the_run(ctx, text.error())) co_return std::unexpected(std::move(text).error());
  out.view.text = text ? std::move(*text) : fmt::format("(The page cannot be read: {})", text.error().message);
  shown_ = std::hash<std::string>()(out.view.text);
  out.fingerprint = fingerprint_of(place_.url(), out.view.text);
  out.captcha = hand_.sees_captcha();
  if (settings_.mode == AgentMode::hybrid) {
    auto picture = co_await hand_.picture(ctx);
    if (picture) out.view.pictures.push_back(std::move(*picture));
    if (!picture && ends_the_run(ctx, picture.error())) co_return std::unexpected(std::move(picture).error());
  }
  if (!first)
    for (const std::string& line : place_.dialogs()) out.view.text += "\n(" + line + ")";
  co_return out;
}

std::optional<Finished> PageTools::finished_by(const llm::ToolCall& call) const {
  if (call.name != kDone) return std::nullopt;
  return read_done(call);
}

aio::Task<base::Result<Used>> PageTools::use(const aio::Context& ctx, const llm::ToolCall& call) {
  const auto tool = std::ranges::find(tools_, call.name, &llm::Tool::name);
  if (tool == tools_.end()) {
    std::string names;
    for (const llm::Tool& each : tools_) names += (names.empty() ? "" : ", ") + each.name;
    co_return failed_use(
        call, fmt::format("Model tried to call unavailable tool '{}'. Available tools: {}.", call.name, names), false);
  }
  json::Value arguments;
  const bool large = json::takes_more_than(call.arguments, aio::kComputedInPlace);
  const auto mended = [&](const std::stop_token&) {
    arguments = call.arguments;
    return llm::misfit_after_mending(arguments, tool->parameters);
  };
  if (auto wrong = co_await aio::compute(ctx, large ? aio::kComputedInPlace + 1 : 0, mended))
    co_return failed_use(call, fmt::format("Invalid input for tool {}: {}", call.name, *wrong), false);
  auto done = co_await dispatch(ctx, call, arguments);
  if (done || ends_the_run(ctx, done.error())) co_return done;
  co_return failed_use(call, std::move(done).error().message, !reads_only(call));
}

PageTools::Done PageTools::dispatch(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  const std::string& name = call.name;
  if (name == "act") co_return co_await act(ctx, call, arguments);
  if (name == "element") co_return co_await element(ctx, call, arguments);
  if (name == "ariaTree") co_return co_await aria_tree(ctx, call);
  if (name == "extract") co_return co_await extract(ctx, call, arguments);
  if (name == "fillForm") co_return co_await fill_form(ctx, call, arguments);
  if (name == "tabs") co_return co_await tabs(ctx, call, arguments);
  if (name == "dialog") co_return co_await dialog(call, arguments);
  if (name == "search") co_return co_await search(ctx, call, arguments);
  if (name == "screenshot") co_return co_await screenshot(ctx, call);
  if (name == "think")
    co_return gave(call, {{"acknowledged", true}, {"message", *json::get_text(arguments, "reasoning")}}, false);
  co_return co_await by_hand(ctx, call, arguments);
}

PageTools::Done PageTools::act(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  CO_TRY(const engine::ActResult done, co_await place_.act(ctx, *json::get_text(arguments, "action")));
  if (!done.success) co_return failed_use(call, done.message, true);
  json::Object output{{"success", true}, {"action", done.action_description}};
  if (!done.actions.empty()) output["playwrightArguments"] = action_json(done.actions.front());
  Used out{.content = {llm::Text{json::write(output)}}, .changes_page = true};
  // What was asked for stays in the entry, as on the wire.
  json::Object entry = action_of(call);
  if (!done.actions.empty()) entry["playwrightArguments"] = action_json(done.actions.front());
  entry["success"] = true;
  out.actions.push_back(std::move(entry));
  co_return out;
}

PageTools::Done PageTools::element(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  const std::string method = *json::get_text(arguments, "method");
  const auto value = json::get_text(arguments, "value");
  const json::Array* several = method == "select" ? json::get_array(arguments, "values") : nullptr;
  if (needs_value(method) && !value && !several)
    co_return failed_use(call, fmt::format("{} needs a value", method), false);
  std::vector<std::string> given;
  if (method == "rightClick")
    given.emplace_back("right");
  else if (method == "scroll")
    given.push_back(value.value_or("50%"));
  else if (several)
    for (const json::Value& label : *several) given.emplace_back(json::view(label.as_string()));
  else if (needs_value(method))
    given.push_back(*value);
  CO_TRY(const engine::ActResult done, co_await place_.on_element(ctx, *json::get_text(arguments, "id"),
                                                                  std::string(method_of(method)), std::move(given)));
  if (!done.success) co_return failed_use(call, done.message, true);
  json::Object entry = action_of(call);
  if (!done.actions.empty()) entry["playwrightArguments"] = action_json(done.actions.front());
  entry["success"] = true;
  Used out{.content = {llm::Text{R"({"success":true})"}}, .changes_page = true};
  out.actions.push_back(std::move(entry));
  co_return out;
}

PageTools::Done PageTools::aria_tree(const aio::Context& ctx, const llm::ToolCall& call) {
  CO_TRY(std::string tree, co_await place_.outline(ctx, settings_.tree_chars));
  // What it has already is not sent once more, and then again with each of the next steps.
  const bool same = std::hash<std::string>()(tree) == shown_;
  Used out{.content = {llm::Text{same ? "Nothing was folded: this is the page as it was given to you last."
                                      : "<page>\n" + std::move(tree) + "\n</page>"}}};
  out.actions.push_back(action_of(call));
  co_return out;
}

PageTools::Done PageTools::extract(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  std::optional<json::Value> schema;
  if (const json::Value* given = json::find(arguments, "schema")) schema = *given;
  CO_TRY(json::Value data, co_await place_.extract(ctx, *json::get_text(arguments, "instruction"), std::move(schema)));
  co_return gave(call, {{"success", true}, {"result", std::move(data)}}, false);
}

// One look for all fields, then each of what was found.
PageTools::Done PageTools::fill_form(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  std::string wish = "Fill this form, one element for each line:";
  for (const json::Value& field : *json::get_array(arguments, "fields"))
    wish += "\n- " + json::get_text(field, "action").value_or("");
  CO_TRY(const std::vector<engine::Action> found, co_await place_.observe(ctx, std::move(wish)));
  if (found.empty()) co_return failed_use(call, "none of these fields was found on the page", false);
  Used out{.changes_page = true};
  json::Array done;
  std::string wrong;
  for (const engine::Action& action : found) {
    CO_TRY(const engine::ActResult one, co_await place_.perform(ctx, action));
    json::Object entry{{"type", "act"},
                       {"reasoning", "acting from fillform tool"},
                       {"action", action.description},
                       {"playwrightArguments", action_json(action)},
                       {"success", one.success}};
    if (!one.success) entry["error"] = one.message;
    if (!one.success) wrong += (wrong.empty() ? "" : "; ") + one.message;
    done.push_back(json::Object{{"action", action.description}, {"success", one.success}});
    out.actions.push_back(std::move(entry));
  }
  json::Object entry = action_of(call);
  entry["success"] = wrong.empty();
  if (!wrong.empty()) entry["error"] = wrong;
  out.actions.insert(out.actions.begin(), std::move(entry));
  json::Object told{{"success", wrong.empty()}, {"actions", std::move(done)}};
  if (!wrong.empty()) told["error"] = wrong;
  out.content.emplace_back(llm::Text{json::write(told)});
  out.failed = !wrong.empty();
  out.error = std::move(wrong);
  co_return out;
}

PageTools::Done PageTools::tabs(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  const std::string wish = *json::get_text(arguments, "do");
  const auto number = json::get_int(arguments, "number");
  if ((wish == "switch" || wish == "close") && (!number || *number < 0))
    co_return failed_use(call, wish + " needs the number of a tab", false);
  if (wish == "switch") CO_TRY_VOID(co_await place_.switch_tab(ctx, static_cast<std::size_t>(*number)));
  if (wish == "close") CO_TRY_VOID(co_await place_.close_tab(ctx, static_cast<std::size_t>(*number)));
  if (wish == "open")
    CO_TRY_VOID(co_await place_.open_tab(ctx, json::get_text(arguments, "url").value_or("about:blank")));
  CO_TRY(const std::vector<Tab> open, co_await place_.tabs(ctx));
  json::Array list;
  for (std::size_t i = 0; i < open.size(); ++i)
    list.push_back(json::Object{{"number", i},
                                {"title", base::truncate(open[i].title, 200)},
                                {"url", open[i].url},
                                {"active", open[i].active}});
  co_return gave(call, {{"success", true}, {"tabs", std::move(list)}}, wish != "list");
}

PageTools::Done PageTools::dialog(const llm::ToolCall& call, const json::Value& arguments) {
  place_.answer_next_dialog(*json::get_text(arguments, "answer") == "accept",
                            json::get_text(arguments, "text").value_or(""));
  co_return gave(call, {{"success", true}}, false);
}

PageTools::Done PageTools::search(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  std::string query = *json::get_text(arguments, "query");
  if (query.size() > kLongestQuery)
    co_return failed_use(
        call, fmt::format("The query has {} bytes, more than the {} of a search", query.size(), kLongestQuery), false);
  CO_TRY(json::Value results, co_await place_.search(ctx, std::move(query)));
  co_return gave(call, {{"success", true}, {"results", std::move(results)}}, false);
}

PageTools::Done PageTools::screenshot(const aio::Context& ctx, const llm::ToolCall& call) {
  CO_TRY(llm::Image picture, co_await hand_.picture(ctx));
  Used out{.content = {std::move(picture)}};
  json::Object entry = action_of(call);
  entry["result"] = "screenshotTaken";
  out.actions.push_back(std::move(entry));
  co_return out;
}

}  // namespace agent
