#include "browser/navigate.h"

#include <fmt/format.h>

#include "aio/latch.h"
#include "browser/navigation.h"
#include "browser/url_policy.h"

namespace browser {
namespace {

using namespace std::chrono_literals;

constexpr auto kQuiet = 500ms;   // no request in flight for this long is idle, as everybody counts it
constexpr auto kAnswer = 500ms;  // of a page that is not busy
constexpr auto kClosing = 2s;    // from window.close() to the end of the target
constexpr auto kHistory = 15s;   // for a page of the history to come
constexpr auto kErrorPage = 2s;  // from the news of a failure to the page that Chromium shows for it

constexpr std::string_view kNavigationEvents[] = {
    "Network.requestWillBeSent", "Network.responseReceived", "Network.responseReceivedExtraInfo",
    "Network.loadingFinished",   "Network.loadingFailed",    "Page.lifecycleEvent",
    "Inspector.targetCrashed"};

base::Error late(const engine::NavigateRequest& request, std::string_view what) {
  return {base::Kind::timeout,
          fmt::format("navigate timed out after {}ms waiting for {}", request.timeout.count(), what)};
}

// Listens to a page for as long as one navigation lasts.
class Watch {
 public:
  Watch(Page& page, Navigation& navigation) : page_(page) {
    for (const std::string_view method : kNavigationEvents)
      subscriptions_.push_back(page.session().on(method, [this, &navigation, method](const cdp::Payload& params) {
        navigation.on_event(method, params);
        changed_.wake_all();
      }));
  }
  // Until something happened to the page, or the time has come.
  aio::Task<void> changed(const aio::Context& ctx, base::TimePoint until) {
    auto event = aio::race(changed_.wait(), page_.session().gone().wait());
    co_await aio::race(std::move(event), ctx.clock->sleep_until(until));
  }

 private:
  Page& page_;
  aio::WaitList changed_;
  std::vector<cdp::Subscription> subscriptions_;
};

// A navigation that the server has not answered yet is given up on every way out, a cancellation too: otherwise its
// answer would take the page away from under the next operation.
class Unanswered {
 public:
  explicit Unanswered(Page& page) : page_(page) {}
  Unanswered(const Unanswered&) = delete;
  Unanswered& operator=(const Unanswered&) = delete;
  ~Unanswered() {
    if (!answered_) page_.session().post("Page.stopLoading");
  }
  void answered() { answered_ = true; }

 private:
  Page& page_;
  bool answered_ = false;
};

aio::Task<base::Result<void>> wait_for(const aio::Context& ctx, Page& page, Navigation& navigation, Watch& watch,
                                       const engine::NavigateRequest& request) {
  const bool idle = request.wait_until == engine::WaitUntil::networkidle;
  const std::string_view what = idle                                            ? "networkidle"
                                : request.wait_until == engine::WaitUntil::load ? "load"
                                                                                : "domcontentloaded";
  for (;;) {
    while (!navigation.reached(request.wait_until)) {
      if (const auto why = page.session().why(); why != cdp::CloseReason::none)
        co_return std::unexpected(cdp::error_of(why));
      co_await watch.changed(ctx, ctx.deadline);
      if (ctx.now() >= ctx.deadline && !navigation.reached(request.wait_until))
        co_return std::unexpected(late(request, what));
    }
    if (!idle) co_return base::Result<void>();
    const base::TimePoint quiet_at = base::after(ctx.now(), kQuiet);
    const std::size_t requests = navigation.requests();
    const auto quiet = [&] { return navigation.network_quiet() && navigation.requests() == requests; };
    while (quiet() && ctx.now() < quiet_at) {
      if (ctx.now() >= ctx.deadline) co_return std::unexpected(late(request, what));
      co_await watch.changed(ctx, std::min(quiet_at, ctx.deadline));
    }
    if (quiet()) co_return base::Result<void>();
  }
}

// The last action may have told the page to close; what is sent to it then is lost. A page that does not answer is
// asked no longer: going elsewhere is what it needs.
aio::Task<base::Result<void>> still_open(const aio::Context& ctx, Page& page) {
  if (!page.acted_on()) co_return base::Result<void>();
  auto answer = co_await page.script(ctx.within(kAnswer), "alive", {});
  if (answer && json::get_bool(*answer, "closing").value_or(false)) co_await page.wait_gone(ctx.within(kClosing));
  if (page.session().is_gone()) co_return std::unexpected(cdp::error_of(page.session().why()));
  co_return base::Result<void>();
}

// Page.navigate's reply has an errorText. On the wire that is a null result, whatever it was; the log tells.
aio::Task<base::Result<engine::NavigateResult>> failed(const aio::Context& ctx, Page& page, Navigation& navigation,
                                                       Watch& watch, const json::Value& reply, std::string error) {
  const std::string loader = json::get_text(reply, "loaderId").value_or("");
  const bool download = json::get_bool(reply, "isDownload").value_or(false);
  if (download || navigation.without_content(loader)) {
    const std::string_view reason = download ? "download" : "no content";
    ctx.log->info("navigation left the page as it was", {{"reqId", ctx.request_id}, {"reason", reason}});
    co_return engine::NavigateResult{};
  }
  // An error status without a body: the server has answered, and Chromium makes up the page.
  if (error != "net::ERR_HTTP_RESPONSE_CODE_FAILURE")
    ctx.log->warn("navigation failed", {{"reqId", ctx.request_id}, {"error", error}});
  if (error == "net::ERR_ABORTED") co_return engine::NavigateResult{};
  // The document from before is there until the error page takes its place; the next action must not find it.
  navigation.committed(loader);
  page.note_navigation();
  const engine::NavigateRequest shown{.url = {}, .wait_until = engine::WaitUntil::domcontentloaded};
  if (!co_await wait_for(ctx.within(kErrorPage), page, navigation, watch, shown) && page.session().is_gone())
    co_return std::unexpected(cdp::error_of(page.session().why()));
  co_return engine::NavigateResult{navigation.response()};
}

}  // namespace

aio::Task<base::Result<engine::NavigateResult>> navigate(const aio::Context& whole, Page& page,
                                                         engine::NavigateRequest request, FileUrls file_urls) {
  if (auto why = refuse_url(request.url, file_urls)) co_return base::fail(base::Kind::invalid, std::move(*why));
  const aio::Context ctx = request.timeout.count() > 0 ? whole.within(request.timeout) : whole;

  CO_TRY_VOID(co_await still_open(ctx, page));
  Navigation navigation(page.main_frame_id());
  Watch watch(page, navigation);
  json::Object params{{"url", request.url}};
  if (request.referer) params["referrer"] = *request.referer;
  params["frameId"] = page.main_frame_id();
  Unanswered unanswered(page);
  cdp::PendingCall going = page.session().send("Page.navigate", params);
  auto reply = co_await going.reply_by_deadline(ctx);
  if (!reply && reply.error().kind == base::Kind::timeout)
    co_return std::unexpected(late(request, "the server's first answer"));
  unanswered.answered();
  if (!reply) co_return std::unexpected(std::move(reply).error());

  if (const auto error = json::get_text(*reply, "errorText"); error && !error->empty())
    co_return co_await failed(ctx, page, navigation, watch, *reply, *error);
  const auto loader = json::get_text(*reply, "loaderId");
  if (!loader) co_return engine::NavigateResult{};  // within the document: nothing loads
  navigation.committed(*loader);
  page.note_navigation();  // from here on it has happened
  CO_TRY_VOID(co_await wait_for(ctx, page, navigation, watch, request));
  co_return engine::NavigateResult{navigation.response()};
}

aio::Task<base::Result<void>> go(const aio::Context& ctx, Page& page, Way way) {
  const aio::Context patient = ctx.within(kHistory);
  CO_TRY(const cdp::Payload before, co_await page.session().call(ctx, "Page.getNavigationHistory"));
  const std::int64_t here = json::get_int(before, "currentIndex").value_or(0);
  const std::int64_t there = here + (way == Way::back ? -1 : 1);
  const json::Array* entries = json::get_array(before, "entries");
  if (!entries || there < 0 || there >= static_cast<std::int64_t>(entries->size()))
    co_return base::fail(base::Kind::browser, fmt::format("there is nothing to go {} to in the history of this tab",
                                                          way == Way::back ? "back" : "forward"));
  const auto id = json::get_int((*entries)[static_cast<std::size_t>(there)], "id").value_or(0);
  // The history counts the entry as the current one from the moment that it is asked for. That of a frame will do: an
  // entry may have changed nothing else.
  aio::Latch came;
  const auto note = [&came](cdp::Session&, const json::Value&) { came.set(); };
  const auto document = page.watch("Page.frameNavigated", note);
  const auto within = page.watch("Page.navigatedWithinDocument", note);
  Unanswered unanswered(page);
  cdp::PendingCall going = page.input(page.session(), "Page.navigateToHistoryEntry", {{"entryId", id}});
  CO_TRY_VOID(co_await going.reply(ctx));
  auto change = aio::race(came.wait(), page.session().gone().wait());
  co_await aio::race(std::move(change), ctx.clock->sleep_until(patient.deadline));
  if (!came.is_set() && !page.session().is_gone())
    co_return base::fail(base::Kind::browser, "the page in the history did not come");
  unanswered.answered();
  co_return base::Result<void>();
}

}  // namespace browser
