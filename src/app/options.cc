#include "app/options.h"

#include <algorithm>
#include <map>
#include <optional>
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
  out += fmt::format("  {:<30} print the version and leave\n  {:<30} print this and leave\n", "--version", "--help");
  return out;
}

Exit bad_value(std::string_view where, Value value, std::string_view wanted) {
  // A token is never echoed, not even a bad one.
  const std::string shown =
      where.find("oken") != std::string_view::npos || where.find("TOKEN") != std::string_view::npos
          ? std::string("the value given")
          : fmt::format("\"{}\"", value);
  return {.status = 1, .err = fmt::format("belay: {}: {} is not {}\n", where, shown, wanted)};
}

std::optional<Exit> read_environment(Options& options, const std::vector<std::string>& environment) {
  std::map<std::string_view, Value> variables;
  for (const std::string& entry : environment) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) variables[Value(entry).substr(0, equals)] = Value(entry).substr(equals + 1);
  }
  for (const Flag& flag : flags()) {
    const auto it = variables.find(flag.environment);
    if (it == variables.end()) continue;
    // An empty variable is as good as none, but for NODE_ENV, which the reference validates even when empty.
    if (it->second.empty() && flag.environment != "NODE_ENV") continue;
    if (std::string wanted = flag.read(options, it->second); !wanted.empty())
      return bad_value(flag.environment, it->second, wanted);
  }
  return std::nullopt;
}

void warn_unknown(Options& options, std::string_view argument) {
  std::vector<std::string_view> names;
  for (const Flag& flag : flags())
    if (!flag.name.empty()) names.push_back(flag.name);
  const std::string_view nearest = base::nearest(argument.substr(0, argument.find('=')), names);
  options.warnings.push_back(nearest.empty()
                                 ? fmt::format("unknown argument {} is ignored", argument)
                                 : fmt::format("unknown argument {} is ignored; did you mean {}?", argument, nearest));
}

std::optional<Exit> read_arguments(Options& options, const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view name = std::string_view(argument).substr(0, equals);
    const auto flag = std::ranges::find_if(flags(), [&](const Flag& f) { return !f.name.empty() && f.name == name; });
    if (flag == flags().end()) {
      warn_unknown(options, argument);
      continue;
    }
    std::string_view value;
    if (equals != std::string::npos) {
      value = std::string_view(argument).substr(equals + 1);
    } else if (!flag->value.empty()) {
      const bool optional_value = flag->value == "BOOL";
      if (i + 1 < arguments.size() && (!optional_value || arguments[i + 1] == "true" || arguments[i + 1] == "false"))
        value = arguments[++i];
      else if (optional_value)
        value = "true";
      else
        return Exit{.status = 1, .err = fmt::format("belay: {} needs a value: {}\n", name, flag->value)};
    }
    if (std::string wanted = flag->read(options, value); !wanted.empty()) return bad_value(name, value, wanted);
  }
  return std::nullopt;
}

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
  if (auto exit = read_arguments(options, arguments)) return std::move(*exit);
  std::string conflict = fit_limits(options.limits, min_idle);
  if (conflict.empty()) conflict = fit_operations(options.operations, per_session);
  if (!conflict.empty()) return Exit{.status = 1, .err = fmt::format("belay: {}\n", conflict)};
  return options;
}

}  // namespace app
