#include "browser/navigate.h"

#include <algorithm>

#include <fmt/format.h>

#include "aio/latch.h"
#include "browser/journey.h"
#include "browser/navigation.h"
#include "browser/refresh.h"
#include "browser/url_policy.h"

namespace browser {
namespace {

using namespace std::chrono_literals;

constexpr auto kQuiet = 500ms;   // no request in flight for this long is idle, as everybody counts it
constexpr auto kAlive = 500ms;   // for an answer of a page that is not busy
constexpr auto kClosing = 2s;    // from window.close() to the end of the target
constexpr auto kHistory = 15s;   // for a page of the history to come
constexpr auto kGivesWay = 3s;   // for the page that is shown to let in one of the history that is there
constexpr auto kErrorPage = 2s;  // from the news of a failure to the page that Chromium shows for it
constexpr auto kSentOn = 3s;     // from the end of a document's loading to its leaving for the next one
constexpr auto kWhy = 100ms;     // from the news that a document leaves to the news why
constexpr int kMostSentOn = 5;   // one after another

// How long a page may take to let its successor in: a third of the time, and these bounds.
constexpr base::Duration kShortestHang = 1s;
constexpr base::Duration kLongestHang = 5s;

constexpr std::string_view kNavigationEvents[] = {
    "Network.requestWillBeSent", "Network.responseReceived",      "Network.responseReceivedExtraInfo",
    "Network.loadingFinished",   "Network.loadingFailed",         "Page.lifecycleEvent",
    "Page.frameStoppedLoading",  "Page.frameScheduledNavigation", "Page.frameRequestedNavigation",
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

// One navigation under way.
struct Visit {
  Visit(Page& p, const engine::NavigateRequest& asked) : page(p), request(asked) {}
  Page& page;
  const engine::NavigateRequest& request;
  Navigation navigation{page.main_frame_id()};
  Watch watch{page, navigation};
  base::TimePoint hangs_at = base::kNever;  // if nothing of what is waited for has begun by then
};

constexpr std::string_view kHung = "the page to give way to another one: a script of its own keeps it busy";

base::Error broken(const std::string& why) {
  return {base::Kind::browser,
          fmt::format("the document did not come whole: its body was cut short or cannot be decoded ({})", why)};
}

std::string_view name_of(engine::WaitUntil state) {
  if (state == engine::WaitUntil::networkidle) return "networkidle";
  return state == engine::WaitUntil::load ? "load" : "domcontentloaded";
}

aio::Task<base::Result<void>> wait_reached(const aio::Context& ctx, Visit& visit, engine::WaitUntil state) {
  Navigation& navigation = visit.navigation;
  while (!navigation.reached(state)) {
    if (const auto why = visit.page.session().why(); why != cdp::CloseReason::none)
      co_return std::unexpected(cdp::error_of(why));
    if (const std::string why = navigation.broken(); !why.empty()) co_return std::unexpected(broken(why));
    if (ctx.now() >= std::min(visit.hangs_at, ctx.deadline) && !navigation.begun() &&
        visit.page.hung(ctx.now(), std::min<base::Duration>(Page::kHung, visit.request.timeout / 3)))
      co_return std::unexpected(late(visit.request, kHung));
    if (ctx.now() >= ctx.deadline) co_return std::unexpected(late(visit.request, name_of(state)));
    const bool hangs_later = !navigation.begun() && ctx.now() < visit.hangs_at;
    const base::TimePoint look = hangs_later ? visit.hangs_at : base::kNever;
    co_await visit.watch.changed(ctx, std::min(look, ctx.deadline));
  }
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> wait_for(const aio::Context& ctx, Visit& visit, engine::WaitUntil state) {
  Navigation& navigation = visit.navigation;
  for (;;) {
    CO_TRY_VOID(co_await wait_reached(ctx, visit, state));
    if (state != engine::WaitUntil::networkidle) co_return base::Result<void>();
    const base::TimePoint quiet_at = base::after(ctx.now(), kQuiet);
    const std::size_t requests = navigation.requests();
    const auto quiet = [&] { return navigation.network_quiet() && navigation.requests() == requests; };
    while (quiet() && ctx.now() < quiet_at) {
      if (ctx.now() >= ctx.deadline) co_return std::unexpected(late(visit.request, name_of(state)));
      co_await visit.watch.changed(ctx, std::min(quiet_at, ctx.deadline));
    }
    if (quiet()) co_return base::Result<void>();
  }
}

// A document that is on its way already answers no more. Why it goes may be told a little later than that it does.
aio::Task<bool> says_why(const aio::Context& ctx, Visit& visit, const std::string& here) {
  const Navigation& navigation = visit.navigation;
  const base::TimePoint until = std::min(base::after(ctx.now(), kWhy), ctx.deadline);
  while (!navigation.refreshes(here) && ctx.now() < until && (navigation.leaving() || navigation.loader_id() != here))
    co_await visit.watch.changed(ctx, until);
  co_return navigation.refreshes(here);
}

// Until the next document is there that this one sends its reader on to. False when this one stays after all, or the
// next one does not come in time.
aio::Task<bool> sent_on(const aio::Context& ctx, Visit& visit, const std::string& here) {
  Navigation& navigation = visit.navigation;
  base::TimePoint stays_at = base::kNever;
  while (navigation.loader_id() == here) {
    if (visit.page.session().why() != cdp::CloseReason::none || ctx.now() >= ctx.deadline) co_return false;
    if (navigation.leaving() || !navigation.loaded())
      stays_at = base::kNever;
    else if (stays_at == base::kNever)
      stays_at = base::after(ctx.now(), kSentOn);
    if (ctx.now() >= stays_at) co_return false;
    co_await visit.watch.changed(ctx, std::min(stays_at, ctx.deadline));
  }
  co_return true;
}

// The document, and those that it sends its reader on to.
aio::Task<base::Result<engine::NavigateResult>> arrive(const aio::Context& ctx, Visit& visit) {
  Navigation& navigation = visit.navigation;
  CO_TRY_VOID(co_await wait_for(ctx, visit, visit.request.wait_until));
  if (navigation.stopped()) {  // by itself, or with its renderer: the one answers, of the other we hear
    cdp::Session& session = visit.page.session();
    static_cast<void>(co_await session.call(ctx.within(kAlive), "Runtime.evaluate", {{"expression", "0"}}));
    if (session.why() != cdp::CloseReason::none) co_return std::unexpected(cdp::error_of(session.why()));
  }
  for (int i = 0; i < kMostSentOn; ++i) {
    const std::string here = navigation.loader_id();
    bool goes = navigation.refreshes(here);
    if (!goes && !navigation.leaving()) goes = co_await sends_on(ctx, visit.page, navigation.header("refresh"));
    if (!goes) goes = co_await says_why(ctx, visit, here);
    if (!goes || !co_await sent_on(ctx, visit, here)) break;
    CO_TRY_VOID(co_await wait_for(ctx, visit, visit.request.wait_until));
  }
  co_return engine::NavigateResult{navigation.response()};
}

// The last action may have told the page to close; what is sent to it then is lost. A page that does not answer is
// asked no longer: going elsewhere is what it needs.
aio::Task<base::Result<void>> still_open(const aio::Context& ctx, Page& page) {
  if (!page.acted_on()) co_return base::Result<void>();
  auto answer = co_await page.script(ctx.within(kAlive), "alive", {});
  if (answer && json::get_bool(*answer, "closing").value_or(false)) co_await page.wait_gone(ctx.within(kClosing));
  if (page.session().is_gone()) co_return std::unexpected(cdp::error_of(page.session().why()));
  co_return base::Result<void>();
}

// Page.navigate's reply has an errorText. On the wire that is a null result, whatever it was; the log tells.
aio::Task<base::Result<engine::NavigateResult>> failed(const aio::Context& ctx, Visit& visit, const json::Value& reply,
                                                       std::string error) {
  const std::string loader = json::get_text(reply, "loaderId").value_or("");
  const bool download = json::get_bool(reply, "isDownload").value_or(false);
  if (download || visit.navigation.without_content(loader)) {
    const std::string_view reason = download ? "download" : "no content";
    ctx.log->info("navigation left the page as it was", {{"reqId", ctx.request_id}, {"reason", reason}});
    co_return engine::NavigateResult{};
  }
  // An error status without a body: the server has answered, and Chromium makes up the page.
  if (error != "net::ERR_HTTP_RESPONSE_CODE_FAILURE")
    ctx.log->warn("navigation failed", {{"reqId", ctx.request_id}, {"error", error}});
  if (error == "net::ERR_ABORTED") co_return engine::NavigateResult{};
  // The document from before is there until the error page takes its place; the next action must not find it.
  visit.navigation.committed(loader);
  visit.page.note_navigation();
  const bool shown =
      (co_await wait_reached(ctx.within(kErrorPage), visit, engine::WaitUntil::domcontentloaded)).has_value();
  if (!shown && visit.page.session().is_gone()) co_return std::unexpected(cdp::error_of(visit.page.session().why()));
  co_return engine::NavigateResult{visit.navigation.response()};
}

base::Duration patience_with_a_hung_page(const engine::NavigateRequest& request) {
  if (request.timeout.count() <= 0) return kLongestHang;
  return std::clamp<base::Duration>(request.timeout / 3, kShortestHang, kLongestHang);
}

// The reply to Page.navigate: there is a document, or none. A page that is asked whether it may be left (beforeunload)
// and does not answer keeps the request from being made.
aio::Task<base::Result<cdp::Payload>> answer_to(const aio::Context& ctx, Visit& visit, cdp::PendingCall going) {
  const base::TimePoint sent = ctx.now();
  const base::TimePoint hangs_at = base::after(sent, patience_with_a_hung_page(visit.request));
  auto reply = co_await going.reply_by_deadline(ctx.with_deadline(hangs_at));
  const bool waits = !reply && reply.error().kind == base::Kind::timeout;
  if (!waits) co_return reply;
  if (ctx.now() < ctx.deadline && !visit.navigation.asked()) visit.page.expect_document(sent);
  if (visit.page.hung(ctx.now())) co_return std::unexpected(late(visit.request, kHung));
  reply = co_await going.reply_by_deadline(ctx);
  if (!reply && reply.error().kind == base::Kind::timeout)
    co_return std::unexpected(late(visit.request, "the server's first answer"));
  co_return reply;
}

aio::Task<base::Result<engine::NavigateResult>> go_to(const aio::Context& ctx, Visit& visit) {
  Page& page = visit.page;
  json::Object params{{"url", visit.request.url}, {"frameId", page.main_frame_id()}};
  if (visit.request.referer) {
    params["referrer"] = *visit.request.referer;
    params["referrerPolicy"] = "unsafeUrl";  // what the caller names is sent whole, whatever the site
  }
  Unanswered unanswered(page);
  auto reply = co_await answer_to(ctx, visit, page.session().send("Page.navigate", params));
  if (!reply && reply.error().kind == base::Kind::timeout) co_return std::unexpected(std::move(reply).error());
  unanswered.answered();
  if (!reply) co_return std::unexpected(std::move(reply).error());

  if (const auto error = json::get_text(*reply, "errorText"); error && !error->empty())
    co_return co_await failed(ctx, visit, *reply, *error);
  const auto loader = json::get_text(*reply, "loaderId");
  if (!loader) co_return engine::NavigateResult{};  // within the document: nothing loads
  visit.navigation.committed(*loader);
  page.expect_document(ctx.now());
  visit.hangs_at = base::after(ctx.now(), patience_with_a_hung_page(visit.request));
  auto done = co_await arrive(ctx, visit);
  // Otherwise it has happened, however it has ended. A page that is closing answers as if it went, and goes nowhere.
  const bool closing = !done && page.session().why() == cdp::CloseReason::detached && !visit.navigation.begun();
  if (!closing) page.note_navigation();
  co_return done;
}

std::string_view word_of(Way way) { return way == Way::back ? "back" : "forward"; }

base::Error kept_by_a_script(Way way) {
  return {base::Kind::browser,
          fmt::format(
              "this tab cannot go {}: a script of the page keeps it busy and lets no other page in, and its history "
              "ends with the tab; go to an address instead, which opens in a new tab",
              word_of(way))};
}

// The next entry of the history.
aio::Task<base::Result<HistoryEntry>> entry_of(const aio::Context& ctx, Page& page, Way way) {
  CO_TRY(const cdp::Payload history, co_await page.session().call(ctx, "Page.getNavigationHistory"));
  const std::int64_t here = json::get_int(history, "currentIndex").value_or(0);
  const std::int64_t there = here + (way == Way::back ? -1 : 1);
  const json::Array* entries = json::get_array(history, "entries");
  if (!entries || std::min(here, there) < 0 || std::max(here, there) >= static_cast<std::int64_t>(entries->size()))
    co_return base::fail(base::Kind::browser,
                         fmt::format("there is nothing to go {} to in the history of this tab", word_of(way)));
  const json::Value& shown = (*entries)[static_cast<std::size_t>(here)];
  const json::Value& next = (*entries)[static_cast<std::size_t>(there)];
  co_return HistoryEntry{.id = json::get_int(next, "id").value_or(0),
                         .url = json::get_text(next, "url").value_or(""),
                         .of_a_frame = json::get_string(shown, "url") == json::get_string(next, "url")};
}

// Why the page that is shown is shown still, though nothing but itself was in the way.
// It is not remembered: no document is to come any more, and the page may be left when its script has ended.
aio::Task<base::Error> not_left(const aio::Context& ctx, Page& page, Way way) {
  page.session().post("Page.stopLoading");
  const auto answer = co_await page.script(ctx.within(kAlive), "alive", {});
  if (answer || answer.error().kind != base::Kind::timeout)
    co_return base::Error{base::Kind::browser,
                          "the page in the history did not come: the page that is shown was not left"};
  co_return kept_by_a_script(way);
}

}  // namespace

aio::Task<base::Result<engine::NavigateResult>> navigate(const aio::Context& whole, Page& page,
                                                         engine::NavigateRequest request, FileUrls file_urls) {
  request.url = with_scheme(request.url);
  if (auto why = refuse_url(request.url, file_urls)) co_return base::fail(base::Kind::invalid, std::move(*why));
  const aio::Context ctx = request.timeout.count() > 0 ? whole.within(request.timeout) : whole;

  CO_TRY_VOID(co_await still_open(ctx, page));
  for (bool again = false;; again = true) {
    Visit visit(page, request);
    auto done = co_await go_to(ctx, visit);
    // The renderer that died was that of the document before: Chromium may not have known it yet when it was asked.
    const bool died_before = !done && page.session().why() == cdp::CloseReason::crashed && !visit.navigation.begun();
    if (!died_before || again || ctx.now() >= ctx.deadline) co_return done;
  }
}

aio::Task<bool> hangs(const aio::Context& ctx, Page& page) {
  if (!page.hung(ctx.now())) co_return false;
  const auto answer = co_await page.script(ctx.within(kAlive), "alive", {});
  if (!answer && answer.error().kind == base::Kind::timeout) co_return true;
  page.expect_no_document();
  co_return false;
}

aio::Task<base::Result<void>> go(const aio::Context& ctx, Page& page, Way way) {
  if (co_await hangs(ctx, page)) co_return std::unexpected(kept_by_a_script(way));
  const aio::Context patient = ctx.within(kHistory);
  CO_TRY(const HistoryEntry entry, co_await entry_of(ctx, page, way));
  Journey journey(page, entry);
  Unanswered unanswered(page);
  const base::TimePoint sent = ctx.now();
  cdp::PendingCall going = page.input(page.session(), "Page.navigateToHistoryEntry", {{"entryId", entry.id}});
  CO_TRY_VOID(co_await going.reply(patient));
  for (;;) {
    if (journey.came() || page.session().is_gone()) break;
    if (journey.stopped() || journey.in_vain()) unanswered.answered();  // what is under way now is the page's own
    if (journey.stopped())
      co_return base::fail(base::Kind::browser,
                           fmt::format("the page in the history did not come: before its server had answered, the page "
                                       "that is shown stopped the way {}, or went elsewhere of its own accord",
                                       word_of(way)));
    if (journey.in_vain())
      co_return base::fail(base::Kind::browser,
                           fmt::format("there is no page any more where the history goes {}: the server answers with a "
                                       "download, or without content; the page that is shown stays",
                                       word_of(way)));
    if (ctx.now() >= patient.deadline)
      co_return base::fail(base::Kind::browser,
                           fmt::format("the page in the history did not come: no server answered within {} s",
                                       (base::to_ms(ctx.now() - sent) + 500) / 1000));
    const base::TimePoint gives_way_at =
        journey.waits_for_server() ? base::kNever : base::after(journey.due(sent), kGivesWay);
    if (ctx.now() >= gives_way_at) co_return std::unexpected(co_await not_left(ctx, page, way));
    co_await journey.changed(ctx, std::min(gives_way_at, patient.deadline));
  }
  unanswered.answered();
  co_return base::Result<void>();
}

}  // namespace browser
