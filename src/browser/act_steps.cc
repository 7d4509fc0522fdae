#include "browser/act_steps.h"

#include <charconv>

namespace browser {
namespace {

constexpr auto kGrace = std::chrono::seconds(2);    // for an answer, beyond the patience that the page was told
constexpr auto kClosing = std::chrono::seconds(2);  // for a window that said it is closing

aio::Task<base::Result<json::Value>> settled(const aio::Context& ctx, Page& page, std::string function,
                                             json::Array arguments) {
  auto answer = co_await page.script(ctx, std::move(function), std::move(arguments));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (json::get_bool(*answer, "closing").value_or(false)) co_await page.wait_gone(ctx.within(kClosing));
  if (auto error = json::get_text(*answer, "error")) co_return base::fail(base::Kind::browser, std::move(*error));
  co_return std::move(*answer);
}

}  // namespace

aio::Task<base::Result<json::Value>> ask(const aio::Context& ctx, Page& page, const ActCall& call, std::string function,
                                         json::Array arguments, Effect effect) {
  const aio::Context bounded = ctx.within(call.patience + kGrace);
  // A window that was told to close before this call shows it here, where nothing is lost yet.
  if (effect == Effect::changes) CO_TRY_VOID(co_await settled(bounded, page, "alive", {}));
  if (effect == Effect::changes) page.note_input();
  co_return co_await settled(bounded, page, std::move(function), std::move(arguments));
}

json::Object wishes(const ActCall& call) { return json::Object{{"timeout", call.patience.count()}}; }

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
