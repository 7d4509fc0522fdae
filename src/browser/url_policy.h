// Where operations and agents may send a page, and which links would leave the browser. What counts is how Chromium
// reads a URL, not how it is spelt. Where a page sends itself is Chromium's matter.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "browser/settings.h"

namespace browser {

// As the WHATWG URL parser reads it (white space and control characters in front, tabs and line breaks anywhere and
// letter case do not count), in lower case; "" where there is none.
std::string scheme_of(std::string_view url);

// The URL, with http:// before one that begins with a host (localhost:3000/x, example.test/x, [::1]:80), as browsers
// take what is typed into their address bar.
std::string with_scheme(std::string_view url);

// Why no page is sent there: only http:, https:, data:, about:blank and, where they are allowed, file: URLs. Nothing
// when it may go. A text without a scheme is for Chromium to refuse.
std::optional<std::string> refuse_url(std::string_view url, FileUrls file_urls);

// Whether Chromium has no use for it itself and would look for a program of the desktop: mailto:, tel: and the like.
bool leaves_the_browser(std::string_view url);

}  // namespace browser
