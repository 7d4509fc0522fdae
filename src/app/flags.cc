#include "app/flags.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/flag_values.h"
#include "base/text.h"

namespace app {
namespace {

// The readers below make one of a function that parses: where the value goes, or what it should have been.
template <class Place, class Parse>
Reader parsed_at(Place place, Parse parse) {
  return [place, parse](Options& o, Value v) -> std::string {
    auto value = parse(v);
    if (!value) return value.error();
    place(o) = std::move(*value);
    return "";
  };
}

Reader yes_into(bool Options::* member) {
  return parsed_at([member](Options& o) -> bool& { return o.*member; }, parse_bool);
}

// A flag that is given several times adds to its list; the first one takes the place of the variable's.
template <class Place, class Parse>
Reader list_at(Place place, Parse parse) {
  return [place, parse](Options& o, Value v) -> std::string {
    auto more = parse(v);
    if (!more) return more.error();
    std::vector<std::string>& list = place(o);
    list.insert(list.end(), more->begin(), more->end());
    return "";
  };
}
template <class Parse>
Reader list_into(std::vector<std::string> Options::* member, Parse parse) {
  return list_at([member](Options& o) -> std::vector<std::string>& { return o.*member; }, parse);
}
std::function<void(Options&)> clears(std::vector<std::string> Options::* member) {
  return [member](Options& o) { (o.*member).clear(); };
}

// A member of one of the groups of options.
template <class Group>
Reader count_into(Group Options::* group, std::size_t Group::* member) {
  return [group, member](Options& o, Value v) -> std::string {
    const auto n = whole_number(v);
    if (!n || *n < 1 || *n > 1'000'000) return "a whole number from 1 to 1000000";
    o.*group.*member = static_cast<std::size_t>(*n);
    return "";
  };
}
Reader count_into(std::size_t session::Limits::* member) { return count_into(&Options::limits, member); }

// `place` names the duration within the options.
template <class Place>
Reader duration_at(Place place, BareNumber bare = BareNumber::refused) {
  return parsed_at(place, [bare](Value v) { return parse_duration(v, bare); });
}
Reader duration_into(base::Duration session::Limits::* member) {
  return duration_at([member](Options& o) -> base::Duration& { return o.limits.*member; });
}
base::Duration& browserbase_timeout(Options& o) { return o.browserbase_timeout; }

std::vector<std::string>& model_hosts(Options& o) { return o.models.outbound.hosts; }

Parsed<Texts> parse_model_hosts(Value v) {
  if (base::trim(v) == "any") return Texts();
  return parse_host_patterns(v, "any, or a list such as api.openai.com,*.example.com,ollama:11434");
}

std::string read_model_networks(Options& o, Value v) {
  using Reach = net::OutboundPolicy::Reach;
  if (v != "all" && v != "public") return "all or public";
  o.models.outbound.reach = v == "all" ? Reach::everywhere : Reach::public_only;
  return "";
}

std::string read_own_keys(Options& o, Value v) {
  if (v != "anywhere" && v != "own-urls") return "anywhere or own-urls";
  o.models.own_keys = v == "anywhere" ? llm::OwnKeys::anywhere : llm::OwnKeys::own_urls_only;
  return "";
}

std::string read_port(Options& o, Value v) {
  const auto n = whole_number(v);
  if (!n || *n < 0 || *n > 65535) return "a port from 0 to 65535 (0 lets the system choose)";
  o.port = static_cast<std::uint16_t>(*n);
  return "";
}

std::string read_host(Options& o, Value v) {
  const Value name = base::trim(v);
  o.host = name.empty() ? "localhost" : std::string(name);
  return "";
}

std::string read_sandbox(Options& o, Value v) {
  if (v != "on" && v != "off") return "on or off";
  o.chromium_sandbox = v == "on" ? Switch::on : Switch::off;
  return "";
}

std::string read_ca_file(Options& o, Value v) {
  std::ifstream file{std::string(v)};
  std::string line;
  while (std::getline(file, line))
    if (line.starts_with("-----BEGIN CERTIFICATE-----") || line.starts_with("-----BEGIN TRUSTED CERTIFICATE-----")) {
      o.ca_file = v;
      return "";
    }
  return "a readable file of certificates in PEM";
}

std::string read_level(Options& o, Value v) {
  static const std::map<Value, base::Level> kLevels = {{"debug", base::Level::debug},
                                                       {"info", base::Level::info},
                                                       {"warn", base::Level::warn},
                                                       {"error", base::Level::error}};
  const auto it = kLevels.find(v);
  if (it == kLevels.end()) return "debug, info, warn or error";
  o.log_level = it->second;
  return "";
}

std::string read_token(Options& o, Value v) {
  if (v.size() < 16) return "a token of at least 16 characters";
  o.token = base::Secret(std::string(v));
  return "";
}

std::string read_token_file(Options& o, Value v) {
  std::ifstream file{std::string(v)};
  std::string line;
  if (!std::getline(file, line)) return "a readable file whose first line is the token";
  return read_token(o, base::trim(line));
}

std::string read_dialogs(Options& o, Value v) {
  static constexpr std::string_view kUsage =
      "a list such as confirm=accept,prompt=dismiss (alert, beforeunload, confirm or prompt; accept or dismiss)";
  for (const Value part : base::split(v, ',')) {
    const std::size_t equals = part.find('=');
    const Value kind = part.substr(0, equals);
    const Value verb = equals == Value::npos ? Value() : part.substr(equals + 1);
    if (kind != "alert" && kind != "beforeunload" && kind != "confirm" && kind != "prompt") return std::string(kUsage);
    if (verb != "accept" && verb != "dismiss") return std::string(kUsage);
  }
  o.dialogs = v;
  return "";
}

// NODE_ENV and BB_ENV keep the reference's words, though they set nothing but the log level.
std::string read_node_env(Options& o, Value v) {
  if (v != "development" && v != "production" && v != "staging" && v != "test")
    return "development, production, staging or test";
  if (v != "production") o.log_level = base::Level::debug;
  return "";
}

std::string read_bb_env(Options&, Value v) {
  return v == "local" || v == "dev" || v == "prod" ? "" : "local, dev or prod";
}

std::string read_exit_with(Options& o, Value v) {
  const auto pid = whole_number(v);
  if (v == "true")
    o.exit_with = 0;
  else if (v == "false")
    o.exit_with = std::nullopt;
  else if (pid && *pid > 1 && *pid <= std::numeric_limits<int>::max())
    o.exit_with = static_cast<int>(*pid);
  else
    return "true, false or the pid of a process";
  return "";
}

// Another value of the variable means false, as in the reference.
std::string read_headless_variable(Options& o, Value v) {
  if (v != "true" && v != "false")
    o.warnings.push_back(fmt::format("HEADLESS={} is ignored; it is true or false", base::truncate(v, 100)));
  o.headless_env = v == "true";
  return "";
}

std::string read_program(Options&, Value v) {
  const auto program = parse_program(v);
  return program ? "" : program.error();
}

std::string read_page_chars(Options& o, Value v) {
  constexpr std::int64_t kLeast = 1000;
  constexpr std::int64_t kMost = 10'000'000;
  const auto n = whole_number(v);
  if (!n || *n > kMost || (*n != 0 && *n < kLeast)) return "0 or a whole number from 1000 to 10000000";
  o.page_view.chars = static_cast<std::size_t>(*n);
  return "";
}

std::string read_agent_page_chars(Options& o, Value v) {
  constexpr std::int64_t kLeast = 1000;
  constexpr std::int64_t kMost = 10'000'000;
  const auto n = whole_number(v);
  if (!n || *n > kMost || *n < kLeast) return "a whole number from 1000 to 10000000";
  o.agents.view_chars = static_cast<std::size_t>(*n);
  return "";
}

std::string read_agent_cache(Options& o, Value v) {
  const auto n = whole_number(v);
  if (!n || *n < 0 || *n > 1'000'000) return "a whole number from 0 to 1000000";
  o.agents.cache.entries = static_cast<std::size_t>(*n);
  return "";
}

Reader secret_into(base::Secret engine::SearchKeys::* member) {
  return [member](Options& o, Value v) {
    o.agents.search.*member = base::Secret(std::string(v));
    return std::string();
  };
}

Reader url_into(std::string engine::SearchKeys::* member) {
  const auto without_slash = [](Value v) {
    auto url = parse_http_url(v);
    while (url && url->ends_with('/')) url->pop_back();
    return url;
  };
  return parsed_at([member](Options& o) -> std::string& { return o.agents.search.*member; }, without_slash);
}

std::string read_tool_hosts(Options& o, Value v) {
  static constexpr std::string_view kUsage = "any, or a list such as tools.example.com,*.internal:8080";
  auto hosts = parse_host_patterns(v, kUsage);
  if (!hosts) return hosts.error();
  o.tool_hosts.insert(o.tool_hosts.end(), hosts->begin(), hosts->end());
  const bool any = std::ranges::find(o.tool_hosts, "any") != o.tool_hosts.end();
  return any && o.tool_hosts.size() > 1 ? std::string(kUsage) : "";
}

std::string read_safety_checks(Options& o, Value v) {
  const auto policy = agent::screen::safety_policy(v);
  if (!policy) return "stop or acknowledge";
  o.agents.safety_checks = *policy;
  return "";
}

std::string read_page_source(Options& o, Value v) {
  if (v != "walk" && v != "accessibility") return "walk or accessibility";
  o.page_view.source = v == "walk" ? browser::SnapshotSource::walk : browser::SnapshotSource::accessibility_tree;
  return "";
}

}  // namespace

const std::vector<Flag>& flags() {
  using L = session::Limits;
  static const std::vector<Flag> kFlags = {
      {"", "NODE_ENV", "NAME", "production",
       "development, production, staging or test; all but production log debug lines", read_node_env},
      {"", "BB_ENV", "NAME", "local", "local, dev or prod; checked, without effect", read_bb_env},
      {"--host", "HOST", "NAME", "localhost", "name or address to listen on; every address it resolves to", read_host},
      {"--port", "PORT", "N", "3000", "port; 0 lets the system choose, the log line says which", read_port},
      {"--headless",
       "HEADLESS",
       "BOOL",
       "false",
       "launch headless unless the start asks otherwise",
       parsed_at([](Options& o) -> bool& { return o.headless_env; }, parse_bool),
       {},
       read_headless_variable},
      {"", "CHROME_PATH", "PATH", "", "the browser to launch, before LIGHTHOUSE_CHROMIUM_PATH and PATH", read_program},
      {"", "LIGHTHOUSE_CHROMIUM_PATH", "PATH", "", "the browser to launch when CHROME_PATH is not set", read_program},
      {"--chromium-sandbox", "BELAY_CHROMIUM_SANDBOX", "on|off", "on",
       "Chromium's sandbox; as root it cannot start with on", read_sandbox},
      {"--chromium-env", "BELAY_CHROMIUM_ENV", "LIST", "",
       "further variables of the environment that Chromium may see; NAME, or PREFIX* for several",
       list_into(&Options::chromium_environment, parse_variable_names), clears(&Options::chromium_environment)},
      {"--max-sessions", "BELAY_MAX_SESSIONS", "N", "100", "sessions to aim for: beyond it the longest-idle is evicted",
       count_into(&L::max_sessions)},
      {"--max-sessions-hard", "BELAY_MAX_SESSIONS_HARD", "N", "2x max-sessions",
       "browsers never exceed this, in use or not", count_into(&L::max_sessions_hard)},
      {"--max-operations", "BELAY_MAX_OPERATIONS", "N", "1000",
       "operations under way, those included that wait for their turn; more are refused",
       count_into(&Options::operations, &api::OperationLimits::all)},
      {"--max-operations-per-session", "BELAY_MAX_OPERATIONS_PER_SESSION", "N", "100, at most max-operations",
       "likewise, on one session", count_into(&Options::operations, &api::OperationLimits::per_session)},
      {"--max-operations-per-caller", "BELAY_MAX_OPERATIONS_PER_CALLER", "N", "half of max-operations",
       "likewise, of one caller", count_into(&Options::operations, &api::OperationLimits::per_caller)},
      {"--idle-ttl", "BELAY_IDLE_TTL", "TIME", "0 (off)", "end sessions that were idle this long",
       duration_into(&L::idle_ttl)},
      {"--min-idle", "BELAY_MIN_IDLE", "TIME", "5s, at most admission-timeout and idle-ttl",
       "how long a session must have been idle before another may take its place, below the hard limit; 0: at once",
       duration_into(&L::min_idle)},
      {"--close-timeout", "BELAY_CLOSE_TIMEOUT", "TIME", "2s",
       "how long a browser may take to close before it is killed", duration_into(&L::close_timeout)},
      {"--admission-timeout", "BELAY_ADMISSION_TIMEOUT", "TIME", "5s", "how long a start waits at the hard limit",
       duration_into(&L::admission_timeout)},
      {"--admission-queue", "BELAY_ADMISSION_QUEUE", "N", "100", "how many starts may wait at the hard limit",
       count_into(&L::admission_waiters)},
      {"--pin-alarm", "BELAY_PIN_ALARM", "TIME", "10min", "report a session that is in use this long",
       duration_into(&L::pin_alarm)},
      {"--drain-timeout", "BELAY_DRAIN_TIMEOUT", "TIME", "2s", "how long sessions in use may go on after SIGTERM",
       duration_into(&L::drain_timeout)},
      {"--exit-with-parent", "BELAY_EXIT_WITH_PARENT", "BOOL", "false",
       "end as on SIGTERM when the program that started the server, or the process with the pid given, has ended",
       read_exit_with},
      {"--dialogs", "BELAY_DIALOGS", "LIST", "alert=accept,beforeunload=accept,confirm=dismiss,prompt=dismiss",
       "what to do with JavaScript dialogs", read_dialogs, [](Options& o) { o.dialogs.clear(); }},
      {"--allow-file-urls", "BELAY_ALLOW_FILE_URLS", "", "false", "let navigate open file: URLs",
       yes_into(&Options::allow_file_urls)},
      {"--ca-file", "BELAY_CA_FILE", "PATH", "", "further CA certificates for wss: and https: CDP endpoints",
       read_ca_file},
      {"--browserbase-url", "BROWSERBASE_BASE_URL", "URL", "https://api.browserbase.com",
       "the API that rents and releases Browserbase sessions",
       parsed_at([](Options& o) -> std::string& { return o.browserbase_url; }, parse_http_url)},
      {"--browserbase-timeout",
       "BROWSERBASE_SESSION_CREATE_MAX_MS",
       "TIME",
       "30s",
       "how long that API may take for an answer",
       duration_at(browserbase_timeout),
       {},
       duration_at(browserbase_timeout, BareNumber::milliseconds)},
      {"--browserbase-local", "BELAY_BROWSERBASE_LOCAL", "", "false",
       "sessions that ask for Browserbase get Chromium of this machine instead", yes_into(&Options::browserbase_local)},
      {"--model-hosts", "BELAY_MODEL_HOSTS", "LIST", "any", "the only hosts that model calls may go to",
       list_at(model_hosts, parse_model_hosts), [](Options& o) { model_hosts(o).clear(); }},
      {"--model-networks", "BELAY_MODEL_NETWORKS", "all|public", "all",
       "networks that model calls may go to: public leaves out loopback and private ones", read_model_networks},
      {"--own-keys", "BELAY_OWN_KEYS", "anywhere|own-urls", "own-urls",
       "whether keys of the environment also go to a baseURL that a caller names", read_own_keys},
      {"--model-calls-per-key", "BELAY_MODEL_CALLS_PER_KEY", "N", "16",
       "model calls at once with one key on one host; others wait",
       count_into(&Options::models, &ModelOptions::calls_per_key)},
      {"--model-timeout", "BELAY_MODEL_TIMEOUT", "TIME", "10min", "the longest model call, retries included",
       duration_at([](Options& o) -> base::Duration& { return o.models.longest_call; })},
      {"--page-chars", "BELAY_PAGE_CHARS", "N", "400000",
       "how much of a page a model is shown, the rest is folded; 0 for all of it", read_page_chars},
      {"--page-source", "BELAY_PAGE_SOURCE", "walk|accessibility", "walk",
       "what the text of a page is made of: our own walk, or Chromium's accessibility tree (slower)", read_page_source},
      {"--agent-timeout", "BELAY_AGENT_TIMEOUT", "TIME", "30min",
       "the longest agent run that sets no timeout of its own",
       duration_at([](Options& o) -> base::Duration& { return o.agents.longest_run; })},
      {"--agent-page-chars", "BELAY_AGENT_PAGE_CHARS", "N", "40000",
       "how much of a page an agent's model is shown after each step, the rest is folded", read_agent_page_chars},
      {"--agent-cache", "BELAY_AGENT_CACHE", "N", "256", "runs that are kept for shouldCache, in memory; 0 keeps none",
       read_agent_cache},
      {"--agent-safety-checks", "BELAY_AGENT_SAFETY_CHECKS", "stop|acknowledge", "stop",
       "what to do when a provider wants a person's consent to what its model does on a screen", read_safety_checks},
      {"--tool-hosts", "BELAY_TOOL_HOSTS", "LIST|any", "any on the loopback, else none",
       "hosts to which the own tools of callers' agents may be", read_tool_hosts, clears(&Options::tool_hosts)},
      {"", "BROWSERBASE_API_KEY", "KEY", "", "for the search of agent runs with useSearch",
       secret_into(&engine::SearchKeys::browserbase)},
      {"--search-url", "BROWSERBASE_SEARCH_URL", "URL", "https://api.browserbase.com", "where that search is",
       url_into(&engine::SearchKeys::browserbase_url)},
      {"", "BRAVE_API_KEY", "KEY", "", "lets agent runs search with Brave", secret_into(&engine::SearchKeys::brave)},
      {"--brave-url", "BRAVE_SEARCH_URL", "URL", "https://api.search.brave.com", "where that search is",
       url_into(&engine::SearchKeys::brave_url)},
      {"--token", "BELAY_TOKEN", "TEXT", "",
       "ask callers for this token of at least 16 characters (Authorization: Bearer, or x-bb-api-key); a file hides it "
       "better",
       read_token},
      {"--token-file", "BELAY_TOKEN_FILE", "PATH", "",
       "read the token, of at least 16 characters, from the first line of a file", read_token_file},
      {"--insecure", "BELAY_INSECURE", "", "false", "listen beyond the loopback without a token",
       yes_into(&Options::insecure)},
      {"--any-local-user", "BELAY_ANY_LOCAL_USER", "", "false",
       "without a token: let every user of this machine call, not the server's own and root alone",
       yes_into(&Options::any_local_user)},
      {"--allowed-hosts", "BELAY_ALLOWED_HOSTS", "LIST", "", "further Host names to accept on the loopback",
       list_into(&Options::allowed_hosts, parse_own_hosts), clears(&Options::allowed_hosts)},
      {"--allowed-origins", "BELAY_ALLOWED_ORIGINS", "LIST", "", "web origins whose pages may call the API",
       list_into(&Options::allowed_origins, parse_origins), clears(&Options::allowed_origins)},
      {"--capacity-route", "BELAY_CAPACITY_ROUTE", "", "false",
       "let callers change max-sessions of the running server by PUT /v1/capacity", yes_into(&Options::capacity_route)},
      {"--log-level", "BELAY_LOG_LEVEL", "LEVEL", "info", "debug, info, warn or error", read_level},
      {"--demo-page", "BELAY_DEMO_PAGE", "", "false", "serve the page of ./run demo at /demo",
       yes_into(&Options::demo_page)},
  };
  return kFlags;
}

}  // namespace app
