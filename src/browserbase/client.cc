#include "browserbase/client.h"

#include <fmt/format.h>

#include "aio/compute.h"
#include "base/redactor.h"
#include "base/text.h"
#include "base/url_secrets.h"
#include "json/read.h"
#include "json/write.h"

namespace browserbase {
namespace {

constexpr std::size_t kMaxAnswer = 1024 * 1024;
constexpr std::size_t kMaxReason = 500;  // of Browserbase's words, in an error

// One segment of a path: an id comes from a caller and must not lead elsewhere.
std::string segment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

// What a refusal says: the status, then `message` of the body, the body's JSON, or its text; without the key.
std::string refusal(const net::HttpReply& reply, const base::Redactor& without_key) {
  const auto body = json::read(reply.body, {.max_bytes = kMaxAnswer, .max_depth = 100});
  std::string why;
  if (!body) {
    why = base::repair_utf8(reply.body);
  } else if (const json::Value* message = json::find(*body, "message")) {
    why = message->is_string() ? std::string(json::view(message->get_string())) : json::write(*message);
  } else {
    why = json::write(*body);
  }
  if (why.empty()) return fmt::format("{} status code (no body)", reply.status);
  why = base::hide_url_secrets(without_key(why));  // a connectUrl holds one of its own
  return fmt::format("{} {}", reply.status, base::truncate(base::repair_utf8(why), kMaxReason));
}

base::Error broken(base::Error error) {
  if (error.kind == base::Kind::timeout) return {base::Kind::timeout, "Request timed out.", std::move(error.message)};
  if (error.kind == base::Kind::upstream) return {base::Kind::upstream, "Connection error.", std::move(error.message)};
  return error;
}

RemoteSession session_from(const json::Value& answer) {
  return {.id = json::get_text(answer, "id").value_or(""),
          .project_id = json::get_text(answer, "projectId").value_or(""),
          .connect_url = base::Secret(json::get_text(answer, "connectUrl").value_or(""))};
}

}  // namespace

Client::Client(net::HttpClient& http, std::string base_url) : http_(http), base_url_(std::move(base_url)) {
  while (base_url_.ends_with('/')) base_url_.pop_back();
}

aio::Task<base::Result<RemoteSession>> Client::create(const aio::Context& ctx, base::Secret key, json::Object params) {
  // Written before the call, through which its values would live otherwise: callers choose how many they are.
  std::string body = json::write(json::Value(std::move(params)));
  CO_TRY(const json::Value answer, co_await call(ctx, "POST", "/v1/sessions", std::move(key), std::move(body)));
  RemoteSession made = session_from(answer);
  if (made.id.empty()) co_return base::fail(base::Kind::not_found, "Failed to create browserbase session");
  co_return made;
}

aio::Task<base::Result<RemoteSession>> Client::retrieve(const aio::Context& ctx, base::Secret key, std::string id) {
  CO_TRY(const json::Value answer, co_await call(ctx, "GET", "/v1/sessions/" + segment(id), std::move(key), ""));
  if (!answer.is_object()) co_return base::fail(base::Kind::not_found, "Failed to retrieve browserbase session");
  RemoteSession found = session_from(answer);
  if (found.id.empty()) found.id = std::move(id);
  co_return found;
}

aio::Task<base::Result<void>> Client::release(const aio::Context& ctx, base::Secret key, RemoteSession session) {
  json::Object body;
  if (!session.project_id.empty()) body["projectId"] = session.project_id;
  body["status"] = "REQUEST_RELEASE";
  CO_TRY_VOID(co_await call(ctx, "POST", "/v1/sessions/" + segment(session.id), std::move(key),
                            json::write(json::Value(std::move(body)))));
  co_return base::Result<void>();
}

aio::Task<base::Result<json::Value>> Client::call(const aio::Context& ctx, std::string method, std::string path,
                                                  base::Secret key, std::string body) {
  net::HttpCall call{
      .method = std::move(method), .url = base_url_ + path, .body = std::move(body), .max_body = kMaxAnswer};
  call.headers.add("accept", "application/json");
  if (!call.body.empty()) call.headers.add("content-type", "application/json");
  call.secret_headers.push_back({"x-bb-api-key", key});
  auto reply = co_await http_.send(ctx, std::move(call));
  if (!reply) co_return std::unexpected(broken(std::move(reply).error()));
  if (reply->status < 200 || reply->status >= 300) {
    base::Redactor secrets;
    secrets.add(key);
    const std::size_t work = secrets.unprepared() + reply->body.size();
    co_return base::fail(base::Kind::upstream, co_await aio::compute(ctx, work, [&](const std::stop_token&) {
                           return refusal(*reply, secrets);
                         }));
  }
  auto answer = json::read(reply->body, {.max_bytes = kMaxAnswer, .max_depth = 100});
  co_return answer ? std::move(*answer) : json::Value();  // what an empty or broken answer lacks is told by the caller
}

}  // namespace browserbase
