// navigate: a page goes to a URL and is waited for, under one deadline that covers the server's silence too. go: it
// goes back or forward in its history.
#pragma once
#include "browser/page.h"
#include "browser/settings.h"
#include "engine_api/types.h"

namespace browser {

// Errors: Kind::timeout "navigate timed out after <n>ms waiting for <what>", "-32000 Cannot navigate to invalid URL",
// a refused URL (url_policy.h); Kind::browser for a document whose body is cut short. An unreachable host is no error:
// the result is null, as on the wire, and the log says why. A page that cannot be left any more is Page::hung after it;
// Browser::navigate puts another in its place.
aio::Task<base::Result<engine::NavigateResult>> navigate(const aio::Context& ctx, Page& page,
                                                         engine::NavigateRequest request, FileUrls file_urls);

// Whether the page is Page::hung still: a navigation before this one has found it so, and its script may have ended
// since.
aio::Task<bool> hangs(const aio::Context& ctx, Page& page);

// Until the page from the history has taken the place of this one. The error says that there is none, or that it did
// not come; the tab then stays where it is.
enum class Way { back, forward };
aio::Task<base::Result<void>> go(const aio::Context& ctx, Page& page, Way way);

}  // namespace browser
