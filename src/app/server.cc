#include "app/server.h"

#include <cstdio>
#include <random>

#include <boost/asio/as_tuple.hpp>
#include <unistd.h>

#include "app/bind_policy.h"
#include "app/version.h"
#include "base/text.h"
#include "os/profile_dir.h"

namespace app {
namespace {

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
          .environment = std::move(environment)};
}

net::HttpClientOptions model_http(const Options& options, const std::vector<std::string>& environment) {
  return {
      .ca_file = options.ca_file, .policy = options.models.outbound, .proxy = net::ProxySettings::from(environment)};
}

llm::Limits model_limits(const ModelOptions& options) {
  return {.calls_per_key = options.calls_per_key, .longest_call = options.longest_call};
}

// Whoever reaches a server on the loopback mostly is who set its environment; on the network that is not so.
std::unique_ptr<net::HttpClient> tools_http(aio::Executor executor, const Options& options) {
  const auto reach = reach_of(options.host);
  const bool any = options.tool_hosts.empty() ? reach && *reach == Reach::loopback
                                              : options.tool_hosts == std::vector<std::string>{"any"};
  if (!any && options.tool_hosts.empty()) return nullptr;
  net::OutboundPolicy policy;
  if (!any) policy.hosts = options.tool_hosts;
  return net::make_http_client(std::move(executor), {.ca_file = options.ca_file, .policy = std::move(policy)});
}

llm::OwnKeys own_keys(const Options& options) {
  if (options.models.own_keys) return *options.models.own_keys;
  const auto reach = reach_of(options.host);
  return reach && *reach == Reach::loopback ? llm::OwnKeys::anywhere : llm::OwnKeys::own_urls_only;
}

api::Settings api_settings(const Options& options) {
  const auto reach = reach_of(options.host);
  return {.guard = {.loopback_only = reach && *reach == Reach::loopback,
                    .allowed_hosts = options.allowed_hosts,
                    .allowed_origins = options.allowed_origins,
                    .token = options.token},
          .demo_page = options.demo_page,
          .capacity_route = options.capacity_route,
          .browserbase_local = options.browserbase_local};
}

}  // namespace

Server::Server(Options options, std::vector<std::string> environment)
    : options_(std::move(options)),
      log_(base::make_stdout_logger(options_.log_level)),
      session_metrics_(metrics_),
      model_metrics_(metrics_),
      http_client_(net::make_http_client(loop_.executor(), {.ca_file = options_.ca_file})),
      model_http_(net::make_http_client(loop_.executor(), model_http(options_, environment))),
      tools_http_(tools_http(loop_.executor(), options_)),
      models_(*model_http_, model_limits(options_.models), &model_metrics_, std::random_device{}()),
      model_source_(models_, llm::Environment(environment), own_keys(options_)),
      browser_settings_(browser_settings(options_, std::move(environment))),
      engines_(browser::Services{browser_settings_, *log_, reaper_, workers_, *http_client_, clock_}, model_source_,
               options_.page_view, options_.agents, tools_http_.get()),
      rentals_(loop_.executor(), clock_, *log_, *http_client_, options_.browserbase_url, options_.browserbase_timeout),
      sessions_(loop_.executor(), clock_, *log_, engines_, options_.limits, &session_metrics_),
      service_(loop_.executor(), clock_, *log_, sessions_, rentals_, metrics_, api_settings(options_)),
      http_(loop_, clock_, *log_, service_),
      signals_(loop_.context(), SIGTERM, SIGINT) {
  session_metrics_.watch(sessions_);
  metrics::add_process_metrics(metrics_, "stagehand_api_");
}

int Server::run() {
  const auto reach = reach_of(options_.host);
  const auto allowed = reach ? check_bind(options_, *reach) : std::unexpected(reach.error());
  if (!allowed) {
    std::fprintf(stderr, "belay: %s\n", allowed.error().message.c_str());
    return 1;
  }
  auto endpoints = http_.listen(options_.host, options_.port);
  if (!endpoints) {
    std::fprintf(stderr, "belay: %s\n", endpoints.error().message.c_str());
    return 1;
  }
  say_hello(*endpoints);
  aio::Scope scope(loop_.executor());
  scope.spawn(wait_for_signals());
  scope.spawn(serve());
  loop_.run();
  return 0;
}

void Server::say_hello(const std::vector<net::Endpoint>& endpoints) {
  for (const std::string& warning : options_.warnings) log_->warn(warning);
  if (options_.insecure && options_.token.empty())
    log_->warn("anybody who reaches this server can launch programs on it", {{"flag", "--insecure"}});
  if (options_.chromium_sandbox == Switch::off)
    log_->warn("Chromium runs without its sandbox", {{"flag", "--chromium-sandbox=off"}});
  for (const net::Endpoint& endpoint : endpoints)
    log_->info("Server listening at " + endpoint.url(), {{"version", kVersion}});
}

aio::Task<void> Server::wait_for_signals() {
  auto [error, first] = co_await signals_.async_wait(boost::asio::as_tuple(aio::use_task));
  if (error) co_return;
  stop_.set();
  auto [later, second] = co_await signals_.async_wait(boost::asio::as_tuple(aio::use_task));
  if (!later) hurry_.set();
}

aio::Task<void> Server::serve() {
  const int swept = co_await workers_.run([] { return os::sweep_profiles(); });
  if (swept > 0) log_->info("profiles of a server that is gone were removed", {{"count", swept}});
  co_await stop_.wait();
  log_->info("shutting down", {{"sessions", sessions_.sessions()}, {"inUse", sessions_.pinned()}});
  service_.begin_drain();
  co_await sessions_.drain(hurry_);
  co_await service_.finish();
  co_await http_.close_all(std::chrono::milliseconds(100));
  co_await rentals_.finish(std::chrono::milliseconds(100));
  boost::system::error_code ignored;
  signals_.cancel(ignored);
  log_->info("shutdown complete");
}

}  // namespace app
