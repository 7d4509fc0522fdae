// navigate: a page goes to a URL and is waited for, under one deadline that covers the server's silence too.
#pragma once
#include "browser/page.h"
#include "browser/settings.h"
#include "engine_api/types.h"

namespace browser {

// Errors: Kind::timeout "navigate timed out after <n>ms waiting for <what>", "-32000 Cannot navigate to invalid URL",
// a refused file: URL. An unreachable host is no error: the result is null, as on the wire, and the log says why.
aio::Task<base::Result<engine::NavigateResult>> navigate(const aio::Context& ctx, Page& page,
                                                         engine::NavigateRequest request, FileUrls file_urls);

}  // namespace browser
