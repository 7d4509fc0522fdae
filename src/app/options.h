// What the server was started with; app/flags.cc has a row for each flag. docs/guide/configure.md is the same table for
// people; a test holds the two together.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/operation_limits.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/time.h"
#include "engine/agent_settings.h"
#include "engine/page_view.h"
#include "llm/endpoint.h"
#include "net/outbound_policy.h"
#include "session/limits.h"

namespace app {

enum class Switch { on, off };

// What calls to language models may do.
struct ModelOptions {
  net::OutboundPolicy outbound = {};
  llm::OwnKeys own_keys = llm::OwnKeys::own_urls_only;
  std::size_t calls_per_key = 16;
  base::Duration longest_call = std::chrono::minutes(10);
};

struct Options {
  std::string host = "localhost";
  std::uint16_t port = 3000;
  bool headless_env = false;
  Switch chromium_sandbox = Switch::on;
  std::vector<std::string> chromium_environment = {};  // further variables that Chromium may see; NAME or PREFIX*
  std::string dialogs = "";                            // "", or alert=accept,confirm=accept,…
  bool allow_file_urls = false;
  std::string ca_file = {};
  std::string browserbase_url = "https://api.browserbase.com";
  base::Duration browserbase_timeout = std::chrono::seconds(30);
  bool browserbase_local = false;
  base::Secret token = {};
  bool insecure = false;
  bool any_local_user = false;
  std::vector<std::string> allowed_hosts = {};
  std::vector<std::string> allowed_origins = {};
  bool capacity_route = false;
  bool demo_page = false;
  std::optional<int> exit_with = {};  // a pid; 0: whoever started the server
  base::Level log_level = base::Level::info;
  session::Limits limits = {};
  api::OperationLimits operations = {};
  ModelOptions models = {};
  engine::PageView page_view = {.chars = 400'000};  // about 100,000 tokens
  engine::AgentSettings agents = {};
  std::vector<std::string> tool_hosts =
      {};  // where tools of callers may be; empty: anywhere on the loopback, else nowhere
  std::vector<std::string> warnings = {};  // to log once the server runs: unknown arguments and the like
};

// What to print and with which status to leave, instead of serving.
struct Exit {
  int status = 0;
  std::string out = {};  // stdout
  std::string err = {};  // stderr
};

// Reads arguments (without argv[0]) and the environment. Flags win over the environment. Flags of other programs are
// ignored with a warning; what looks like one of ours, a word that belongs to no flag, and a bad value of a known flag
// or variable are an Exit with status 1.
std::variant<Options, Exit> read_options(std::vector<std::string> arguments,
                                         const std::vector<std::string>& environment);

}  // namespace app
