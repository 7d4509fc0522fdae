// What the verbs of a session take and give, free of wire names and of HTTP. Durations are durations, keys are Secrets.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json.hpp>

#include "base/secret.h"
#include "base/time.h"
#include "engine_api/rental.h"
#include "llm/model_settings.h"

namespace engine {

// A language model as one start or one operation asks for it.
struct ModelChoice {
  std::optional<llm::ModelSettings> settings = {};  // absent: the session's model
  base::Secret key = {};                            // the x-model-api-key header
};

// --- opening ---------------------------------------------------------------------------------------------------------

struct Proxy {
  std::string server;
  std::string bypass = {};
  std::string username = {};
  base::Secret password = {};
};

struct Viewport {
  int width = 1288;
  int height = 711;
};

// Which of Chromium's default switches of ours to leave out.
struct IgnoreDefaultArgs {
  bool all = false;
  std::vector<std::string> exactly = {};
};

// A Chromium of our own. Absent fields take the server's defaults (docs/guide/configure.md).
struct LaunchOptions {
  std::vector<std::string> args = {};
  std::optional<std::string> executable_path = {};
  std::optional<std::uint16_t> port = {};
  std::optional<std::string> user_data_dir = {};
  bool preserve_user_data_dir = false;
  std::optional<bool> headless = {};
  bool devtools = false;
  std::optional<bool> chromium_sandbox = {};  // absent: the server's --chromium-sandbox
  IgnoreDefaultArgs ignore_default_args = {};
  std::optional<Proxy> proxy = {};
  std::optional<std::string> locale = {};
  std::optional<Viewport> viewport = {};
  std::optional<double> device_scale_factor = {};
  bool has_touch = false;
  bool ignore_https_errors = false;
  base::Milliseconds connect_timeout{15000};
  std::optional<std::string> downloads_path = {};
  std::optional<bool> accept_downloads = {};
};

// Somebody else's Chromium, reached over its DevTools endpoint: ws, wss, or http and https (asked for /json/version).
// Never killed by us; only the connection is closed.
struct AttachOptions {
  std::string cdp_url;
  std::map<std::string, std::string> headers = {};  // on the upgrade; values may be credentials: never logged
  LaunchOptions page = {};                          // viewport, touch, locale, downloads … apply to its pages too
};

struct SessionConfig {
  ModelChoice model = {};  // for operations that choose none
  std::variant<LaunchOptions, AttachOptions> browser;
  bool eager = true;  // open the browser before the start is answered; otherwise with the first operation
  int verbose = 1;
  bool self_heal = true;
  std::string system_prompt = {};                      // told to models after our own words
  std::optional<base::Milliseconds> act_timeout = {};  // of acts that set none of their own; never 0
  bool use_touch = false;                              // an agent on a screen taps instead of clicking
  base::Milliseconds dom_settle_timeout{5000};         // before a page is looked at (browser/settle.h); 0: not at all
  std::shared_ptr<Rental> rental = {};  // when the browser is rented: given back when the session has ended
  base::Secret credential = {};         // what a caller must show to use the session; empty: nothing
};

// --- verbs -----------------------------------------------------------------------------------------------------------

enum class WaitUntil { load, domcontentloaded, networkidle };

struct NavigateRequest {
  std::string url;
  std::optional<std::string> referer = {};
  base::Milliseconds timeout{15000};
  WaitUntil wait_until = WaitUntil::domcontentloaded;
  std::optional<std::string> frame_id = {};  // a page's main frame id; absent: the active page
};

struct NavigateResult {
  // The portable part of the main document's response (docs/wire/navigate.md), or null when there was none:
  // about:blank, data: URLs, a hash-only change, an unreachable host.
  boost::json::value response = nullptr;
};

// What an element is to a reader, by which it is known again. Values of variables are masked as %name%.
struct Identity {
  std::string role = {};
  std::string name = {};
  bool known() const { return !role.empty(); }
  bool operator==(const Identity&) const = default;
};

struct Action {
  std::string selector;
  std::string description;
  std::optional<std::string> method = {};
  std::vector<std::string> arguments = {};  // may hold %name% for variables
  // Of what it was chosen for, as it was then; not known of an action that a caller brought.
  Identity element = {};
  Identity target = {};  // dragAndDrop: of what it is dropped on
};

// What is done may be kept, and done again without a model (docs/wire/agent_cache.md).
struct CacheWish {
  std::string owner = {};  // a digest: entries are shared within one caller
};

// What a cache had to do with an operation that wished for it.
enum class CacheStatus { hit, miss, partial, bypass };
std::string_view to_string(CacheStatus status);  // "HIT" and so on
struct CacheTold {
  CacheStatus status = CacheStatus::miss;
  std::string reason = {};
};

struct ActRequest {
  Action action;
  std::optional<std::string> instruction = {};  // in place of an action: a model chooses one
  ModelChoice model = {};
  std::map<std::string, base::Secret> variables = {};
  std::optional<base::Milliseconds> timeout = {};  // of the whole call; absent: the session's; 0: none
  std::optional<std::string> frame_id = {};
  std::optional<CacheWish> cache = {};  // with an instruction
  // What the caller said, where the instruction or the action is a model's: only files that are named there go into
  // pages. Absent: the instruction or the action is the caller's own word.
  std::optional<std::string> words = {};
};

// A failed action is a result, not an error: success is false and message says what was in the way.
struct ActResult {
  bool success = false;
  std::string message;
  std::string action_description;
  std::vector<Action> actions;          // arguments keep their %name% placeholders
  std::optional<CacheTold> cache = {};  // when it was wished for
};

struct ObserveRequest {
  std::string instruction = {};  // "": everything that one could act on
  std::map<std::string, base::Secret> variables = {};
  std::map<std::string, std::string> variable_descriptions = {};
  std::optional<std::string> words = {};  // as of an ActRequest
  std::string selector = {};              // only what is inside this; one that leads nowhere means the whole page
  std::vector<std::string> ignore_selectors = {};
  ModelChoice model = {};
  std::optional<base::Milliseconds> timeout = {};
  std::optional<std::string> frame_id = {};
};

struct ExtractRequest {
  std::string instruction = {};                        // "": the page's text as it is, without a model
  std::optional<boost::json::value> schema = {};       // JSON Schema of what is wanted
  std::map<std::string, base::Secret> variables = {};  // values that are to be masked wherever the page shows them
  std::string selector = {};
  std::vector<std::string> ignore_selectors = {};
  ModelChoice model = {};
  bool screenshot = false;  // show the model a picture of the viewport too
  std::optional<base::Milliseconds> timeout = {};
  std::optional<std::string> frame_id = {};
};

}  // namespace engine
