// GET and POST /v1/sessions/:id: what Browserbase's own API answers to clients that want to connect to a session, or to
// give it back. Only where sessions for Browserbase are Chromiums of this machine.
#include "api/service.h"
#include "json/shape.h"
#include "json/write.h"

namespace api {
namespace {

const json::Shape& update() {
  static const json::Shape shape =
      json::object({{"status", json::literal("REQUEST_RELEASE")}, {"projectId", json::optional(json::string())}});
  return shape;
}

}  // namespace

aio::Task<int> Service::browserbase_session(Request& request) {
  const std::string& id = request.route.session_id;
  engine::NullSink nobody;
  auto lease = co_await sessions_.lease(context(request.id), id, nobody, "browserbase session");
  if (!lease)
    co_return co_await send(
        request, failed_reply(Operation::browserbase_session, failed(Operation::browserbase_session, lease.error())));
  std::string connect_url = lease->engine().cdp_url();
  lease = session::Lease();  // however slowly the client reads
  const json::Object told{{"id", id}, {"status", "RUNNING"}, {"connectUrl", std::move(connect_url)}};
  co_return co_await send(request, json_reply(200, json::write(told)));
}

aio::Task<int> Service::browserbase_update(Request& request) {
  if (auto issues = update().check(&request.body); !issues.empty())
    co_return co_await send(request, issues_reply(json::to_array(std::move(issues))));
  const std::string& id = request.route.session_id;
  auto ended = co_await sessions_.end(context(request.id), id, session::EndReason::client);
  if (!ended) co_return co_await send(request, failed_reply(Operation::browserbase_update, failed(ended.error())));
  co_return co_await send(request, json_reply(200, json::write(json::Object{{"id", id}, {"status", "COMPLETED"}})));
}

}  // namespace api
