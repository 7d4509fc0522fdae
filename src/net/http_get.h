// One GET over HTTP or HTTPS (libcurl, on a worker thread): for looking up CDP endpoints.
#pragma once
#include <string>

#include "aio/context.h"
#include "aio/workers.h"

namespace net {

// The body of a 200 answer, 1 MiB at most; no redirects. ca_file: PEM, in place of the system's certificates, or "".
// Errors: Kind::upstream in words ("connect …", "… answered 404"). Ends by ctx.deadline, 30 s at most.
aio::Task<base::Result<std::string>> http_get(const aio::Context& ctx, aio::Workers& workers, std::string url,
                                              std::string ca_file);

}  // namespace net
