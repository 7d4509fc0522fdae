// Variables of an act: %name% in arguments stands for a secret that only the page may see.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "aio/context.h"
#include "aio/task.h"
#include "base/result.h"
#include "base/secret.h"

namespace engine {

using Variables = std::map<std::string, base::Secret>;

// Every %name% replaced, also inside longer text. Error (Kind::invalid): there are more than 1000, or those with
// variables in them grow beyond 4 MiB, all together.
base::Result<std::vector<std::string>> with_variables(std::vector<std::string> arguments, const Variables& variables);
// The same, of long ones on a worker.
aio::Task<base::Result<std::vector<std::string>>> with_variables(const aio::Context& ctx,
                                                                 std::vector<std::string> arguments,
                                                                 const Variables& variables);

// Whether one of the values is in them.
bool hold_values(const std::vector<std::string>& texts, const Variables& variables);

// An address that leaves the server: the same, also for values as addresses write them (percent-encoded, or as forms
// do). Very short values stay: they would be found in every address.
std::string address_without_values(std::string url, const Variables& variables);

// Every value put back as %name%, for texts that leave the server (base/known_values.h).
std::string without_values(std::string text, const Variables& variables);

}  // namespace engine
