#include "api/schemas/start.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/schemas/launch_values.h"
#include "api/schemas/model_choice.h"
#include "api/schemas/proxy.h"
#include "api/schemas/shapes.h"
#include "api/schemas/time_limit.h"

namespace api::schemas {
namespace {

using namespace json;

constexpr std::string_view kProviders[] = {"openai",     "anthropic", "google",     "xai",     "azure",
                                           "groq",       "cerebras",  "togetherai", "mistral", "deepseek",
                                           "perplexity", "ollama",    "vertex",     "bedrock"};

constexpr double kLongestSettle = 600'000;  // ms
constexpr std::size_t kMostSwitches = 1000;

Shape launch_options() {
  const Shape proxy = object({{"server", string()},
                              {"bypass", optional(string())},
                              {"username", optional(string())},
                              {"password", optional(string())}});
  const Shape viewport = object({{"width", number()}, {"height", number()}});
  const Shape switches = at_most(kMostSwitches, array_of(string()));
  return strict_object({{"args", optional(switches)},
                        {"executablePath", optional(string())},
                        {"port", optional(number())},
                        {"userDataDir", optional(string())},
                        {"preserveUserDataDir", optional(boolean())},
                        {"headless", optional(boolean())},
                        {"devtools", optional(boolean())},
                        {"chromiumSandbox", optional(boolean())},
                        {"ignoreDefaultArgs", optional(either({boolean(), switches}))},
                        {"proxy", optional(proxy)},
                        {"locale", optional(string())},
                        {"viewport", optional(viewport)},
                        {"deviceScaleFactor", optional(number())},
                        {"hasTouch", optional(boolean())},
                        {"ignoreHTTPSErrors", optional(boolean())},
                        {"cdpUrl", optional(string())},
                        {"cdpHeaders", optional(schemas::headers())},
                        {"connectTimeoutMs", optional(number())},
                        {"downloadsPath", optional(string())},
                        {"acceptDownloads", optional(boolean())}});
}

// 0, 1, 2, or the same as text.
Shape verbose() {
  const Shape level = either({literal(0), literal(1), literal(2)});
  return Shape([level](const Value* v) {
    if (v && v->is_string() && (v->get_string() == "0" || v->get_string() == "1" || v->get_string() == "2"))
      return Issues();
    return level.check(v);
  });
}

const Value& empty_object() {
  static const Value value{Object()};
  return value;
}
const Value& member(const Value& object, std::string_view key) {
  const Value* found = find(object, key);
  return found ? *found : empty_object();
}

std::optional<base::Milliseconds> milliseconds(const Value& object, std::string_view key) {
  const auto n = get_double(object, key);
  if (!n) return std::nullopt;
  return base::Milliseconds(static_cast<std::int64_t>(*n));
}

std::vector<std::string> texts(const Value* array) {
  std::vector<std::string> out;
  if (array && array->is_array())
    for (const Value& item : array->get_array()) out.emplace_back(item.get_string());
  return out;
}

std::optional<engine::Proxy> proxy(const Value& options) {
  const Value* p = find(options, "proxy");
  if (!p) return std::nullopt;
  engine::Proxy out{.server = {},
                    .bypass = text_at(*p, "bypass"),
                    .username = text_at(*p, "username"),
                    .password = base::Secret(text_at(*p, "password"))};
  auto server = read_proxy_server(text_at(*p, "server"));
  if (!server) return std::nullopt;  // the body has been checked
  out.server = std::move(server->server);
  if (out.username.empty()) {
    out.username = std::move(server->username);
    if (!out.username.empty()) out.password = std::move(server->password);
  }
  return out;
}

engine::LaunchOptions launch(const Value& options) {
  engine::LaunchOptions out;
  out.args = texts(find(options, "args"));
  out.executable_path = get_text(options, "executablePath");
  if (const auto port = get_double(options, "port")) out.port = static_cast<std::uint16_t>(*port);
  out.user_data_dir = get_text(options, "userDataDir");
  out.preserve_user_data_dir = get_bool(options, "preserveUserDataDir").value_or(false);
  out.headless = get_bool(options, "headless");
  out.devtools = get_bool(options, "devtools").value_or(false);
  out.chromium_sandbox = get_bool(options, "chromiumSandbox");
  if (const Value* ignored = find(options, "ignoreDefaultArgs")) {
    if (ignored->is_bool()) out.ignore_default_args.all = ignored->get_bool();
    out.ignore_default_args.exactly = texts(ignored);
  }
  out.proxy = proxy(options);
  out.locale = get_text(options, "locale");
  if (const Value* v = find(options, "viewport"))
    out.viewport =
        engine::Viewport{static_cast<int>(*get_double(*v, "width")), static_cast<int>(*get_double(*v, "height"))};
  out.device_scale_factor = get_double(options, "deviceScaleFactor");
  out.has_touch = get_bool(options, "hasTouch").value_or(false);
  out.ignore_https_errors = get_bool(options, "ignoreHTTPSErrors").value_or(false);
  if (const auto timeout = milliseconds(options, "connectTimeoutMs")) out.connect_timeout = *timeout;
  out.downloads_path = get_text(options, "downloadsPath");
  out.accept_downloads = get_bool(options, "acceptDownloads");
  return out;
}

// `model`, an addition of ours, says more than modelName can: a base URL, headers, credentials. What it names counts.
llm::ModelSettings session_model(const Value& body) {
  const Value* model = find(body, "model");
  return model_settings(model ? *model : *find(body, "modelName"));
}

// The reference's words for a name that no provider goes with.
std::optional<std::string> refuse_provider(const std::string& model) {
  const std::size_t slash = model.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string provider = model.substr(0, slash);
  if (provider.empty()) return "Invalid model: " + model;
  if (std::ranges::find(kProviders, provider) == std::end(kProviders)) return "Invalid provider: " + provider;
  return std::nullopt;
}

std::map<std::string, std::string> cdp_headers(const Value& options) {
  std::map<std::string, std::string> out;
  if (const Value* map = find(options, "cdpHeaders"))
    for (const auto& [name, value] : map->get_object()) out.emplace(name, value.get_string());
  return out;
}

}  // namespace

const json::Shape& start() {
  static const Shape browser = object({{"type", optional(one_of({"local", "browserbase"}))},
                                       {"cdpUrl", optional(string())},
                                       {"launchOptions", optional(launch_options())}});
  static const Shape shape = object({{"modelName", string()},
                                     {"domSettleTimeoutMs", optional(number())},
                                     {"verbose", optional(verbose())},
                                     {"systemPrompt", optional(string())},
                                     {"browserbaseSessionCreateParams", optional(browserbase_create_params())},
                                     {"browser", optional(browser)},
                                     {"selfHeal", optional(boolean())},
                                     {"browserbaseSessionID", optional(string())},
                                     {"experimental", optional(boolean())},
                                     {"waitForCaptchaSolves", optional(boolean())},
                                     {"actTimeoutMs", optional(number())},
                                     {"useTouch", optional(boolean())},
                                     {"model", optional(model())}});
  return shape;
}

Issues check_start_body(const Value& body) {
  Issues issues = start().check(&body);
  if (!issues.empty()) return issues;
  const Value& browser = member(body, "browser");
  if (!text_at(browser, "cdpUrl").empty() && text_at(browser, "type") != "local")
    issues.push_back(
        custom_issue(Array{"browser", "type"},
                     "browser.cdpUrl was provided but browser.type is not \"local\". To connect to your own "
                     "browser via CDP, set browser.type to \"local\"."));
  const Value& options = member(browser, "launchOptions");
  const bool attaches = !text_at(browser, "cdpUrl").empty() || !text_at(options, "cdpUrl").empty();
  for (Issue& issue : check_launch_values(options, attaches ? Browser::attached : Browser::launched))
    issues.push_back(std::move(issue));
  return issues;
}

std::optional<std::string> refuse_start(const Value& body, std::optional<std::string_view> x_language) {
  if (x_language && !x_language->empty() && *x_language != "typescript" && *x_language != "python" &&
      *x_language != "playground")
    return "Invalid client language header";
  const std::string model = text_at(body, "modelName");
  if (model.empty()) return "Missing required model name";
  if (auto refusal = refuse_provider(model)) return refusal;
  return refuse_provider(session_model(body).name);
}

bool is_local(const Value& body) { return text_at(member(body, "browser"), "type") == "local"; }

std::optional<std::string> browserbase_session_id(const Value& body) {
  std::string id = text_at(body, "browserbaseSessionID");
  if (id.empty()) return std::nullopt;
  return id;
}

engine::SessionConfig session_config(const Value& body, base::Secret model_key) {
  const Value& browser = member(body, "browser");
  const Value& options = member(browser, "launchOptions");
  engine::SessionConfig out;
  out.model = {.settings = session_model(body), .key = std::move(model_key)};
  if (const Value* level = find(body, "verbose"))
    out.verbose = level->is_string() ? level->get_string()[0] - '0' : static_cast<int>(level->to_number<double>());
  out.self_heal = get_bool(body, "selfHeal").value_or(true);
  out.system_prompt = text_at(body, "systemPrompt");
  out.use_touch = get_bool(body, "useTouch").value_or(false);
  if (const auto given = get_double(body, "actTimeoutMs"))
    if (const base::Milliseconds limit = time_limit(*given); limit.count() > 0) out.act_timeout = limit;
  if (const auto budget = get_double(body, "domSettleTimeoutMs"))
    out.dom_settle_timeout = base::Milliseconds(static_cast<std::int64_t>(std::clamp(*budget, 0.0, kLongestSettle)));
  const std::string lazy_url = text_at(browser, "cdpUrl");
  const std::string eager_url = text_at(options, "cdpUrl");
  if (!lazy_url.empty() || !eager_url.empty()) {
    out.eager = lazy_url.empty();
    out.browser = engine::AttachOptions{
        .cdp_url = lazy_url.empty() ? eager_url : lazy_url, .headers = cdp_headers(options), .page = launch(options)};
  } else {
    out.browser = launch(options);
  }
  return out;
}

}  // namespace api::schemas
