// Whether this server may listen where it was told to.
#pragma once
#include <string>

#include "app/options.h"
#include "base/result.h"

namespace app {

enum class Reach { loopback, network };

// How far the name reaches: network when any address it resolves to is not a loopback address (RFC 1122, RFC 4291).
base::Result<Reach> reach_of(const std::string& host);

// Beyond the loopback an API that launches programs needs a token, or the word of the operator.
base::Result<void> check_bind(const Options& options, Reach reach);

}  // namespace app
