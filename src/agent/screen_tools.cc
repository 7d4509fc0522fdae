#include "agent/screen_tools.h"

#include <functional>

#include <fmt/format.h>

#include "agent/screen/words.h"

namespace agent {
namespace {

constexpr std::string_view kScreen = "computer";  // the name of a call of the screen itself, where it has one
constexpr std::string_view kGoTo = "goto";
constexpr std::string_view kGoBack = "go_back";

llm::Tool go_to_tool() {
  return {.name = std::string(kGoTo),
          .description = "Opens an address in the browser. The window shows no address bar.",
          .parameters = json::Object{
              {"type", "object"},
              {"properties", json::Object{{"url", json::Object{{"type", "string"}, {"description", "The address."}}}}},
              {"required", json::Array{"url"}},
              {"additionalProperties", false}}};
}

llm::Tool go_back_tool() {
  return {
      .name = std::string(kGoBack),
      .description = "Goes back to the page before this one.",
      .parameters = json::Object{{"type", "object"}, {"properties", json::Object()}, {"additionalProperties", false}}};
}

bool only_looks(const Gesture& gesture) {
  return std::holds_alternative<Look>(gesture) || std::holds_alternative<Where>(gesture) ||
         std::holds_alternative<Wait>(gesture);
}

std::string no_picture(const base::Error& error) { return "There is no picture of the page: " + error.message; }

// A call of one of the tools beside the screen.
screen::Deed read_beside(const llm::ToolCall& call) {
  const screen::Arguments arguments(call.name, call.arguments);
  if (call.name == kGoBack) return {.action = screen::told("back", {}), .gestures = {Back{}}};
  if (call.name != kGoTo)
    return screen::refused(
        call.name, call.arguments,
        fmt::format("there is no tool named \"{}\"; use {}, {}, {} or {}", call.name, kScreen, kGoTo, kGoBack, kDone));
  const auto url = arguments.needed_text("url");
  if (!url) return screen::refused(call.name, call.arguments, url.error().message);
  return {.action = screen::told("goto", {}, call.arguments), .gestures = {GoTo{screen::address(*url)}}};
}

}  // namespace

void ScreenTools::offer(llm::Chat& chat) const {
  chat.screen = llm::Screen{.width = window_.width, .height = window_.height};
  if (!vocabulary_.takes_tools) return;
  if (!vocabulary_.navigates) {
    chat.tools.push_back(go_to_tool());
    chat.tools.push_back(go_back_tool());
  }
  chat.tools.push_back(done_tool());
}

// Each call is answered with a picture, so only the first look needs one of its own.
aio::Task<base::Result<Toolbox::Scene>> ScreenTools::scene(const aio::Context& ctx, bool first) {
  Scene out{.fingerprint = fingerprint_, .captcha = hand_.sees_captcha()};
  if (!first) co_return out;
  auto picture = co_await hand_.picture(ctx, {});
  if (!picture && ends_the_run(ctx, picture.error())) co_return std::unexpected(std::move(picture).error());
  out.view.text = "The address of the page: " + hand_.url();
  if (!picture) {
    out.view.text += "\n" + no_picture(picture.error());
    co_return out;
  }
  out.fingerprint = fingerprint_ = std::hash<std::string>()(picture->base64);
  out.view.pictures.push_back(std::move(*picture));
  co_return out;
}

std::optional<Finished> ScreenTools::finished_by(const llm::ToolCall& call) const {
  if (!call.checks.empty() && safety_ == screen::SafetyPolicy::stop)
    return Finished{.complete = false, .words = screen::stopped_by(call.checks)};
  if (vocabulary_.takes_tools && call.name == kDone) return read_done(call);
  return vocabulary_.finished_by(call);
}

std::vector<screen::Deed> ScreenTools::read(const llm::ToolCall& call) const {
  const bool beside = vocabulary_.takes_tools && !vocabulary_.navigates && call.name != kScreen;
  if (beside) return {read_beside(call)};
  return vocabulary_.read(call, {.window = window_, .pointer = pointer_});
}

aio::Task<base::Result<Used>> ScreenTools::use(const aio::Context& ctx, const llm::ToolCall& call) {
  Used used;
  used.acknowledged = call.checks;
  for (const llm::SafetyCheck& check : call.checks)
    ctx.log->warn("safety check acknowledged", {{"reqId", ctx.request_id}, {"code", check.code}, {"id", check.id}});
  std::vector<screen::Deed> deeds = read(call);
  std::size_t done = 0;
  for (screen::Deed& deed : deeds) {
    CO_TRY(std::string wrong, co_await perform(ctx, deed, used));
    ++done;
    deed.action["success"] = wrong.empty();
    if (!wrong.empty()) deed.action["error"] = wrong;
    if (done == 1 && !call.checks.empty()) deed.action["acknowledgedSafetyChecks"] = screen::told(call.checks);
    used.actions.push_back(std::move(deed.action));
    if (wrong.empty()) continue;
    const std::size_t left = deeds.size() - done;
    used.failed = true;
    used.content.emplace_back(llm::Text{
        left == 0 ? "Not done: " + wrong
                  : fmt::format("Not done: {}. The {} further actions of this call were left out.", wrong, left)});
    used.error = std::move(wrong);
    break;
  }
  CO_TRY_VOID(co_await show(ctx, used));
  co_return used;
}

// Gives what went wrong; "" when nothing did.
aio::Task<base::Result<std::string>> ScreenTools::perform(const aio::Context& ctx, screen::Deed& deed, Used& used) {
  if (!deed.refusal.empty()) co_return std::move(deed.refusal);
  region_.clear();
  for (Gesture& gesture : deed.gestures) {
    if (const auto* look = std::get_if<Look>(&gesture)) {
      region_ = look->region;
      continue;
    }
    if (std::holds_alternative<Where>(gesture)) {
      used.content.emplace_back(llm::Text{fmt::format("The pointer is at ({}, {}).", pointer_.x, pointer_.y)});
      continue;
    }
    used.changes_page = used.changes_page || !only_looks(gesture);
    move_pointer(gesture);
    auto failure = co_await hand_.perform(ctx, std::move(gesture));
    if (!failure && ends_the_run(ctx, failure.error())) co_return std::unexpected(std::move(failure).error());
    if (!failure) co_return std::move(failure).error().message;
    if (*failure) co_return std::move(**failure);
  }
  if (!deed.note.empty()) used.content.emplace_back(llm::Text{std::move(deed.note)});
  co_return std::string();
}

void ScreenTools::move_pointer(const Gesture& gesture) {
  if (const auto* click = std::get_if<Click>(&gesture)) pointer_ = click->at;
  if (const auto* hold = std::get_if<PressAndHold>(&gesture)) pointer_ = hold->at;
  if (const auto* move = std::get_if<Move>(&gesture)) pointer_ = move->at;
  if (const auto* scroll = std::get_if<Scroll>(&gesture)) pointer_ = scroll->at;
  if (const auto* drag = std::get_if<DragAlong>(&gesture)) pointer_ = drag->path.back();
}

// A page that cannot be shown is told in words: the model may leave it.
aio::Task<base::Result<void>> ScreenTools::show(const aio::Context& ctx, Used& used) {
  const bool whole = region_.empty();
  auto picture = co_await hand_.picture(ctx, std::exchange(region_, {}));
  used.url = hand_.url();
  if (picture) {
    if (whole) fingerprint_ = std::hash<std::string>()(picture->base64);
    used.content.emplace_back(std::move(*picture));
    co_return base::Result<void>();
  }
  if (ends_the_run(ctx, picture.error())) co_return std::unexpected(std::move(picture).error());
  used.content.emplace_back(llm::Text{no_picture(picture.error())});
  co_return base::Result<void>();
}

}  // namespace agent
