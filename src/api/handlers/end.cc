// POST /v1/sessions/:id/end and GET /v1/sessions/:id/replay.
#include "api/handlers/stream_header.h"
#include "api/service.h"

namespace api {
namespace {

// No body, null, {} and [] end a session; anything else is a mistake of the caller's.
bool is_empty(const json::Value& body) {
  if (body.is_object()) return body.get_object().empty();
  if (body.is_array()) return body.get_array().empty();
  return body.is_null();
}

}  // namespace

aio::Task<int> Service::end(Request& request) {
  if (auto issues = check_stream_header(request.http())) co_return co_await send(request, issues_reply(*issues));
  if (!is_empty(request.body)) co_return co_await send(request, failure_reply(400, "Request body must be empty"));
  auto ended = co_await sessions_.end(context(request.id), request.route.session_id, session::EndReason::client);
  if (!ended) co_return co_await send(request, failed_reply(Operation::end, failed(ended.error())));
  co_return co_await send(request, json_reply(200, R"({"success":true})"));
}

aio::Task<int> Service::replay(Request& request) {
  if (auto issues = check_stream_header(request.http())) co_return co_await send(request, issues_reply(*issues));
  co_return co_await send(
      request, json_reply(200, R"({"success":true,"data":)" + replays_.json(request.route.session_id) + "}"));
}

}  // namespace api
