#include "app/options.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "app/flags.h"
#include "app/version.h"
#include "base/text.h"

namespace app {
namespace {

std::string help() {
  std::string out = fmt::format(
      "belay {}: sessions on real Chromium over the Stagehand v3 API\n\nUsage: belay [flags]\n\n", kVersion);
  for (const Flag& flag : flags()) {
    const std::string left = flag.name.empty()    ? std::string(flag.environment)
                             : flag.value.empty() ? std::string(flag.name)
                                                  : fmt::format("{} {}", flag.name, flag.value);
    out += fmt::format("  {:<30} {}", left, flag.help);
    if (!flag.fallback.empty()) out += fmt::format(" (default {})", flag.fallback);
    if (!flag.name.empty()) out += fmt::format(" [{}]", flag.environment);
    out += '\n';
  }
  out += fmt::format("  {:<30} print the version and leave\n  {:<30} print this and leave\n", "--version, -v",
                     "--help, -h");
  return out +
         "\nTIME is a number with its unit: 500ms, 2s, 10min or 1h; 0 needs none. BOOL is true or false. LIST is "
         "a,b,c; a\n"
         "flag that is given several times adds to its list. Flags win over the environment.\n";
}

Exit bad_value(std::string_view where, Value value, std::string_view wanted) {
  // A token is never echoed, not even a bad one.
  const std::string shown =
      where.find("oken") != std::string_view::npos || where.find("TOKEN") != std::string_view::npos
          ? std::string("the value given")
          : fmt::format("\"{}\"", value);
  return {.status = 1, .err = fmt::format("belay: {}: {} is not {}\n", where, shown, wanted)};
}

using Variables = std::map<std::string_view, Value>;

// What Kubernetes sets in every container for a service named belay.
bool is_of_kubernetes(std::string_view variable) {
  return variable.starts_with("BELAY_SERVICE_") || variable == "BELAY_PORT" || variable.starts_with("BELAY_PORT_");
}

std::optional<Exit> check_own_variables(Options& options, const Variables& variables) {
  std::vector<std::string_view> known;
  for (const Flag& flag : flags()) known.push_back(flag.environment);
  for (const auto& [name, value] : variables) {
    if (!name.starts_with("BELAY_") || is_of_kubernetes(name) || std::ranges::find(known, name) != known.end())
      continue;
    if (const std::string_view meant = base::nearest(name, known); !meant.empty())
      return Exit{
          .status = 1,
          .err = fmt::format("belay: unknown variable {}; did you mean {}? Correct it or unset it\n", name, meant)};
    options.warnings.push_back(fmt::format("unknown variable {} is ignored", base::truncate(name, 100)));
  }
  return std::nullopt;
}

std::optional<Exit> read_environment(Options& options, const std::vector<std::string>& environment) {
  Variables variables;
  for (const std::string& entry : environment) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) variables[Value(entry).substr(0, equals)] = Value(entry).substr(equals + 1);
  }
  for (const Flag& flag : flags()) {
    const auto it = variables.find(flag.environment);
    if (it == variables.end()) continue;
    // An empty variable is as good as none, but for NODE_ENV, which the reference validates even when empty.
    if (it->second.empty() && flag.environment != "NODE_ENV") continue;
    const Reader& read = flag.read_variable ? flag.read_variable : flag.read;
    if (const std::string wanted = read(options, it->second); !wanted.empty())
      return bad_value(flag.environment, it->second, wanted);
  }
  return check_own_variables(options, variables);
}

std::vector<std::string_view> names_of_flags() {
  std::vector<std::string_view> out = {"--help", "--version"};
  for (const Flag& flag : flags())
    if (!flag.name.empty()) out.push_back(flag.name);
  return out;
}

// The flag that somebody may have meant, or "". What follows "=" may be a secret and is not looked at.
std::string_view meant_by(std::string_view argument) {
  std::string word = base::to_lower_ascii(argument.substr(0, argument.find('=')));
  std::ranges::replace(word, '_', '-');
  word.erase(0, std::min(word.find_first_not_of('-'), word.size()));
  return base::nearest("--" + word, names_of_flags());
}

Exit refused(std::string what) {
  return {.status = 1,
          .err = fmt::format("belay: {}{} belay --help lists the flags\n", what, what.ends_with('?') ? "" : ";")};
}

// Arguments one after another. Other programs' flags are ignored, since whoever starts the reference may pass some on
// (--node-options, --enable-source-maps); what nobody else can have meant is refused.
class ArgumentReader {
 public:
  ArgumentReader(Options& options, const std::vector<std::string>& arguments)
      : options_(options), arguments_(arguments) {}

  std::optional<Exit> read() {
    while (next_ < arguments_.size())
      if (auto exit = read_one(arguments_[next_++])) return exit;
    return std::nullopt;
  }

 private:
  std::optional<Exit> read_one(const std::string& argument) {
    if (argument == "help" || argument == "-h") return Exit{.out = help()};
    if (argument == "version" || argument == "-v" || argument == "-V") return Exit{.out = version_text()};
    if (!argument.starts_with('-')) return read_word(argument);
    const std::string_view name = std::string_view(argument).substr(0, argument.find('='));
    const auto flag = std::ranges::find_if(flags(), [&](const Flag& f) { return !f.name.empty() && f.name == name; });
    if (flag == flags().end()) return read_unknown(argument, name);
    const std::size_t after = next_;
    std::string_view value;
    if (name.size() < argument.size()) {
      value = std::string_view(argument).substr(name.size() + 1);
    } else if (flag->value == "BOOL") {
      const bool given = next_ < arguments_.size() && (arguments_[next_] == "true" || arguments_[next_] == "false");
      value = given ? std::string_view(arguments_[next_++]) : "true";
    } else if (!flag->value.empty()) {
      if (next_ == arguments_.size()) return refused(fmt::format("{} needs a value: {} {}", name, name, flag->value));
      value = arguments_[next_++];
    }
    const bool without_value = next_ == after && name.size() == argument.size();
    before_ = {.kind = Before::nothing, .name = without_value ? name : std::string_view()};
    if (flag->clear && cleared_.insert(flag->name).second) flag->clear(options_);
    if (const std::string wanted = flag->read(options_, value); !wanted.empty()) return bad_value(name, value, wanted);
    return std::nullopt;
  }

  std::optional<Exit> read_word(const std::string& word) {
    if (before_.kind == Before::foreign) {  // its value
      before_ = {};
      return std::nullopt;
    }
    const std::string shown = base::truncate(word, 100);
    if (!before_.name.empty())
      return refused(fmt::format("\"{}\" belongs to no flag; a value of {} is given as {}=VALUE", shown, before_.name,
                                 before_.name));
    const std::string_view meant = meant_by(word);
    if (meant.empty()) return refused(fmt::format("\"{}\" is no flag: each begins with two dashes", shown));
    return refused(fmt::format("\"{}\" is no flag; did you mean {}?", shown, meant));
  }

  std::optional<Exit> read_unknown(std::string_view argument, std::string_view name) {
    const std::string_view meant = meant_by(argument);
    if (!meant.empty()) return refused(fmt::format("unknown flag {}; did you mean {}?", name, meant));
    if (!name.starts_with("--"))
      return refused(fmt::format("unknown flag {}: each begins with two dashes", base::truncate(name, 100)));
    before_ = {.kind = name.size() < argument.size() ? Before::nothing : Before::foreign, .name = {}};
    options_.warnings.push_back(fmt::format("unknown argument {} is ignored", base::truncate(name, 100)));
    return std::nullopt;
  }

  Options& options_;
  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  std::set<std::string_view> cleared_;  // lists that the arguments have begun anew
  struct Before {
    enum Kind { nothing, foreign } kind = nothing;
    std::string_view name = {};  // of a flag of ours that stood alone
  } before_;
};

constexpr base::Duration kUnset = base::Duration::min();

// Of two limits one may bound the other: what was given and could never be reached is refused, what was not given gives
// way. "" when all fit.
std::string fit_limits(session::Limits& limits, base::Duration default_min_idle) {
  if (limits.max_sessions_hard == 0) limits.max_sessions_hard = 2 * limits.max_sessions;
  if (limits.max_sessions_hard < limits.max_sessions)
    return fmt::format("--max-sessions-hard ({}) must not be below --max-sessions ({})", limits.max_sessions_hard,
                       limits.max_sessions);
  const bool expire = limits.idle_ttl > base::Duration::zero();
  if (limits.min_idle == kUnset) {
    limits.min_idle = std::min(default_min_idle, limits.admission_timeout);
    if (expire) limits.min_idle = std::min(limits.min_idle, limits.idle_ttl);
  }
  if (limits.min_idle > limits.admission_timeout)
    return fmt::format(
        "--min-idle ({} ms) must not be above --admission-timeout ({} ms): a start that waits could find no session to "
        "replace",
        base::to_ms(limits.min_idle), base::to_ms(limits.admission_timeout));
  if (expire && limits.min_idle > limits.idle_ttl)
    return fmt::format(
        "--min-idle ({} ms) must not be above --idle-ttl ({} ms): sessions would end before another may take their "
        "place",
        base::to_ms(limits.min_idle), base::to_ms(limits.idle_ttl));
  return "";
}

std::string fit_operations(api::OperationLimits& limits, std::size_t default_per_session) {
  if (limits.per_session == 0) limits.per_session = std::min(default_per_session, limits.all);
  for (const auto& [flag, value] : {std::pair{"--max-operations-per-session", limits.per_session},
                                    std::pair{"--max-operations-per-caller", limits.per_caller}})
    if (value > limits.all)
      return fmt::format("{} ({}) must not be above --max-operations ({})", flag, value, limits.all);
  return "";
}

}  // namespace

std::variant<Options, Exit> read_options(std::vector<std::string> arguments,
                                         const std::vector<std::string>& environment) {
  if (std::ranges::find(arguments, "--version") != arguments.end()) return Exit{.out = version_text()};
  if (std::ranges::find(arguments, "--help") != arguments.end()) return Exit{.out = help()};
  Options options;
  options.limits.max_sessions_hard = 0;
  const base::Duration min_idle = std::exchange(options.limits.min_idle, kUnset);
  const std::size_t per_session = std::exchange(options.operations.per_session, 0);
  if (auto exit = read_environment(options, environment)) return std::move(*exit);
  if (auto exit = ArgumentReader(options, arguments).read()) return std::move(*exit);
  std::string conflict = fit_limits(options.limits, min_idle);
  if (conflict.empty()) conflict = fit_operations(options.operations, per_session);
  if (!conflict.empty()) return Exit{.status = 1, .err = fmt::format("belay: {}\n", conflict)};
  return options;
}

}  // namespace app
