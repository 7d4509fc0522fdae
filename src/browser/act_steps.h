// What the methods of act.cc and act_fields.cc share: one question to the page's script, and the arguments of a call.
#pragma once
#include <optional>
#include <string>

#include "browser/act.h"
#include "browser/input.h"

namespace browser {

using Outcome = aio::Task<base::Result<void>>;

// Whether a function of the script may change the page; such a call counts as input.
enum class Effect { looks, changes };

// A function of the page's script; its {error} becomes ours. Bounded by the call's patience and a moment, so that a
// page kept busy by a script of its own fails the action and not the client's patience.
aio::Task<base::Result<json::Value>> ask(const aio::Context& ctx, Page& page, const ActCall& call, std::string function,
                                         json::Array arguments, Effect effect = Effect::looks);

json::Object wishes(const ActCall& call);  // {timeout}
std::string argument(const ActCall& call, std::size_t n, std::string fallback = "");
std::optional<double> number(std::string_view text);

Outcome fill(const aio::Context& ctx, Page& page, ActCall call);
Outcome type(const aio::Context& ctx, Page& page, ActCall call);
Outcome press_key(const aio::Context& ctx, Page& page, ActCall call);
Outcome select_option(const aio::Context& ctx, Page& page, ActCall call);
Outcome set_input_files(const aio::Context& ctx, Page& page, ActCall call);

}  // namespace browser
