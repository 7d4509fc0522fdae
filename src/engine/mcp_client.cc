#include "engine/mcp_client.h"

#include <algorithm>

#include <fmt/format.h>

#include "aio/compute.h"
#include "base/text.h"
#include "json/read.h"
#include "json/write.h"

namespace engine {
namespace {

constexpr std::string_view kRevision = "2025-06-18";
constexpr std::size_t kMaxAnswer = 8 * 1024 * 1024;
constexpr std::size_t kMaxList = 2 * 1024 * 1024;  // all pages of the list of tools
constexpr int kMostPages = 50;
constexpr std::size_t kMostParts = 100;  // of what a tool gives

// The message of this id in a body that is one, or a stream of events with one.
std::optional<json::Value> message_of(const net::HttpReply& reply, std::int64_t id) {
  const auto is_it = [&](const json::Value& value) { return json::get_int(value, "id") == id; };
  if (auto whole = json::read(reply.body); whole && is_it(*whole)) return std::move(*whole);
  std::string data;
  for (const std::string_view line : base::split(reply.body, '\n')) {
    const std::string_view text = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    if (text.starts_with("data:")) {
      data += text.substr(text.starts_with("data: ") ? 6 : 5);
    } else if (text.empty() && !data.empty()) {
      if (auto one = json::read(data); one && is_it(*one)) return std::move(*one);
      data.clear();
    }
  }
  if (auto one = json::read(data); one && is_it(*one)) return std::move(*one);
  return std::nullopt;
}

}  // namespace

McpClient::McpClient(net::HttpClient& http, ToolServer server) : http_(http), server_(std::move(server)) {
  secrets_.add_url(server_.url);
  for (const auto& [name, value] : server_.headers) secrets_.add_header(name, value.reveal());
}

base::Error McpClient::wrong(std::string what) const {
  const auto url = net::parse_url(server_.url);
  return {base::Kind::upstream, fmt::format("the tool server at {} {}", url ? url->host : "?", what)};
}

aio::Task<base::Result<net::HttpReply>> McpClient::post(const aio::Context& ctx, json::Object message,
                                                        std::size_t max_body) {
  net::HttpCall call;
  call.url = server_.url;
  call.max_body = max_body;
  call.headers.add("content-type", "application/json");
  call.headers.add("accept", "application/json, text/event-stream");
  call.headers.add("mcp-protocol-version", std::string(kRevision));
  if (!session_.empty()) call.secret_headers.push_back({"mcp-session-id", base::Secret(session_)});
  for (const auto& [name, value] : server_.headers) call.secret_headers.push_back({name, value});
  call.body = json::write(json::Value(std::move(message)));
  co_return co_await http_.send(ctx, std::move(call));
}

aio::Task<base::Result<json::Value>> McpClient::ask(const aio::Context& ctx, std::string method, json::Object params,
                                                    std::size_t& left) {
  const std::int64_t id = ++last_id_;
  json::Object message{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
  CO_TRY(net::HttpReply reply, co_await post(ctx, std::move(message), left));
  left -= std::min(left, reply.body.size());
  if (reply.status < 200 || reply.status > 299)
    co_return std::unexpected(wrong(fmt::format("answered {} with HTTP status {}", method, reply.status)));
  if (const auto session = reply.headers.find("mcp-session-id"); session && session_.empty()) session_ = *session;
  auto answer = co_await aio::compute(ctx, [&](const std::stop_token&) { return message_of(reply, id); });
  if (!answer) co_return std::unexpected(wrong(fmt::format("gave no answer to {}", method)));
  if (const auto error = json::get_text(*answer, "error.message"))
    co_return std::unexpected(wrong(fmt::format("refused {}: {}", method, base::truncate(secrets_(*error), 300))));
  json::Value* result = answer->is_object() ? answer->get_object().if_contains("result") : nullptr;
  if (!result) co_return std::unexpected(wrong(fmt::format("gave no result of {}", method)));
  co_return std::move(*result);
}

aio::Task<base::Result<std::vector<llm::Tool>>> McpClient::open(const aio::Context& ctx) {
  std::size_t left = kMaxList;
  CO_TRY_VOID(co_await ask(ctx, "initialize",
                           {{"protocolVersion", kRevision},
                            {"capabilities", json::Object()},
                            {"clientInfo", json::Object{{"name", "belay"}, {"version", BELAY_VERSION}}}},
                           left));
  CO_TRY_VOID(co_await post(ctx, {{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}}, left));
  std::vector<llm::Tool> out;
  std::string cursor;
  for (int page = 0; page < kMostPages; ++page) {
    json::Object params;
    if (!cursor.empty()) params["cursor"] = cursor;
    CO_TRY(const json::Value listed, co_await ask(ctx, "tools/list", std::move(params), left));
    const json::Array* tools = json::get_array(listed, "tools");
    if (tools && out.size() + tools->size() > kMostTools)
      co_return std::unexpected(wrong(fmt::format("has more than {} tools", kMostTools)));
    if (tools)
      for (const json::Value& tool : *tools) {
        const json::Object* schema = json::get_object(tool, "inputSchema");
        out.push_back({.name = secrets_(json::get_text(tool, "name").value_or("")),
                       .description = secrets_(json::get_text(tool, "description").value_or("")),
                       .parameters = schema ? *schema : json::Object{{"type", "object"}}});
      }
    cursor = json::get_text(listed, "nextCursor").value_or("");
    if (cursor.empty()) break;
  }
  co_return out;
}

McpClient::Answer McpClient::answer_of(const json::Value& result) const {
  Answer out{.failed = json::get_bool(result, "isError").value_or(false)};
  if (const json::Array* content = json::get_array(result, "content"))
    for (const json::Value& item : *content) {
      if (out.content.size() == kMostParts) {
        out.content.emplace_back(llm::Text{fmt::format("({} more parts are left out)", content->size() - kMostParts)});
        break;
      }
      const std::string type = json::get_text(item, "type").value_or("");
      if (type == "text")
        out.content.emplace_back(llm::Text{secrets_(json::get_text(item, "text").value_or(""))});
      else if (type == "image")
        out.content.emplace_back(llm::Image{json::get_text(item, "mimeType").value_or("image/png"),
                                            json::get_text(item, "data").value_or("")});
      else
        out.content.emplace_back(llm::Text{secrets_(json::write(item))});
    }
  if (out.content.empty())
    if (const json::Value* structured = json::find(result, "structuredContent"))
      out.content.emplace_back(llm::Text{secrets_(json::write(*structured))});
  return out;
}

aio::Task<base::Result<McpClient::Answer>> McpClient::call(const aio::Context& ctx, std::string tool,
                                                           json::Object arguments) {
  std::size_t left = kMaxAnswer;
  CO_TRY(const json::Value result,
         co_await ask(ctx, "tools/call", {{"name", tool}, {"arguments", std::move(arguments)}}, left));
  co_return co_await aio::compute(ctx, [&](const std::stop_token&) { return answer_of(result); });
}

aio::Task<void> McpClient::close(const aio::Context& ctx) {
  if (session_.empty()) co_return;
  net::HttpCall call;
  call.method = "DELETE";
  call.url = server_.url;
  call.secret_headers.push_back({"mcp-session-id", base::Secret(std::exchange(session_, {}))});
  for (const auto& [name, value] : server_.headers) call.secret_headers.push_back({name, value});
  static_cast<void>(co_await http_.send(ctx, std::move(call)));
}

}  // namespace engine
