#include "api/handlers/start_request.h"

#include "api/handlers/stream_header.h"
#include "api/reply.h"
#include "api/schemas/model_choice.h"
#include "api/schemas/start.h"
#include "base/activity.h"
#include "browserbase/create_params.h"
#include "browserbase/here.h"
#include "json/footprint.h"

namespace api {
namespace {

constexpr std::string_view kCreateParams = "browserbaseSessionCreateParams";

// What a session that is meant for Browserbase cannot be on this machine.
std::optional<net::HttpResponse> refuse_here(const json::Value& body) {
  if (schemas::browserbase_session_id(body))
    return failure_reply(400,
                         "browserbaseSessionID is not available: this server gives Chromium of its own machine "
                         "(--browserbase-local), and each start a new one");
  if (auto message = browserbase::refuse_here(json::find(body, kCreateParams))) return failure_reply(400, *message);
  return std::nullopt;
}

// What must hold beyond the schema, in the reference's order. `here`: sessions for Browserbase are ones of this
// machine.
std::optional<net::HttpResponse> refuse_beyond_schema(const json::Value& body, const base::Secret& browserbase_key,
                                                      const net::HttpRequest& http, bool here) {
  if (auto message = schemas::refuse_start(body, http.headers.find("x-language"))) return failure_reply(400, *message);
  if (schemas::is_local(body)) return std::nullopt;
  if (here) return refuse_here(body);
  if (!browserbase_key.empty()) return std::nullopt;
  return failure_reply(400, "Missing required headers for browserbase sessions", kBrowserbaseHint);
}

StartWish wish(const json::Value& body, base::Secret browserbase_key, base::Secret model_key, bool here) {
  StartWish out{.config = schemas::session_config(body, std::move(model_key))};
  if (schemas::is_local(body)) return out;
  if (here) {
    auto* launch = std::get_if<engine::LaunchOptions>(&out.config.browser);
    if (launch && !launch->viewport) launch->viewport = browserbase::viewport_here(json::find(body, kCreateParams));
    return out;
  }
  out.browserbase = browserbase::Wish{.key = std::move(browserbase_key),
                                      .id = schemas::browserbase_session_id(body),
                                      .params = browserbase::create_params(json::find(body, kCreateParams))};
  return out;
}

}  // namespace

ReadStart read_start(const json::Value& body, const net::HttpRequest& http, base::Secret browserbase_key, bool here) {
  const base::Activity activity("examining a request's body");
  json::Issues wrong = schemas::check_start_body(body);
  if (!wrong.empty()) return issues_reply(json::to_array(std::move(wrong)));
  if (auto issues = check_stream_header(http)) return issues_reply(*issues);
  if (auto refusal = refuse_beyond_schema(body, browserbase_key, http, here)) return std::move(*refusal);
  StartWish out = wish(body, std::move(browserbase_key), schemas::model_key(http), here);
  const json::Value* params = out.browserbase ? json::find(body, kCreateParams) : nullptr;
  // Of the body it keeps texts, and what Browserbase is to be sent.
  out.bytes = http.body.size() + (params ? json::footprint(*params) : 0);
  return out;
}

}  // namespace api
