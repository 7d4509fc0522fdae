#include "agent/loop.h"

#include <algorithm>

#include <fmt/format.h>

#include "agent/prompts.h"
#include "agent/reply_bounds.h"
#include "agent/transcript.h"
#include "aio/compute.h"
#include "base/text.h"
#include "json/size.h"
#include "json/write.h"

namespace agent {
namespace {

using engine::AgentResult;
using engine::StopReason;

constexpr int kMostSilent = 3;
constexpr int kMostShrinks = 4;
constexpr std::string_view kWindowFull =
    "the conversation fills the model's context window, and what is left of it leaves no room for a reply";

bool is_too_long(const base::Error& error) {
  if (error.kind != base::Kind::invalid) return false;
  const std::string text = base::to_lower_ascii(error.message);
  static constexpr std::string_view kSigns[] = {"context length",
                                                "context_length",
                                                "context window",
                                                "too long",
                                                "too many tokens",
                                                "maximum context",
                                                "token limit",
                                                "exceeds the maximum number of tokens",
                                                "prompt is too large",
                                                "too large",
                                                "exceeds the maximum size",
                                                "exceeds the limit"};
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return text.find(sign) != text.npos; });
}

std::int64_t unix_ms(const aio::Context& ctx) {
  return std::chrono::duration_cast<base::Milliseconds>(ctx.clock->wall().time_since_epoch()).count();
}

std::string timeout_words(const std::string& tool, base::Milliseconds limit) {
  return fmt::format("TimeoutError: {}() timed out after {}ms; it was stopped, and part of it may have taken effect",
                     tool, limit.count());
}

// A call whose arguments are no JSON object, or were not written to their end.
Used unread_use(const llm::ToolCall& call, bool cut_off) {
  constexpr std::size_t kShown = 200;
  if (!call.fault.empty())
    return failed_use(call, fmt::format("Invalid input for tool {}: its arguments {}", call.name, call.fault), false);
  const std::string why = fmt::format("Invalid input for tool {}: its arguments {}: {}", call.name,
                                      cut_off ? "were cut off for the length of the reply" : "are no JSON object",
                                      base::truncate(base::repair_utf8(call.unreadable), kShown));
  return failed_use(call, why, false);
}

// A model's provider chooses how long that is.
aio::Task<std::string> written(const aio::Context& ctx, const json::Object& arguments) {
  const auto write = [&](const std::stop_token&) { return json::write(arguments); };
  if (!json::takes_more_than(arguments, aio::kComputedInPlace)) co_return write({});
  co_return co_await aio::compute(ctx, write);
}

}  // namespace

aio::Task<base::Result<AgentResult>> Loop::run(const aio::Context& whole, std::string system, std::string goal,
                                               std::string instruction) {
  record_.add(json::Array{user_message(instruction)});
  const auto& limit = settings_.limits.time;
  const aio::Context ctx = limit ? whole.within(*limit) : whole;
  auto done = co_await aio::by_deadline(ctx, steps(ctx, std::move(system), std::move(goal)), "late");
  if (done || ctx.now() < ctx.deadline || done.error().kind == base::Kind::gone) co_return done;
  const std::string why = limit ? fmt::format("the run's time of {} ms is over", limit->count()) : "its time is over";
  co_return ended_by_limit(StopReason::timeout, why, {.finished = {}, .text = record_.last_words});
}

aio::Task<base::Result<AgentResult>> Loop::steps(const aio::Context& ctx, std::string system, std::string goal) {
  system_ = std::move(system);
  CO_TRY(Toolbox::Scene scene, co_await tools_.scene(ctx, true));
  fingerprint_ = scene.fingerprint;
  captcha_ = scene.captcha;
  history_.begin(std::move(goal), std::move(scene.view));
  if (settings_.assess_first) {
    if (const auto word = co_await assessed(ctx)) co_return ended_by_model(*word);
  }
  while (record_.steps < settings_.limits.steps) {
    if (auto over = over_budget()) co_return co_await end_by_limit(ctx, StopReason::budget, std::move(*over));
    Turn turn = co_await ask(ctx, system_);
    if (turn.end) co_return std::move(*turn.end);
    ++record_.steps;
    CO_TRY(End end, co_await take_step(ctx, std::move(*turn.reply)));
    if (end) co_return std::move(*end);
  }
  co_return co_await end_by_limit(ctx, StopReason::max_steps,
                                  fmt::format("reached maximum steps ({})", settings_.limits.steps));
}

// A conversation that has become too long for the model is shortened and sent again.
aio::Task<Loop::Turn> Loop::ask(const aio::Context& ctx, const std::string& system) {
  for (int shrinks = 0;; ++shrinks) {
    History::Rendered shown = history_.render();
    llm::Chat chat{
        .system = system, .messages = std::move(shown.messages), .stable_messages = shown.stable, .patient = true};
    tools_.offer(chat);
    const base::TimePoint began = ctx.now();
    auto reply = co_await model_.complete(ctx, std::move(chat));
    if (reply) {
      bill(ctx, reply->usage, began);
      if (reply->stop == llm::Stop::window) {  // what it had room to say is no whole reply, and it would have no more
        if (shrinks < kMostShrinks && history_.shrink()) continue;
        co_return Turn{.end = ended_by_error({base::Kind::upstream, std::string(kWindowFull)})};
      }
      history_.note("");
      if (reply->stop == llm::Stop::refused && !reply->calls_tools()) {
        std::string text = reply->text();
        if (text.empty()) text = "the model refused" + (reply->reason.empty() ? "" : ": " + reply->reason);
        co_return Turn{.end = ended_by_error({base::Kind::upstream, std::move(text)})};
      }
      co_return Turn{.reply = std::move(*reply)};
    }
    bill(ctx, {}, began);
    if (is_too_long(reply.error()) && shrinks < kMostShrinks && history_.shrink()) continue;
    if (reply.error().kind == base::Kind::timeout && ctx.now() >= ctx.deadline)
      co_return Turn{.end = ended_by_limit(StopReason::timeout, "the run's time is over",
                                           {.finished = {}, .text = record_.last_words})};
    events_.progress(
        {.category = "agent", .message = "Error executing agent task: " + reply.error().message, .level = 0});
    co_return Turn{.end = ended_by_error(reply.error())};
  }
}

aio::Task<base::Result<Loop::End>> Loop::take_step(const aio::Context& ctx, llm::Reply reply) {
  const std::string said = reply.text();
  if (!said.empty()) {
    record_.said(said);
    events_.progress({.category = "agent", .message = "reasoning: " + said, .level = 1});
  }
  const std::size_t all = reply.tool_calls().size();
  const bool left_some_out = keep_first_calls(reply, kMostCalls);
  bound_calls(ctx, reply);
  const llm::Stop stop = reply.stop;
  Step step{.said = std::move(reply).message()};
  if (all == 0) co_return co_await take_words(ctx, stop, said, std::move(step));
  silent_ = 0;
  if (left_some_out)
    step.note = fmt::format("Only the first {} of the {} calls in your reply were done.", kMostCalls, all);
  CO_TRY(Calls done, co_await take_calls(ctx, stop, said, step));

  if (!done.finishing.empty()) {
    const std::string objection = doubted_ ? "" : doubt(done.finished, last_failure_);
    if (objection.empty()) {
      record_end(ctx, done.finished, said);
      keep(std::move(step));
      co_return End(ended_by_model({.finished = std::move(done.finished), .text = ""}));
    }
    doubted_ = true;
    for (const llm::ToolCall* call : done.finishing)
      step.results.push_back(
          {.call_id = call->id, .name = call->name, .content = {llm::Text{objection}}, .failed = true});
  }
  if (done.worst.what == Verdict::What::stop) {
    keep(std::move(step));
    const StopReason reason = captcha_ ? StopReason::captcha : StopReason::loop_detected;
    co_return End(co_await end_by_limit(ctx, reason, captcha_ ? "the page asks for a captcha" : done.worst.words));
  }
  if (done.worst.what == Verdict::What::nudge)
    step.note += (step.note.empty() ? "" : "\n") + std::move(done.worst.words);
  keep(std::move(step));
  co_return End();
}

// A reply without a call: an answer, or nothing to go on with, for which the model is asked once more and not for ever.
aio::Task<base::Result<Loop::End>> Loop::take_words(const aio::Context& ctx, llm::Stop stop, const std::string& said,
                                                    Step step) {
  if (stop == llm::Stop::finished && !said.empty()) {
    keep(std::move(step));
    const LastWord word = co_await last_word(ctx, said);
    co_return End(ended_by_model(word));
  }
  if (++silent_ >= kMostSilent)
    co_return End(ended_by_error({base::Kind::upstream, "the model gave neither a tool call nor an answer"}));
  if (stop == llm::Stop::paused) {
    keep(std::move(step));
  } else if (said.empty()) {
    history_.note(std::string(stop == llm::Stop::length ? kCutOff : kNothingCame));
  } else {
    step.note = std::string(kCutOff);
    keep(std::move(step));
  }
  co_return End();
}

// All calls of a reply in their order; one by which the run would end waits for the others.
aio::Task<base::Result<Loop::Calls>> Loop::take_calls(const aio::Context& ctx, llm::Stop stop, const std::string& said,
                                                      Step& step) {
  Calls out;
  std::vector<const llm::ToolCall*> calls = llm::tool_calls_of(step.said.parts);
  // What was cut off for its length was cut in its last call, which may look whole.
  std::optional<llm::ToolCall> cut_off;
  if (stop == llm::Stop::length && calls.back()->unreadable.empty()) {
    cut_off = *calls.back();
    cut_off->unreadable = co_await written(ctx, cut_off->arguments);
    calls.back() = &*cut_off;
  }
  for (const llm::ToolCall* each : calls) {
    const llm::ToolCall& call = *each;
    if (auto end = call.unreadable.empty() ? tools_.finished_by(call) : std::nullopt) {
      out.finished = std::move(*end);
      out.finishing.push_back(each);
      continue;
    }
    const std::string arguments = co_await written(ctx, call.arguments);
    CO_TRY(Used used, co_await use(ctx, call, arguments, said, stop));
    Trace trace{.call = fmt::format("{} {}{}", call.name, arguments, call.unreadable),
                .failed = used.failed,
                .meant_to_change = used.changes_page};
    const bool worth_a_look = used.changes_page || used.lets_time_pass;
    step.results.push_back({.call_id = call.id,
                            .name = call.name,
                            .content = std::move(used.content),
                            .failed = used.failed,
                            .url = std::move(used.url),
                            .acknowledged = std::move(used.acknowledged)});
    if (worth_a_look) CO_TRY_VOID(co_await look(ctx, step));
    trace.page = fingerprint_;
    Verdict verdict = watch_.saw(std::move(trace));
    if (verdict.what > out.worst.what) out.worst = std::move(verdict);
  }
  co_return out;
}

aio::Task<base::Result<void>> Loop::look(const aio::Context& ctx, Step& step) {
  CO_TRY(Toolbox::Scene scene, co_await tools_.scene(ctx, false));
  captcha_ = scene.captcha;
  fingerprint_ = scene.fingerprint;
  step.view = std::move(scene.view);
  co_return base::Result<void>();
}

aio::Task<base::Result<Used>> Loop::use(const aio::Context& ctx, const llm::ToolCall& call,
                                        const std::string& arguments, const std::string& reasoning, llm::Stop stop) {
  events_.progress({.category = "agent",
                    .message = "Agent calling tool: " + call.name,
                    .level = 1,
                    .auxiliary = {{"arguments", arguments, "object"}}});
  const std::string url = tools_.url();
  if (!call.unreadable.empty()) {
    Used unread = unread_use(call, stop == llm::Stop::length);
    record_action(ctx, std::move(unread.actions.front()), reasoning, url);
    unread.actions.clear();
    co_return unread;
  }
  const base::Milliseconds limit = settings_.limits.tool;
  const aio::Context within = ctx.within(limit);
  auto done = co_await aio::by_deadline(within, tools_.use(within, call), "late");
  if (!done) {
    // Its own time is over, not the run's: something that the model can learn from.
    const bool late = done.error().kind == base::Kind::timeout && ctx.now() < ctx.deadline;
    if (!late) co_return std::unexpected(std::move(done).error());
    done = failed_use(call, timeout_words(call.name, limit), true);
  }
  if (done->changes_page) last_failure_ = done->failed ? done->error : "";
  for (json::Object& entry : done->actions) record_action(ctx, std::move(entry), reasoning, url);
  done->actions.clear();
  co_return std::move(*done);
}

// Ended from outside its own will: what it has to say to that is asked for, where there is still time and a budget.
aio::Task<AgentResult> Loop::end_by_limit(const aio::Context& ctx, StopReason reason, std::string why) {
  events_.progress({.category = "agent", .message = "Agent stopped: " + why, .level = 1});
  LastWord word{.finished = {}, .text = ""};
  if (reason == StopReason::max_steps || reason == StopReason::loop_detected || reason == StopReason::captcha)
    word = co_await last_word(ctx, "");
  co_return ended_by_limit(reason, std::move(why), word);
}

// Nothing when it is not all done, or nobody says so: the run then goes on as any other.
aio::Task<std::optional<LastWord>> Loop::assessed(const aio::Context& ctx) {
  const std::size_t actions = record_.actions.size();
  LastWord word = co_await last_word(ctx, "");
  if (word.finished && word.finished->complete) co_return word;
  record_.actions.resize(actions);
  record_.notes.erase("finalAssessment");
  went_on_ = true;
  const std::string words = word.finished ? word.finished->words : word.text;
  history_.note(fmt::format("You found that the goal is not reached yet{}{}. Go on until it is.",
                            words.empty() ? "" : ": ", words));
  co_return std::nullopt;
}

aio::Task<LastWord> Loop::last_word(const aio::Context& ctx, std::string text) {
  LastWord out{.finished = {}, .text = std::move(text)};
  history_.note(std::string(kFinalQuestion));
  History::Rendered shown = history_.render();
  llm::Chat chat{.system = system_,
                 .messages = std::move(shown.messages),
                 .tools = {done_tool()},
                 .tool_choice = {llm::ToolChoice::How::named, std::string(kDone)}};  // and nothing to keep after it
  llm::Chat offered;
  tools_.offer(offered);
  chat.screen = offered.screen;  // models of a screen want it in every call
  const base::TimePoint began = ctx.now();
  auto reply = co_await model_.complete(ctx, std::move(chat));
  bill(ctx, reply ? reply->usage : llm::Usage{}, began);
  history_.note("");
  if (!reply) {
    record_.notes["finalAssessment"] = "failed: " + reply.error().message;
    co_return out;
  }
  for (const llm::ToolCall* call : reply->tool_calls())
    if (auto end = call->unreadable.empty() ? tools_.finished_by(*call) : std::nullopt) out.finished = std::move(*end);
  if (!out.finished) {
    record_.notes["finalAssessment"] = "none was given";
    if (out.text.empty()) out.text = reply->text();
    co_return out;
  }
  record_end(ctx, *out.finished, reply->text());
  co_return out;
}

void Loop::bill(const aio::Context& ctx, const llm::Usage& usage, base::TimePoint began) {
  record_.thinking += {.calls = 1,
                       .input_tokens = usage.input,
                       .output_tokens = usage.output,
                       .reasoning_tokens = usage.reasoning,
                       .cached_input_tokens = usage.cached,
                       .time = ctx.now() - began};
}

void Loop::record_action(const aio::Context& ctx, json::Object entry, const std::string& reasoning,
                         const std::string& url) {
  json::Object action;
  action["type"] = entry["type"];
  if (!reasoning.empty()) action["reasoning"] = reasoning;
  action["taskCompleted"] = false;
  for (auto& [name, value] : entry)
    if (name != "type") action[name] = std::move(value);
  action["pageUrl"] = url;
  action["timestamp"] = unix_ms(ctx);
  record_.add(std::move(action));
}

void Loop::record_end(const aio::Context& ctx, const Finished& finished, const std::string& reasoning) {
  const std::string& words = finished.words.empty() ? reasoning : finished.words;
  record_.add_end({{"type", kDone},
                   {"reasoning", words},
                   {"taskCompleted", finished.complete},
                   {"taskComplete", finished.complete},
                   {"pageUrl", tools_.url()},
                   {"timestamp", unix_ms(ctx)}});
  events_.progress({.category = "agent", .message = "Agent calling tool: done", .level = 1});
  events_.progress({.category = "agent",
                    .message = finished.complete ? "Task completed" : "Task not completed",
                    .level = 1,
                    .auxiliary = {{"reasoning", words, "string"}}});
}

void Loop::keep(Step step) {
  record_.add(step_messages(step));
  history_.add(std::move(step));
}

std::optional<std::string> Loop::over_budget() const {
  const engine::AgentLimits& limits = settings_.limits;
  const engine::AgentBill spent = record_.whole();
  const std::int64_t tokens = spent.input_tokens + spent.output_tokens;
  if (limits.tokens && tokens >= *limits.tokens)
    return fmt::format("the budget of {} tokens is spent ({})", *limits.tokens, tokens);
  const double cost = cost_of(spent, limits.prices);
  if (limits.cost && cost >= *limits.cost) return fmt::format("the budget of {} is spent ({:.6g})", *limits.cost, cost);
  return std::nullopt;
}

}  // namespace agent
