#include "api/reply.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine_api/words.h"
#include "json/write.h"

namespace api {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

// These two are written by the router of the reference before its JSON serialiser, hence the other header case.
net::HttpResponse router_reply(int status, std::string body) {
  net::HttpResponse out;
  out.status = status;
  out.headers.add("Content-Type", "application/json");
  out.headers.add("Content-Length", std::to_string(body.size()));
  out.body = std::move(body);
  return out;
}

constexpr std::string_view kAbsent = "absent";  // session::Manager::state_of

// What nobody has ever heard of is told as captured; why a session ended is told in the body too, since SDKs show their
// users no headers.
net::HttpResponse unknown_session_reply(Operation operation, const Failed& failed) {
  std::string body = is_operation(operation) ? "" : R"("success":false,)";
  body += R"("message":)" + quoted(failed.message);
  if (failed.session_state != kAbsent) body += R"(,"sessionState":)" + quoted(failed.session_state);
  if (!failed.session_detail.empty()) body += R"(,"sessionDetail":)" + quoted(failed.session_detail);
  return json_reply(failed.status, "{" + body + "}");
}

// What a browser's endpoint had a part in, as a header can carry it.
std::string header_text(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  std::string out(text.substr(0, kLongest));
  std::ranges::replace_if(out, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

}  // namespace

net::HttpResponse json_reply(int status, std::string body) {
  net::HttpResponse out;
  out.status = status;
  out.headers.add("content-type", "application/json; charset=utf-8");
  out.body = std::move(body);
  return out;
}

net::HttpResponse issues_reply(const json::Array& issues) {
  return json_reply(400, R"({"error":"Request validation failed","issues":)" + json::write(issues) + "}");
}

net::HttpResponse error_reply(int status, std::string_view text) {
  return json_reply(status, fmt::format(R"({{"error":{},"statusCode":{}}})", quoted(text), status));
}

net::HttpResponse bare_error_reply(int status, std::string_view text) {
  return json_reply(status, fmt::format(R"({{"error":{}}})", quoted(text)));
}

net::HttpResponse message_reply(int status, std::string_view message) {
  return json_reply(status, fmt::format(R"({{"message":{}}})", quoted(message)));
}

net::HttpResponse failure_reply(int status, std::string_view message, std::string_view hint) {
  const std::string more = hint.empty() ? std::string() : R"(,"hint":)" + quoted(hint);
  return json_reply(status, fmt::format(R"({{"success":false,"message":{}{}}})", quoted(message), more));
}

net::HttpResponse no_route_reply(std::string_view method, std::string_view target) {
  return json_reply(404, fmt::format(R"({{"message":{},"error":"Not Found","statusCode":404}})",
                                     quoted(fmt::format("Route {}:{} not found", method, target))));
}

net::HttpResponse bad_url_reply(std::string_view path) {
  return router_reply(400,
                      fmt::format(R"({{"error":"Bad Request","code":"FST_ERR_BAD_URL","message":{},"statusCode":400}})",
                                  quoted(fmt::format("'{}' is not a valid url component", path))));
}

net::HttpResponse id_too_long_reply(std::string_view path) {
  return router_reply(
      414, fmt::format(R"({{"error":"Bad Request","code":"FST_ERR_MAX_PARAM_LENGTH","message":{},"statusCode":414}})",
                       quoted(fmt::format("'{}' is exceeding the max param length", path))));
}

net::HttpResponse raw_error_reply(int status, std::string_view error, std::string_view message) {
  net::HttpResponse out;
  out.status = status;
  out.body = fmt::format(R"({{"error":{},"message":{},"statusCode":{}}})", quoted(error), quoted(message), status);
  out.headers.add("Content-Length", std::to_string(out.body.size()));
  out.headers.add("Content-Type", "application/json");
  return out;
}

net::HttpResponse missing_host_reply(std::string date) {
  net::HttpResponse out{.status = 400};
  out.headers.add("Connection", "close");
  out.headers.add("Date", std::move(date));
  out.headers.add("Transfer-Encoding", "chunked");
  out.body = "0\r\n\r\n";
  return out;
}

Failed failed(Operation operation, const base::Error& error) {
  Failed out{.status = 500, .message = error.message};
  // An unknown frameId is 404 on navigate and 500 on the other four: kept as the reference has it.
  if (error.kind == base::Kind::not_found && operation == Operation::navigate) out.status = 404;
  // So is 400 for a Browserbase session that Browserbase does not name.
  if (error.kind == base::Kind::not_found && operation == Operation::start) out.status = 400;
  // So far nothing was begun.
  if (error.kind == base::Kind::unavailable && operation == Operation::start) {
    out.status = 503;
    out.retry_after_seconds = 1;
  }
  // A run that cannot begin as it was asked for.
  if (error.kind == base::Kind::invalid && operation == Operation::agent_execute) out.status = 422;
  return out;
}

Failed failed(const session::Refused& refused) {
  using Why = session::Refused::Why;
  const int retry_after = static_cast<int>(refused.retry_after.count());
  switch (refused.why) {
    case Why::unknown:
      return {.status = 404,
              .message = "Session not found",
              .session_state = refused.state,
              .session_detail = refused.detail};
    case Why::exists:
      return {.status = 500, .message = "Session already exists"};
    case Why::full:
      return {.status = 429, .message = "All sessions are in use", .retry_after_seconds = retry_after};
    case Why::draining:
      return {.status = 503, .message = "Server is shutting down", .retry_after_seconds = retry_after};
  }
  return {};
}

Failed failed(Operation operation, const session::Failure& failure) {
  if (const auto* refused = std::get_if<session::Refused>(&failure)) return failed(*refused);
  return failed(operation, std::get<base::Error>(failure));
}

std::string_view logged(const base::Error& error) {
  const std::string_view said = error.message;
  return said.starts_with(engine::kNoFit) ? engine::kNoFit : said;
}

net::HttpResponse failed_reply(Operation operation, const Failed& failed) {
  if (!failed.result.empty()) {
    net::HttpResponse out =
        json_reply(failed.status, fmt::format(R"({{"success":false,"message":{},"data":{{"result":{}}}}})",
                                              quoted(failed.message), failed.result));
    out.headers.add("x-should-retry", "false");
    return out;
  }
  net::HttpResponse out = failed.session_state.empty() ? failure_reply(failed.status, failed.message, failed.hint)
                                                       : unknown_session_reply(operation, failed);
  if (!failed.session_state.empty()) out.headers.add("x-session-state", failed.session_state);
  if (!failed.session_detail.empty()) out.headers.add("x-session-detail", header_text(failed.session_detail));
  if (failed.retry_after_seconds > 0) out.headers.add("Retry-After", std::to_string(failed.retry_after_seconds));
  if (failed.status == 500) out.headers.add("x-should-retry", "false");
  return out;
}

}  // namespace api
