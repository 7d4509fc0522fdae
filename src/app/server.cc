#include "app/server.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "aio/go.h"
#include "app/bind_policy.h"
#include "app/every.h"
#include "app/flag_values.h"
#include "app/version.h"
#include "base/text.h"
#include "browser/launch_check.h"
#include "net/peer_user.h"
#include "os/aside.h"
#include "os/launches.h"
#include "os/parent.h"
#include "os/sweep.h"
#include "os/write_now.h"

namespace app {
namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;  // which makes everything several times slower
constexpr base::Duration kFarewell = std::chrono::seconds(20);
constexpr base::Duration kGrace = std::chrono::seconds(5);
#else
constexpr bool kSanitized = false;
constexpr base::Duration kFarewell = std::chrono::milliseconds(80);  // for the last lines of the log
constexpr base::Duration kGrace = std::chrono::milliseconds(400);    // after the drain
#endif

browser::DialogPolicy dialog_policy(const std::string& wishes) {
  browser::DialogPolicy out;
  for (const std::string_view wish : base::split(wishes, ',')) {
    const auto answer = wish.ends_with("=accept") ? browser::DialogAnswer::accept : browser::DialogAnswer::dismiss;
    if (wish.starts_with("alert=")) out.alert = answer;
    if (wish.starts_with("beforeunload=")) out.beforeunload = answer;
    if (wish.starts_with("confirm=")) out.confirm = answer;
    if (wish.starts_with("prompt=")) out.prompt = answer;
  }
  return out;
}

browser::Settings browser_settings(const Options& options, std::vector<std::string> environment) {
  return {.sandbox = options.chromium_sandbox == Switch::on ? browser::Sandbox::on : browser::Sandbox::off,
          .headless = options.headless_env,
          .file_urls = options.allow_file_urls ? browser::FileUrls::allowed : browser::FileUrls::refused,
          .dialogs = dialog_policy(options.dialogs),
          .ca_file = options.ca_file,
          .environment = std::move(environment),
          .environment_allowed = options.chromium_environment};
}

// Half are for one host, so that each session may call the same one.
std::size_t outbound_connections(const Options& options) {
  return std::max<std::size_t>(256, 2 * options.limits.max_sessions_hard);
}

net::HttpClientOptions model_http(const Options& options, const std::vector<std::string>& environment,
                                  base::MemoryBudget& memory) {
  return {.ca_file = options.ca_file,
          .policy = options.models.outbound,
          .proxy = net::ProxySettings::from(environment),
          .max_connections = outbound_connections(options),
          .memory = &memory};
}

llm::Limits model_limits(const ModelOptions& options) {
  return {.calls_per_key = options.calls_per_key, .longest_call = options.longest_call};
}

// Whoever reaches a server on the loopback mostly is who set its environment; on the network that is not so.
std::unique_ptr<net::HttpClient> tools_http(aio::Executor executor, const Options& options, Reach reach,
                                            base::MemoryBudget& memory) {
  const bool any =
      options.tool_hosts.empty() ? reach == Reach::loopback : options.tool_hosts == std::vector<std::string>{"any"};
  if (!any && options.tool_hosts.empty()) return nullptr;
  net::OutboundPolicy policy;
  if (!any) policy.hosts = options.tool_hosts;
  return net::make_http_client(std::move(executor), {.ca_file = options.ca_file,
                                                     .policy = std::move(policy),
                                                     .max_connections = outbound_connections(options),
                                                     .memory = &memory});
}

// Whoever reaches the API runs programs as the server's user. On the loopback without a token nothing else keeps the
// other users of the machine from that.
bool own_users_wanted(const Options& options, Reach reach) {
  return options.token.empty() && !options.any_local_user && reach == Reach::loopback;
}
bool own_users_only(const Options& options, Reach reach) {
  return own_users_wanted(options, reach) && net::can_tell_peer_users();
}

// What the operator calls it, and where it listens: --host=127.0.0.2 is no name of anybody else.
std::vector<std::string> own_hosts(const Options& options, const Host& host) {
  std::vector<std::string> out = options.allowed_hosts;
  out.push_back(bracketed(options.host));
  for (const auto& address : host.addresses) out.push_back(bracketed(address.to_string()));
  return out;
}

api::Settings api_settings(const Options& options, const Host& host, engine::LaunchCheck launch_check,
                           aio::Workers& compute, std::size_t connections) {
  const Reach reach = host.reach;
  return {.guard = {.loopback_only = reach == Reach::loopback,
                    .allowed_hosts = own_hosts(options, host),
                    .allowed_origins = options.allowed_origins,
                    .token = options.token,
                    .own_users_only = own_users_only(options, reach)},
          .demo_page = options.demo_page,
          .capacity_route = options.capacity_route,
          .operations = options.operations,
          .connections = connections,
          .browserbase_local = options.browserbase_local,
          .launch_check = std::move(launch_check),
          .workers = &compute};
}

// Until the loop runs there is nothing to be drained, and nothing was launched that would be left. What hangs (a name
// that is looked up) is not waited for.
os::Watchdog::Hooks while_nothing_is_served() {
  return {.on_end = [] { _exit(0); }, .on_child = [] {}};
}

int say_why(const base::Error& error) {
  std::fprintf(stderr, "belay: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

Server::Server(Options options, std::vector<std::string> environment, Host host, os::Watchdog& watchdog)
    : options_(std::move(options)),
      host_(std::move(host)),
      watchdog_(watchdog),
      descriptors_(raise_descriptor_limit()),
      fit_(fit(descriptors_, net::HttpServerConfig().max_connections, options_.limits.max_sessions_hard)),
      log_(base::make_stdout_logger(options_.log_level)),
      incidents_(*log_, metrics_),
      session_metrics_(metrics_),
      model_metrics_(metrics_),
      http_client_(net::make_http_client(loop_.executor(), {.ca_file = options_.ca_file,
                                                            .max_connections = outbound_connections(options_),
                                                            .memory = &answers_memory_})),
      model_http_(net::make_http_client(loop_.executor(), model_http(options_, environment, answers_memory_))),
      tools_http_(tools_http(loop_.executor(), options_, host_.reach, answers_memory_)),
      models_(*model_http_, model_limits(options_.models), &model_metrics_, std::random_device{}()),
      model_source_(models_, llm::Environment(environment), options_.models.own_keys),
      browser_settings_(browser_settings(options_, std::move(environment))),
      engines_(browser::Services{browser_settings_, *log_, reaper_, workers_, *http_client_, clock_, &compute_,
                                 &browsers_memory_, &pending_removals_},
               model_source_, options_.page_view, options_.agents, tools_http_.get()),
      rentals_(loop_.executor(), clock_, *log_, *http_client_, options_.browserbase_url, options_.browserbase_timeout),
      sessions_(loop_.executor(), clock_, *log_, engines_, options_.limits, &session_metrics_),
      service_(loop_.executor(), clock_, *log_, sessions_, rentals_, metrics_,
               api_settings(options_, host_, browser::launch_check(browser_settings_.environment), compute_,
                            fit_.connections)),
      http_(loop_, clock_, *log_, service_,
            {.look_at_users = own_users_only(options_, host_.reach),
             .server = fmt::format("belay/{}", kVersion),
             .max_connections = fit_.connections}) {
  session_metrics_.watch(sessions_);
  metrics::add_process_metrics(metrics_, "stagehand_api_");
}

// Here nothing may refer to the server any more: it is going.
Server::~Server() { watchdog_.set_hooks(while_nothing_is_served()); }

int serve(Options options, std::vector<std::string> environment) {
  int parent = -1;
  if (options.exit_with) {
    const auto watched = os::watch_process(*options.exit_with);
    if (!watched) return say_why({watched.error().kind, "--exit-with-parent: " + watched.error().message});
    parent = *watched;
  }
  os::Watchdog watchdog(os::EndPlan(options.limits.drain_timeout, kGrace), while_nothing_is_served(), parent);
  auto host = look_up_host(options.host);
  const auto allowed = host ? check_bind(options, host->reach) : std::unexpected(host.error());
  if (!allowed) return say_why(allowed.error());
  Server server(std::move(options), std::move(environment), std::move(*host), watchdog);
  return server.run();
}

int Server::run() {
  watchdog_.set_hooks(hooks());
  auto endpoints = http_.listen(host_.addresses, options_.port);
  if (!endpoints) return say_why(endpoints.error());
  say_hello(*endpoints);
  // Without this one the server could be told nothing any more.
  aio::Scope scope(loop_.executor(), "the server's own task", aio::Scope::OnError::abort);
  aio::Scope chores(loop_.executor(), "a chore of the server");
  chores.spawn(sweep());
  chores.spawn(every("giving memory back", std::chrono::seconds(5), clock_, stop_,
                     [this, release = std::make_shared<MemoryRelease>()] { return give_memory_back(release); }));
  scope.spawn(serve());
  watchdog_.step("serving");
  loop_.run();
  return leave();
}

// Off the loop, which the allocator may keep waiting for a moment.
aio::Task<void> Server::give_memory_back(std::shared_ptr<MemoryRelease> release) {
  service_.prune();
  co_await workers_.run([release] {
    if (!release->due(allocated(), resident_bytes())) return false;
    release_memory();
    release->done(allocated(), resident_bytes());
    return true;
  });
}

void Server::say_hello(const std::vector<net::Endpoint>& endpoints) {
  for (const std::string& warning : options_.warnings) log_->warn(warning);
  if (options_.insecure && options_.token.empty())
    log_->warn("anybody who reaches this server can launch programs on it", {{"flag", "--insecure"}});
  if (own_users_wanted(options_, host_.reach) && !net::can_tell_peer_users())
    log_->warn("every user of this machine may call: the kernel does not tell who does", {{"flag", "--token-file"}});
  if (options_.chromium_sandbox == Switch::off)
    log_->warn("Chromium runs without its sandbox", {{"flag", "--chromium-sandbox=off"}});
  const base::Level level = fit_.all ? base::Level::info : base::Level::warn;
  log_->log(level, "file descriptors",
            {{"limit", descriptors_}, {"connections", fit_.connections}, {"sessions", fit_.sessions}});
  for (const net::Endpoint& endpoint : endpoints)
    log_->info("Server listening at " + endpoint.url(), {{"version", kVersion}});
}

os::Watchdog::Hooks Server::hooks() {
  return {.on_end =
              [this] {
                service_.begin_drain();
                aio::asio::post(loop_.executor(), [this] { (stop_.is_set() ? hurry_ : stop_).set(); });
              },
          .on_child =
              [this] {
                aio::asio::post(loop_.executor(), [this] {
                  look_for_orphans();
                  reaper_.look();
                });
              },
          .on_cut = [this](const os::Watchdog::Cut& cut) { cut_off(cut); }};
}

// One look at a time, and one more for all children that have ended meanwhile.
void Server::look_for_orphans() {
  look_again_ = true;
  if (!std::exchange(looking_, true)) aio::go(loop_.executor(), "looking for orphans", look_while_asked());
}

aio::Task<void> Server::look_while_asked() {
  struct Finish {
    bool& looking;
    ~Finish() { looking = false; }
  } const finish{looking_};
  while (std::exchange(look_again_, false)) {
    auto looked = co_await os::aside([this]() -> base::Result<void> {
      orphans_.look();
      return {};
    });
    if (!looked) co_return;  // no thread; the next child that ends asks again
  }
}

// Whatever may hang, hangs: nothing here may wait, not even for the log.
void Server::cut_off(const os::Watchdog::Cut& cut) const {
  const std::size_t killed = orphans_.kill_everything();
  os::Launches::of_this_process().wake_helpers();
  if (cut.status == 0) return;  // all that mattered was done
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  os::write_now(STDOUT_FILENO, base::format_log_line(base::Level::error, base::to_ms(now), getpid(), "shutdown cut off",
                                                     {{"step", cut.step}, {"processesKilled", killed}}) +
                                   "\n");
}

// Beside everything else, and only until the server is told to stop.
aio::Task<void> Server::sweep() {
  constexpr auto kPause = std::chrono::milliseconds(20);
  const auto sweep = std::make_shared<os::Sweep>();
  auto next = os::Sweep::Next::go_on;
  while (next != os::Sweep::Next::end && !stop_.is_set()) {
    if (next == os::Sweep::Next::wait) {
      auto first = co_await aio::race(stop_.wait(), clock_.sleep(kPause));
      static_cast<void>(first);
    }
    next = co_await sweeper_.run([sweep] { return sweep->step(); });
  }
  if (sweep->removed() > 0) log_->info("profiles of a server that is gone were removed", {{"count", sweep->removed()}});
  for (const std::string& problem : sweep->problems()) log_->warn("leftover not removed", {{"error", problem}});
}

aio::Task<void> Server::serve() {
  const auto work = aio::asio::prefer(loop_.executor(), aio::asio::execution::outstanding_work.tracked);
  co_await stop_.wait();
  log_->info("shutting down", {{"sessions", sessions_.sessions()}, {"inUse", sessions_.pinned()}});
  // Browsers whose start was cut off are still going away when the sessions have ended.
  const base::TimePoint until = base::after(clock_.now(), options_.limits.drain_timeout);
  watchdog_.step("closing sessions");
  co_await sessions_.drain(hurry_);
  watchdog_.step("answering requests");
  co_await service_.finish();
  co_await http_.close_all(std::chrono::milliseconds(100));
  watchdog_.step("giving rented browsers back");
  co_await rentals_.finish(std::chrono::milliseconds(100));
  watchdog_.step("removing folders");
  auto removed = co_await aio::race(pending_removals_.all_gone(), aio::race(hurry_.wait(), clock_.sleep_until(until)));
  static_cast<void>(removed);
  log_->info("shutdown complete");
  if (!kSanitized) loop_.context().stop();
}

// Everything that was promised is done. What still runs (a name that is looked up, a folder that is swept, lines that
// nobody reads) is not waited for: the process leaves, and with it every thread. Under a sanitizer it ends in the long
// way, so that leaks are found.
int Server::leave() {
  watchdog_.end_within(kFarewell, 0);
  orphans_.end(kFarewell / 2);
  if (kSanitized) return 0;
  reaper_.prepare_to_leave();
  log_.reset();
  _exit(0);
}

}  // namespace app
