// POST /v1/sessions/:id/end, POST /v1/sessions/:id/cancel and GET /v1/sessions/:id/replay.
#include <fmt/format.h>

#include "api/handlers/stream_header.h"
#include "api/service.h"

namespace api {
namespace {

// No body, null, {} and [] end a session or cancel its work; anything else is a mistake of the caller's.
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

// Holds no lease, so it waits for no turn and is no use of the session.
aio::Task<int> Service::cancel(Request& request) {
  if (auto issues = check_stream_header(request.http())) co_return co_await send(request, issues_reply(*issues));
  if (!is_empty(request.body)) co_return co_await send(request, failure_reply(400, "Request body must be empty"));
  const std::string& id = request.route.session_id;
  const std::optional<std::uint64_t> generation = sessions_.generation_of(id);
  if (!generation) {
    const session::Refused unknown = sessions_.unknown(id);
    co_return co_await send(request, failed_reply(Operation::cancel, failed(unknown)));
  }
  const std::size_t count = co_await runs_.cancel_session(*generation);
  if (count > 0) log_.info("operations cancelled", {{"reqId", request.id}, {"sessionId", id}, {"count", count}});
  co_return co_await send(request,
                          json_reply(200, fmt::format(R"({{"success":true,"data":{{"cancelled":{}}}}})", count)));
}

aio::Task<int> Service::replay(Request& request) {
  if (auto issues = check_stream_header(request.http())) co_return co_await send(request, issues_reply(*issues));
  Replays::Replay kept = replays_.of(request.route.session_id);
  const bool large = Offload::is_large(kept.bytes());
  const bool typescript = request.http().headers.find("x-language") == "typescript";
  const Tokens tokens = typescript ? Tokens::all : Tokens::published;
  std::string answer = co_await offload_.run(
      large, [kept = std::move(kept), tokens] { return R"({"success":true,"data":)" + kept.json(tokens) + "}"; });
  co_return co_await send(request, json_reply(200, std::move(answer)));
}

}  // namespace api
