// What the body of a start asks for. Read on the thread that parsed the body, which nobody needs any more then.
#pragma once
#include <cstddef>
#include <optional>
#include <variant>

#include "base/secret.h"
#include "browserbase/rentals.h"
#include "engine_api/types.h"
#include "net/http.h"

namespace api {

struct StartWish {
  engine::SessionConfig config;
  std::optional<browserbase::Wish> browserbase = {};  // absent: a local browser
  std::size_t bytes = 0;                              // about what that takes
};

// With whatever goes wrong on the way to a session at Browserbase: the body that asks for one need not say so.
inline constexpr std::string_view kBrowserbaseHint =
    "The session is one for Browserbase, since browser.type is not \"local\". For Chromium of the server's machine "
    "send "
    "\"browser\":{\"type\":\"local\"}, or start the server with --browserbase-local";

// Or why there can be no such session.
using ReadStart = std::variant<StartWish, net::HttpResponse>;

// `here`: sessions for Browserbase are ones of this machine.
ReadStart read_start(const json::Value& body, const net::HttpRequest& http, base::Secret browserbase_key, bool here);

}  // namespace api
