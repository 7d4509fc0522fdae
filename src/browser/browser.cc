#include "browser/browser.h"

#include <filesystem>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "base/text.h"
#include "browser/discovery.h"
#include "browser/switches.h"
#include "os/profile_dir.h"

namespace browser {
namespace {

constexpr std::size_t kLastWords = 4096;
constexpr auto kPopup = std::chrono::milliseconds(500);  // between a page's window.open and the window
constexpr std::chrono::seconds kClosing{10};             // for a page that was told to close
constexpr std::size_t kFirstWords = 64 * 1024;           // of a browser that has not named its endpoint yet
constexpr std::size_t kReason = 500;                     // of its last line, in an error
constexpr std::chrono::seconds kDyingTime{1};            // between a broken connection and the news of an exit
constexpr std::size_t kMaxAsked = 1000;                  // requests remembered as answered with the proxy's credentials
constexpr std::string_view kNoPort = "Cannot start http server for devtools";
constexpr std::string_view kListening = "DevTools listening on ";

// Chromium's reason for giving up, out of what it wrote last.
std::string reason_from(const std::string& words) {
  if (words.find(kNoPort) != std::string::npos)
    return "its debugging port (launchOptions.port) is in use or not allowed";
  if (words.find("Running as root without --no-sandbox") != std::string::npos ||
      words.find("No usable sandbox") != std::string::npos)
    return "Chromium's sandbox cannot start here (as root it never does); start the server with "
           "--chromium-sandbox=off or the session with launchOptions.chromiumSandbox false";
  const std::size_t end = words.find_last_not_of("\r\n ");
  if (end == std::string::npos) return "it said nothing";
  const std::size_t before = words.rfind('\n', end);
  const std::size_t line = before == std::string::npos ? 0 : before + 1;
  return base::truncate(words.substr(line, end + 1 - line), kReason);
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

aio::Task<bool> remove_on_worker(aio::Workers& workers, std::string profile) {
  auto job = [profile = std::move(profile)] { return os::remove_profile(profile); };
  co_return co_await workers.run(std::move(job));
}

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
  CO_TRY_VOID(co_await aio::by_deadline(bounded, browser->start_process(), late));
  auto ready = co_await aio::by_deadline(bounded, browser->make_ready(bounded, {}), late);
  // It may have died while the last answer was on its way to us; nobody listened for that then.
  if (ready && browser->ending_) ready = base::fail(base::Kind::gone, "the browser went away while it was made ready");
  if (ready) co_return undo.keep();
  // A browser that dies now shows first as a connection that fails; the caller is told the cause.
  if (ready.error().kind != base::Kind::timeout)
    static_cast<void>(co_await aio::race(browser->exited_.wait(), bounded.clock->sleep(kDyingTime)));
  if (browser->exited_.is_set()) co_return std::unexpected(browser->ended_early());
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

aio::Task<base::Result<void>> Browser::start_process() {
  CO_TRY(const std::string executable, find_executable(options_, services_.settings.environment));
  if (uses_sandbox(options_, services_.settings) && geteuid() == 0)
    co_return base::fail(base::Kind::browser, reason_from("Running as root without --no-sandbox"));
  CO_TRY(profile_path_, choose_profile());
  os::SpawnOptions spawn{.path = executable,
                         .arguments = command_line(options_, services_.settings, profile_path_),
                         .environment = without_secrets(services_.settings.environment)};
  CO_TRY(std::unique_ptr<os::Process> process, os::Process::spawn(executor_, spawn));
  process_ = std::move(process);
  services_.reaper.watch_group(process_->pid());
  aio::go(executor_, watch_exit(shared_from_this(), process_));
  CO_TRY(ws_url_, co_await read_ws_url());
  aio::go(executor_, drain_stderr(shared_from_this(), process_));
  co_return base::Result<void>();
}

// The caller's folder, or one of ours that goes with the browser unless it is to be preserved.
base::Result<std::string> Browser::choose_profile() {
  if (options_.user_data_dir) return *options_.user_data_dir;
  std::string path = os::profile_name();
  if (options_.preserve_user_data_dir) {
    TRY_VOID(os::make_profile(path, os::Keep::for_ever));
    return path;
  }
  services_.reaper.watch_profile(path);
  profile_ = path;
  TRY_VOID(os::make_profile(path));
  return path;
}

base::Error Browser::ended_early() const {
  return {base::Kind::browser,
          fmt::format("The browser ended before it was ready ({}): {}", exit_status_, reason_from(last_words_)),
          last_words_};
}

// Chromium names its endpoint on stderr when it is ready to be connected to; the end of stderr means that it ended.
aio::Task<base::Result<std::string>> Browser::read_ws_url() {
  std::array<char, 4096> chunk;
  for (;;) {
    auto [error, n] =
        co_await process_->stderr_pipe().async_read_some(aio::asio::buffer(chunk), aio::asio::as_tuple(aio::use_task));
    last_words_.append(chunk.data(), n);
    if (const std::size_t at = last_words_.find(kListening); at != std::string::npos)
      if (const std::size_t end = last_words_.find('\n', at); end != std::string::npos)
        co_return last_words_.substr(at + kListening.size(), end - at - kListening.size());
    if (last_words_.find(kNoPort) != std::string::npos)  // it would run on without an endpoint
      co_return base::fail(base::Kind::browser, "The browser cannot be reached: " + reason_from(last_words_),
                           last_words_);
    if (error) {
      co_await exited_.wait();
      co_return std::unexpected(ended_early());
    }
    if (last_words_.size() > kFirstWords) last_words_.erase(0, last_words_.size() - kLastWords);
  }
}

aio::Task<void> Browser::drain_stderr(std::shared_ptr<Browser> self, std::shared_ptr<os::Process> process) {
  std::array<char, 4096> chunk;
  while (!self->exited_.is_set()) {  // a process that left the group may hold the pipe for longer
    auto [error, n] =
        co_await process->stderr_pipe().async_read_some(aio::asio::buffer(chunk), aio::asio::as_tuple(aio::use_task));
    if (error) co_return;
    self->last_words_.append(chunk.data(), n);
    if (self->last_words_.size() > kLastWords) self->last_words_.erase(0, self->last_words_.size() - kLastWords);
  }
}

aio::Task<void> Browser::watch_exit(std::shared_ptr<Browser> self, std::shared_ptr<os::Process> process) {
  self->exit_status_ = co_await process->wait_exit();
  self->services_.reaper.forget_group(process->pid());
  self->read_last_words(*process);
  boost::system::error_code ignored;
  process->stderr_pipe().cancel(ignored);
  self->exited_.set();
  self->died("the browser ended: " + self->exit_status_);
  self->release_profile();
}

// What is in the pipe already. Its end may never come, when a process that left the group holds it.
void Browser::read_last_words(os::Process& process) {
  std::array<char, 4096> chunk;
  ssize_t n = 0;
  while (last_words_.size() < kFirstWords &&
         (n = read(process.stderr_pipe().native_handle(), chunk.data(), chunk.size())) > 0)
    last_words_.append(chunk.data(), static_cast<std::size_t>(n));
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
  return process_ ? profile_path_ + "/downloads" : "";
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
  answer_proxy(session, kept);
  kept.push_back(session.on("Page.windowOpen", [this](const json::Value& p) {
    popup_due_ = json::get_bool(p, "userGesture").value_or(false);  // without a gesture Chromium blocks it
  }));
  return kept;
}

// A proxy that wants credentials asks through Fetch.authRequired; everything else is waved through.
void Browser::answer_proxy(cdp::Session& session, std::vector<cdp::Subscription>& kept) {
  if (!options_.proxy || options_.proxy->username.empty()) return;
  cdp::Session* raw = &session;
  kept.push_back(session.on("Fetch.requestPaused", [raw](const json::Value& p) {
    raw->post("Fetch.continueRequest", {{"requestId", json::get_text(p, "requestId").value_or("")}});
  }));
  const auto asked = std::make_shared<std::set<std::string>>();
  kept.push_back(session.on("Fetch.authRequired", [this, raw, asked](const json::Value& p) {
    const json::Value* challenge = json::find(p, "authChallenge");
    const bool proxy = challenge && json::get_text(*challenge, "source") == "Proxy";
    // Asked again for the same request, the proxy has refused them: giving them again would go on for ever.
    if (asked->size() > kMaxAsked) asked->clear();
    const bool again = proxy && !asked->insert(json::get_text(p, "requestId").value_or("")).second;
    json::Object answer{{"response", again ? "CancelAuth" : proxy ? "ProvideCredentials" : "Default"}};
    if (proxy && !again) {
      answer["username"] = options_.proxy->username;
      const auto password = options_.proxy->password.reveal();
      answer["password"] = boost::json::string(password.data(), password.size());
    }
    raw->post("Fetch.continueWithAuth", {{"requestId", json::get_text(p, "requestId").value_or("")},
                                         {"authChallengeResponse", std::move(answer)}});
  }));
  session.post("Fetch.enable", {{"handleAuthRequests", true}});
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
  if (process_) process_->kill_group(SIGKILL);  // the connection may have died before the process
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

void Browser::release_profile() {
  if (profile_.empty()) {
    profile_gone_.set();
    return;
  }
  struct Remove {
    static aio::Task<void> run(std::shared_ptr<Browser> self, std::string profile) {
      const bool removed = co_await remove_on_worker(self->services_.workers, profile);
      if (removed)
        self->services_.reaper.forget_profile(profile);
      else
        self->services_.log.error("profile not removed", {{"profile", profile}});
      self->profile_gone_.set();
    }
  };
  aio::go(executor_, Remove::run(shared_from_this(), std::exchange(profile_, "")));
}

aio::Task<base::Result<void>> Browser::close(const aio::Context& ctx) {
  static_cast<void>(ctx);
  const bool gone = ending_;
  ending_ = true;
  on_death_ = nullptr;
  if (connection_) connection_->close();
  if (!process_) co_return base::Result<void>();
  // The profile is ours and temporary: nothing in it needs a goodbye. One that is kept gets an orderly end.
  if (!gone) process_->kill_group(profile_.empty() ? SIGTERM : SIGKILL);
  co_await exited_.wait();
  co_await profile_gone_.wait();
  co_return base::Result<void>();
}

void Browser::kill() {
  ending_ = true;
  on_death_ = nullptr;
  if (connection_) connection_->close();
  if (!process_) {
    release_profile();
    return;
  }
  process_->kill_group(SIGKILL);  // watch_exit removes the profile
}

}  // namespace browser
