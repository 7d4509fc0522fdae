#include "browser/browser.h"

#include <filesystem>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "browser/discovery.h"
#include "browser/proxy_login.h"

namespace browser {
namespace {

constexpr auto kPopup = std::chrono::milliseconds(500);  // between a page's window.open and the window
constexpr std::chrono::seconds kClosing{10};             // for a page that was told to close
constexpr std::chrono::seconds kDyingTime{1};            // between a broken connection and the news of an exit

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
  const aio::Context bounded = ctx.within(timeout);
  if (!options.viewport) options.viewport = engine::Viewport{};  // the window's own bars would take a part of it
  const std::shared_ptr<Browser> browser(new Browser(executor, services, std::move(options)));
  Undo undo(browser);
  const std::string late = fmt::format("Connection timeout: the browser was not ready within {}ms", timeout.count());
  const auto chromium = browser->chromium_ = std::make_shared<Chromium>(executor, services);
  chromium->on_exit([weak = browser->weak_from_this()](const std::string& status) {
    if (const auto self = weak.lock()) self->died("the browser ended: " + status);
  });
  CO_TRY(browser->ws_url_, co_await aio::by_deadline(bounded, chromium->start(browser->options_), late));
  auto ready = co_await aio::by_deadline(bounded, browser->make_ready(bounded, {}), late);
  // It may have died while the last answer was on its way to us; nobody listened for that then.
  if (ready && browser->ending_) ready = base::fail(base::Kind::gone, "the browser went away while it was made ready");
  if (ready) co_return undo.keep();
  // A browser that dies now shows first as a connection that fails; the caller is told the cause.
  if (ready.error().kind != base::Kind::timeout)
    static_cast<void>(co_await aio::race(chromium->wait_exit(), bounded.clock->sleep(kDyingTime)));
  if (chromium->exited()) co_return std::unexpected(chromium->ended_early());
  co_return std::unexpected(std::move(ready).error());
}

aio::Task<base::Result<std::shared_ptr<Browser>>> Browser::attach(const aio::Context& ctx, Services services,
                                                                  engine::AttachOptions options) {
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  const aio::Context bounded = ctx.within(options.page.connect_timeout);
  const std::shared_ptr<Browser> browser(new Browser(executor, services, options.page));
  Undo undo(browser);
  CO_TRY(browser->ws_url_, co_await browser_ws_url(bounded, services.http, options.cdp_url, options.headers));
  CO_TRY_VOID(co_await browser->make_ready(bounded, options.headers));
  if (browser->ending_) co_return base::fail(base::Kind::gone, "the browser went away while it was made ready");
  co_return undo.keep();
}

aio::Task<base::Result<void>> Browser::make_ready(const aio::Context& ctx, std::map<std::string, std::string> headers) {
  CO_TRY_VOID(co_await connect(ctx, std::move(headers)));
  co_return co_await prepare(ctx);
}

aio::Task<base::Result<void>> Browser::connect(const aio::Context& ctx, std::map<std::string, std::string> headers) {
  CO_TRY(auto socket, co_await net::WebSocket::connect(
                          ctx, {.url = ws_url_, .headers = std::move(headers), .ca_file = services_.settings.ca_file}));
  connection_ = cdp::Connection::over(executor_, std::move(socket));
  connection_->on_closed([weak = weak_from_this()](const std::string& why) {
    if (const auto self = weak.lock()) self->died("the connection ended: " + why);
  });
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Browser::prepare(const aio::Context& ctx) {
  const std::shared_ptr<cdp::Session> root = connection_->root();
  subscriptions_.push_back(root->on("Target.attachedToTarget", [this](const json::Value& p) { on_attached(p); }));
  subscriptions_.push_back(root->on("Target.detachedFromTarget", [this](const json::Value& p) { on_detached(p); }));
  if (options_.downloads_path || options_.accept_downloads) {
    json::Object behavior{{"behavior", options_.accept_downloads.value_or(true) ? "allow" : "deny"},
                          {"eventsEnabled", true}};
    if (const std::string path = downloads_path(); !path.empty())
      behavior["downloadPath"] = path;
    else if (options_.accept_downloads.value_or(true))
      behavior["behavior"] = "default";  // somebody else's browser, which knows where
    CO_TRY_VOID(co_await root->call(ctx, "Browser.setDownloadBehavior", std::move(behavior)));
  }
  // Also the round trip that proves the browser ready. It is the only one: each waits for the main thread of a browser
  // that is still busy starting.
  CO_TRY_VOID(co_await root->call(ctx, "Target.setAutoAttach",
                                  {{"autoAttach", true}, {"waitForDebuggerOnStart", true}, {"flatten", true}}));
  co_return co_await ensure_page(ctx);
}

// Chromium wants an absolute one. Without one, downloads go into the profile and go with it.
std::string Browser::downloads_path() const {
  if (options_.downloads_path) return std::filesystem::absolute(*options_.downloads_path);
  return chromium_ ? chromium_->profile_path() + "/downloads" : "";
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
    session->post("Runtime.runIfWaitingForDebugger");
    return;
  }
  const std::string target_id = json::get_text(*info, "targetId").value_or("");
  session_targets_[*session_id] = target_id;
  popup_due_ = false;
  shown_.reset();
  pages_.push_back(std::make_shared<Page>(session, target_id, options_, services_.settings.dialogs, services_.log,
                                          services_.clock, [this](cdp::Session& one) { return prepare_session(one); }));
  pages_changed_.wake_all();
}

void Browser::on_detached(const json::Value& params) {
  const std::string session_id = json::get_text(params, "sessionId").value_or("");
  const auto it = session_targets_.find(session_id);
  if (it != session_targets_.end()) {
    pages_.remove_if([&](const std::shared_ptr<Page>& page) { return page->main_frame_id() == it->second; });
    session_targets_.erase(it);
  }
}

// What the browser wants to know from each session of a page.
std::vector<cdp::Subscription> Browser::prepare_session(cdp::Session& session) {
  std::vector<cdp::Subscription> kept;
  if (options_.proxy) kept = log_in(session, *options_.proxy);
  kept.push_back(session.on("Page.windowOpen", [this](const json::Value& p) {
    popup_due_ = json::get_bool(p, "userGesture").value_or(false);  // without a gesture Chromium blocks it
  }));
  return kept;
}

aio::Task<base::Result<std::shared_ptr<Page>>> Browser::active_page(const aio::Context& ctx) {
  const base::TimePoint until = std::min(ctx.deadline, base::after(ctx.now(), kPopup));
  while (popup_due_) {
    auto first = co_await aio::race(pages_changed_.wait(), ctx.clock->sleep_until(until));
    if (first.index() == 1) popup_due_ = false;
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
  co_await page->wait_gone(ctx.within(kClosing));
  if (!page->session().is_gone())
    co_return base::fail(base::Kind::timeout, "the browser did not close the page in time");
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> Browser::open_page(const aio::Context& ctx) {
  CO_TRY(const json::Value made,
         co_await connection_->root()->call(ctx, "Target.createTarget", {{"url", "about:blank"}}));
  const std::string id = json::get_text(made, "targetId").value_or("");
  while (!page_by_main_frame(id)) {
    auto first = co_await aio::race(pages_changed_.wait(), ctx.clock->sleep_until(ctx.deadline));
    if (first.index() == 1) co_return base::fail(base::Kind::timeout, "the browser opened no page in time");
  }
  co_return base::Result<void>();
}

std::shared_ptr<Page> Browser::page_by_main_frame(const std::string& id) const {
  for (const std::shared_ptr<Page>& page : pages_)
    if (page->main_frame_id() == id) return page;
  return nullptr;
}

void Browser::died(const std::string& why) {
  if (connection_ && !connection_->closed()) connection_->close();
  if (ending_) return;
  ending_ = true;
  if (chromium_) chromium_->kill();  // the connection may have died before the process
  if (auto callback = std::exchange(on_death_, nullptr))
    callback(why);
  else
    death_ = why;
}

void Browser::on_death(std::function<void(std::string why)> callback) {
  on_death_ = std::move(callback);
  if (!death_) return;
  aio::asio::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    if (auto told = std::exchange(self->on_death_, nullptr)) told(*self->death_);
  });
}

aio::Task<base::Result<void>> Browser::close(const aio::Context&) {
  disconnect();
  if (chromium_) co_await chromium_->end();
  co_return base::Result<void>();
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
