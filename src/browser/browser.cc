#include "browser/browser.h"

#include <filesystem>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "aio/compute.h"
#include "base/text.h"
#include "base/url_secrets.h"
#include "browser/app_links.h"
#include "browser/auto_attach.h"
#include "browser/discovery.h"
#include "browser/navigate.h"
#include "browser/proxy_login.h"
#include "browser/url_policy.h"
#include "cdp/limits.h"

namespace browser {
namespace {

constexpr auto kPopup = std::chrono::milliseconds(500);  // between a page's window.open and the window
constexpr std::chrono::seconds kPageClosing{10};         // for a page that was told to close
constexpr std::chrono::seconds kHungPageClosing{2};      // the same for one in whose place there is another already
constexpr std::chrono::seconds kGoodbye{10};             // at most, for a browser that writes its profile
constexpr std::chrono::seconds kDyingTime{1};            // between a broken connection and the news of an exit

constexpr std::size_t kShortestToken = 16;

bool may_be_a_token(std::string_view value) {
  return value.size() >= kShortestToken && value.find_first_of("0123456789") != value.npos &&
         value.find_first_not_of("0123456789.") != value.npos;
}

base::Error crashed(std::string detail) { return {base::Kind::browser, "The browser crashed", std::move(detail)}; }

// What the session's caller gave to reach the browser or the web by; a browser, or what claims to be one, may repeat
// it. In the query of a CDP endpoint a token may have any name.
base::Redactor secrets_of(const engine::LaunchOptions& options, std::string_view cdp_url,
                          const std::map<std::string, std::string>& headers) {
  base::Redactor out;
  if (options.proxy) {
    out.add(options.proxy->password);
    out.add_url(options.proxy->server);
  }
  out.add_url(cdp_url);
  const std::size_t query = cdp_url.find('?');
  if (query != cdp_url.npos)
    for (const std::string_view parameter : base::split(cdp_url.substr(query + 1), '&'))
      if (const std::string_view value = parameter.substr(parameter.find('=') + 1); may_be_a_token(value))
        out.add(value);
  for (const auto& [name, value] : headers) out.add_header(name, value);
  return out;
}

// Many of them, before the first text has to go without them on the loop.
aio::Task<void> prepare_many(aio::Context ctx, base::Redactor secrets) {
  if (secrets.unprepared() <= aio::kComputedInPlace) co_return;
  const auto prepare = [&](const std::stop_token&) {
    secrets.prepare();
    return true;
  };
  static_cast<void>(co_await aio::race(aio::compute(ctx, prepare), ctx.clock->sleep_until(ctx.deadline)));
}

base::Error without(const base::Redactor& secrets, base::Error error) {
  error.message = base::hide_url_secrets(secrets(error.message));
  error.detail = base::hide_url_secrets(secrets(error.detail));
  return error;
}

// Unwinds a half-made browser: whatever has been made by then goes.
class Undo {
 public:
  explicit Undo(std::shared_ptr<Browser> browser) : browser_(std::move(browser)) {}
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    if (browser_) browser_->kill();
  }
  std::shared_ptr<Browser> keep() { return std::move(browser_); }

 private:
  std::shared_ptr<Browser> browser_;
};

}  // namespace

Browser::~Browser() = default;

aio::Task<base::Result<std::shared_ptr<Browser>>> Browser::launch(const aio::Context& ctx, Services services,
                                                                  engine::LaunchOptions options) {
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  const base::Milliseconds timeout = options.connect_timeout;
  const base::Redactor secrets = secrets_of(options, "", {});
  aio::Context bounded = ctx.within(timeout);
  bounded.workers = services.compute;
  co_await prepare_many(bounded, secrets);
  if (!options.viewport) options.viewport = engine::Viewport{};  // the window's own bars would take a part of it
  const std::shared_ptr<Browser> browser(new Browser(executor, services, std::move(options)));
  Undo undo(browser);
  const std::string late = fmt::format("Connection timeout: the browser was not ready within {}ms", timeout.count());
  const auto chromium = browser->chromium_ = std::make_shared<Chromium>(executor, services);
  chromium->on_exit([weak = browser->weak_from_this()](const std::string& status) {
    if (const auto self = weak.lock()) self->died(crashed("the browser ended: " + status));
  });
  auto started = co_await aio::by_deadline(bounded, chromium->start(browser->options_), late);
  if (!started) co_return std::unexpected(without(secrets, std::move(started).error()));
  browser->ws_url_ = std::move(*started);
  browser->secrets_ = secrets;
  auto ready = co_await aio::by_deadline(bounded, browser->make_ready(bounded, {}), late);
  // It may have died while the last answer was on its way to us; nobody listened for that then.
  if (ready && browser->ending_) ready = base::fail(base::Kind::gone, "the browser went away while it was made ready");
  if (ready) {
    chromium->was_ready();
    co_return undo.keep();
  }
  // A browser that dies now shows first as a connection that fails; the caller is told the cause.
  if (ready.error().kind != base::Kind::timeout)
    static_cast<void>(co_await aio::race(chromium->wait_exit(), bounded.clock->sleep(kDyingTime)));
  if (chromium->exited()) co_return std::unexpected(without(secrets, chromium->ended_early()));
  co_return std::unexpected(std::move(ready).error());
}

aio::Task<base::Result<std::shared_ptr<Browser>>> Browser::attach(const aio::Context& ctx, Services services,
                                                                  engine::AttachOptions options) {
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  aio::Context bounded = ctx.within(options.page.connect_timeout);
  bounded.workers = services.compute;
  const std::shared_ptr<Browser> browser(new Browser(executor, services, options.page));
  Undo undo(browser);
  browser->secrets_ = secrets_of(options.page, options.cdp_url, options.headers);
  co_await prepare_many(bounded, browser->secrets_);
  auto found = co_await browser_ws_url(bounded, services.http, options.cdp_url, options.headers);
  if (!found) co_return std::unexpected(without(browser->secrets_, std::move(found).error()));
  browser->ws_url_ = std::move(*found);
  auto ready = co_await browser->make_ready(bounded, options.headers);
  if (!ready) co_return std::unexpected(without(browser->secrets_, std::move(ready).error()));
  if (browser->ending_) co_return base::fail(base::Kind::gone, "the browser went away while it was made ready");
  co_return undo.keep();
}

aio::Task<base::Result<void>> Browser::make_ready(const aio::Context& ctx, std::map<std::string, std::string> headers) {
  CO_TRY_VOID(co_await connect(ctx, std::move(headers)));
  co_return co_await prepare(ctx);
}

aio::Task<base::Result<void>> Browser::connect(const aio::Context& ctx, std::map<std::string, std::string> headers) {
  CO_TRY(auto socket, co_await net::WebSocket::connect(ctx, {.url = ws_url_,
                                                             .headers = std::move(headers),
                                                             .ca_file = services_.settings.ca_file,
                                                             .max_message = cdp::kMaxMessage,
                                                             .max_passed_over = cdp::kMaxPassedOver,
                                                             .memory = services_.memory}));
  connection_ = cdp::Connection::over(executor_, std::move(socket), services_.compute);
  connection_->keep_secret(secrets_);
  connection_->on_passed_over(
      [&log = services_.log, told = false](const std::string& event, std::uint64_t size) mutable {
        if (!std::exchange(told, true)) log.warn("event of a browser passed over", {{"event", event}, {"bytes", size}});
      });
  connection_->on_closed([weak = weak_from_this()](const std::string& why) {
    const auto self = weak.lock();
    if (!self) return;
    base::Error cause = crashed("the connection ended: " + why);
    // A connection that breaks is the symptom of a browser that dies; what breaks the protocol is no browser.
    if (self->connection_->why() == cdp::CloseReason::protocol)
      cause.message = cdp::error_of(cdp::CloseReason::protocol, why).message;
    self->died(cause);
  });
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Browser::prepare(const aio::Context& ctx) {
  const std::shared_ptr<cdp::Session> root = connection_->root();
  subscriptions_.push_back(root->on("Target.attachedToTarget", [this](const json::Value& p) { on_attached(p); }));
  subscriptions_.push_back(root->on("Target.detachedFromTarget", [this](const json::Value&) { forget_gone(); }));
  CO_TRY_VOID(co_await direct_downloads(ctx));
  // Also the round trip that proves the browser ready. It is the only one: each waits for the main thread of a browser
  // that is still busy starting.
  CO_TRY_VOID(co_await root->call(ctx, "Target.setAutoAttach", auto_attach_to("page")));
  co_return co_await ensure_page(ctx);
}

// Without a path, downloads of a Chromium of ours go into the session's folder and go with it, whatever the start said.
aio::Task<base::Result<void>> Browser::direct_downloads(const aio::Context& ctx) {
  const bool asked = options_.downloads_path || options_.accept_downloads;
  if (!asked && !chromium_) co_return base::Result<void>();
  const bool accepted = options_.accept_downloads.value_or(true);
  json::Object behavior{{"behavior", accepted ? "allow" : "deny"}, {"eventsEnabled", asked}};
  if (options_.downloads_path) {  // Chromium wants an absolute one
    std::error_code error;
    behavior["downloadPath"] = std::filesystem::absolute(*options_.downloads_path, error).string();
    if (error)
      co_return base::fail(base::Kind::browser,
                           "launchOptions.downloadsPath is relative to the server's working folder, which is gone; "
                           "give an absolute path");
  } else if (chromium_) {
    behavior["downloadPath"] = chromium_->folders().downloads();
  } else if (accepted) {
    behavior["behavior"] = "default";  // somebody else's browser, which knows where
  }
  if (!asked) {
    connection_->root()->post("Browser.setDownloadBehavior", behavior);  // what nobody asked for is not waited for
    co_return base::Result<void>();
  }
  CO_TRY_VOID(co_await connection_->root()->call(ctx, "Browser.setDownloadBehavior", std::move(behavior)));
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Browser::ensure_page(const aio::Context& ctx) {
  if (!pages_.empty()) co_return base::Result<void>();
  co_return co_await open_page(ctx);
}

void Browser::on_attached(const json::Value& params) {
  const json::Value* info = json::find(params, "targetInfo");
  const auto session_id = json::get_text(params, "sessionId");
  if (!info || !session_id) return;
  const std::shared_ptr<cdp::Session> session = connection_->session(*session_id);
  if (json::get_text(*info, "type") != "page") {
    // Of a browser that knows no filter, or does not heed it. Attached it would count.
    session->post("Runtime.runIfWaitingForDebugger");
    connection_->root()->post("Target.detachFromTarget", {{"sessionId", *session_id}});
    return;
  }
  const std::string target_id = json::get_text(*info, "targetId").value_or("");
  forget_gone();  // a session may end without a word to us: with what it was attached through
  popup_due_ = false;
  const bool stays_empty = std::exchange(empty_due_, false);
  std::shared_ptr<Page> before = shown_page();
  if (!before && !pages_.empty()) before = pages_.back();
  before_ = before;
  shown_ = stays_empty ? before : nullptr;
  pages_.push_back(std::make_shared<Page>(session, target_id, options_, services_.settings.dialogs, services_.log,
                                          services_.clock, [this](cdp::Session& one) { return prepare_session(one); }));
  pages_changed_.wake_all();
}

// A window that is opened for a link to another program has nothing to show, for no program is started: the page that
// was worked on before stays the one.
void Browser::on_request(const json::Value& params) {
  if (pages_.empty() || !leaves_the_browser(json::get_string(params, "url").value_or(""))) return;
  const std::shared_ptr<Page>& newest = pages_.back();
  const std::string url = newest->url();
  const bool its_own = json::get_string(params, "frameId") == std::string_view(newest->main_frame_id());
  if (its_own && (url.empty() || url == "about:blank") && !shown_page()) shown_ = before_;
}

void Browser::forget_gone() {
  pages_.remove_if([](const std::shared_ptr<Page>& page) { return page->session().is_gone(); });
}

// What the browser wants to know from each session of a page.
std::vector<cdp::Subscription> Browser::prepare_session(cdp::Session& session) {
  std::vector<cdp::Subscription> kept;
  if (options_.proxy) kept = log_in(session, *options_.proxy);
  kept.push_back(log_app_links(session, services_.log));
  kept.push_back(session.on("Page.windowOpen", [this](const json::Value& p) {
    popup_due_ = json::get_bool(p, "userGesture").value_or(false);  // without a gesture Chromium blocks it
    empty_due_ = popup_due_ && leaves_the_browser(json::get_string(p, "url").value_or(""));
  }));
  kept.push_back(session.on("Page.frameRequestedNavigation", [this](const json::Value& p) { on_request(p); }));
  return kept;
}

aio::Task<base::Result<std::shared_ptr<Page>>> Browser::active_page(const aio::Context& ctx) {
  const base::TimePoint until = std::min(ctx.deadline, base::after(ctx.now(), kPopup));
  while (popup_due_) {
    auto first = co_await aio::race(pages_changed_.wait(), ctx.clock->sleep_until(until));
    if (first.index() == 1) popup_due_ = empty_due_ = false;
  }
  CO_TRY_VOID(co_await ensure_page(ctx));
  if (auto shown = shown_page()) co_return shown;
  co_return pages_.back();
}

// Null when the most recent page is the active one.
std::shared_ptr<Page> Browser::shown_page() const {
  auto shown = shown_.lock();
  return shown && std::ranges::find(pages_, shown) != pages_.end() ? shown : nullptr;
}

aio::Task<base::Result<void>> Browser::show_page(const aio::Context& ctx, std::shared_ptr<Page> page) {
  CO_TRY_VOID(co_await page->session().call(ctx, "Page.bringToFront"));
  shown_ = page;
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Browser::close_page(const aio::Context& ctx, std::shared_ptr<Page> page) {
  CO_TRY_VOID(co_await connection_->root()->call(ctx, "Target.closeTarget", {{"targetId", page->main_frame_id()}}));
  co_await page->wait_gone(ctx.within(kPageClosing));
  if (!page->session().is_gone())
    co_return base::fail(base::Kind::timeout, "the browser did not close the page in time");
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Browser::open_page(const aio::Context& ctx) {
  CO_TRY_VOID(co_await new_page(ctx));
  co_return base::Result<void>();
}

aio::Task<base::Result<std::shared_ptr<Page>>> Browser::new_page(const aio::Context& ctx) {
  CO_TRY(const cdp::Payload made,
         co_await connection_->root()->call(ctx, "Target.createTarget", {{"url", "about:blank"}}));
  const std::string id = json::get_text(made, "targetId").value_or("");
  for (;;) {
    if (auto page = page_by_main_frame(id)) co_return page;
    auto first = co_await aio::race(pages_changed_.wait(), ctx.clock->sleep_until(ctx.deadline));
    if (first.index() == 1) co_return base::fail(base::Kind::timeout, "the browser opened no page in time");
  }
}

// Its tab is what can be ended of a page whose renderer does not answer. Nothing is done again in the place of what it
// may have been told.
aio::Task<base::Result<void>> Browser::replace_page(const aio::Context& ctx, std::shared_ptr<Page>& page) {
  services_.log.warn("page replaced", {{"reqId", ctx.request_id}, {"reason", "a script keeps its renderer busy"}});
  const std::shared_ptr<Page> hung = page;
  CO_TRY(page, co_await new_page(ctx));
  hung->note_input();
  connection_->root()->post("Target.closeTarget", {{"targetId", hung->main_frame_id()}});
  co_await hung->wait_gone(ctx.within(kHungPageClosing));
  co_return base::Result<void>();
}

aio::Task<base::Result<engine::NavigateResult>> Browser::navigate(const aio::Context& whole,
                                                                  std::shared_ptr<Page>& page,
                                                                  engine::NavigateRequest request) {
  const aio::Context ctx = request.timeout.count() > 0 ? whole.within(request.timeout) : whole;
  for (bool again = false;; again = true) {
    if (again || co_await hangs(ctx, *page)) CO_TRY_VOID(co_await replace_page(ctx, page));
    auto done = co_await browser::navigate(ctx, *page, request, services_.settings.file_urls);
    if (done || again || !page->hung(ctx.now()) || ctx.now() >= ctx.deadline) co_return done;
  }
}

std::string Browser::active_page_id() const {
  const auto shown = shown_page();
  if (shown) return shown->main_frame_id();
  return pages_.empty() ? "" : pages_.back()->main_frame_id();
}

std::shared_ptr<Page> Browser::page_by_main_frame(const std::string& id) const {
  for (const std::shared_ptr<Page>& page : pages_)
    if (page->main_frame_id() == id) return page;
  return nullptr;
}

void Browser::died(const base::Error& cause) {
  if (connection_ && !connection_->closed()) connection_->close();
  if (ending_) return;
  ending_ = true;
  if (chromium_) chromium_->kill();  // the connection may have died before the process
  if (auto callback = std::exchange(on_death_, nullptr))
    callback(cause);
  else
    death_ = cause;
}

void Browser::on_death(std::function<void(const base::Error& cause)> callback) {
  on_death_ = std::move(callback);
  if (!death_) return;
  aio::asio::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    if (auto told = std::exchange(self->on_death_, nullptr)) told(*self->death_);
  });
}

aio::Task<base::Result<void>> Browser::close(const aio::Context& ctx) {
  ending_ = true;
  on_death_ = nullptr;
  if (chromium_ && chromium_->folders().keeps_profile()) co_await ask_to_close(ctx);
  disconnect();
  if (chromium_) co_await chromium_->end();
  co_return base::Result<void>();
}

// Cookies and what pages have stored are written some time after they were set, and by an orderly end.
aio::Task<void> Browser::ask_to_close(const aio::Context& ctx) {
  if (chromium_->exited() || !connection_ || connection_->closed()) co_return;
  const base::TimePoint now = ctx.now();
  const base::TimePoint until = std::min(base::after(now, kGoodbye), base::after(now, ctx.remaining() / 2));
  connection_->root()->post("Browser.close");
  auto first = co_await aio::race(chromium_->wait_exit(), ctx.clock->sleep_until(until));
  static_cast<void>(first);
}

void Browser::kill() {
  disconnect();
  if (chromium_) chromium_->kill();
}

void Browser::disconnect() {
  ending_ = true;
  on_death_ = nullptr;
  if (connection_) connection_->close();
}

}  // namespace browser
