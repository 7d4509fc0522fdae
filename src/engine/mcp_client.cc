#include "engine/mcp_client.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/peer_exchange.h"
#include "engine/peer_words.h"
#include "engine/tool_schemas.h"
#include "json/read.h"

namespace engine {
namespace {

constexpr std::string_view kRevision = "2025-06-18";
constexpr std::size_t kMaxMcpAnswer = 8 * 1024 * 1024;
constexpr std::size_t kMaxFarewell = 64 * 1024;
constexpr int kMostPages = 50;
constexpr std::size_t kMostParts = 100;  // of what a tool gives
constexpr std::size_t kMaxType = 100;    // of a picture's media type
constexpr std::size_t kMaxNameInLog = 100;

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

json::Object as_it_is(const json::Object& params) { return params; }

}  // namespace

McpClient::McpClient(net::HttpClient& http, ToolServer server) : http_(http), server_(std::move(server)) {
  const auto url = net::parse_url(server_.url);
  peer_.host = url ? url->host : "?";
  peer_.secrets.add_url(server_.url);
  for (const auto& [name, value] : server_.headers) peer_.secrets.add_header(name, value.reveal());
}

base::Error McpClient::Peer::wrong(std::string what) const {
  return {base::Kind::upstream, fmt::format("the tool server at {} {}", host, what)};
}

aio::Task<base::Result<net::HttpReply>> McpClient::post(const aio::Context& ctx, std::string message,
                                                        std::size_t max_body) {
  net::HttpCall call;
  call.url = server_.url;
  call.max_body = max_body;
  call.headers.add("content-type", "application/json");
  call.headers.add("accept", "application/json, text/event-stream");
  call.headers.add("mcp-protocol-version", std::string(kRevision));
  if (!session_.empty()) call.secret_headers.push_back({"mcp-session-id", base::Secret(session_)});
  for (const auto& [name, value] : server_.headers) call.secret_headers.push_back({name, value});
  call.body = std::move(message);
  co_return co_await http_.send(ctx, std::move(call));
}

base::Result<json::Value> McpClient::result_of(const net::HttpReply& reply, std::int64_t id, std::string_view method,
                                               const Peer& peer) {
  auto answer = message_of(reply, id);
  if (!answer) return std::unexpected(peer.wrong(fmt::format("gave no answer to {}", method)));
  if (const auto error = json::get_text(*answer, "error.message"))
    return std::unexpected(
        peer.wrong(fmt::format("refused {}: {}", method, base::truncate(peer.secrets(*error), 300))));
  json::Value* result = answer->is_object() ? answer->get_object().if_contains("result") : nullptr;
  if (!result) return std::unexpected(peer.wrong(fmt::format("gave no result of {}", method)));
  return std::move(*result);
}

template <class Params, class Read>
aio::Task<std::invoke_result_t<Read, const json::Value&, const McpClient::Peer&>> McpClient::ask(
    const aio::Context& ctx, std::string_view method, const json::Object& given, Params params, std::size_t& left,
    Read read) {
  const std::int64_t id = ++last_id_;
  std::string message = co_await write_message(ctx, given, [&](const json::Object& from) {
    return json::Object{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params(from)}};
  });
  CO_TRY(net::HttpReply reply, co_await post(ctx, std::move(message), left));
  left -= std::min(left, reply.body.size());
  const bool well = reply.status >= 200 && reply.status <= 299;
  if (const auto session = reply.headers.find("mcp-session-id"); well && session && session_.empty())
    session_ = *session;
  using Out = std::invoke_result_t<Read, const json::Value&, const Peer&>;
  const auto take = [=, peer = peer_](net::HttpReply answer) -> Out {
    if (!well)
      return std::unexpected(peer.wrong(
          fmt::format("answered {} with HTTP status {}{}", method, answer.status, words_of(answer, peer.secrets))));
    TRY(const json::Value result, result_of(answer, id, method, peer));
    return read(result, peer);
  };
  co_return co_await read_answer(ctx, std::move(reply), take, peer_.secrets.unprepared());
}

base::Result<McpClient::Listed> McpClient::tools_of(const json::Value& result, const Peer& peer) {
  Listed out{.tools = {}, .cursor = json::get_text(result, "nextCursor").value_or("")};
  const json::Array* tools = json::get_array(result, "tools");
  if (!tools) return out;
  if (tools->size() > kMostTools) return std::unexpected(peer.wrong(fmt::format("has more than {} tools", kMostTools)));
  for (const json::Value& tool : *tools) {
    const json::Object* schema = json::get_object(tool, "inputSchema");
    out.tools.push_back({.name = peer.secrets(json::get_text(tool, "name").value_or("")),
                         .description = peer.secrets(json::get_text(tool, "description").value_or("")),
                         .parameters = schema ? *schema : json::Object{{"type", "object"}}});
  }
  return out;
}

aio::Task<base::Result<std::vector<llm::Tool>>> McpClient::list(const aio::Context& ctx, std::size_t& left) {
  const json::Object introduction{{"protocolVersion", kRevision},
                                  {"capabilities", json::Object()},
                                  {"clientInfo", json::Object{{"name", "belay"}, {"version", BELAY_VERSION}}}};
  const auto introduced = [](const json::Value&, const Peer&) { return base::Result<void>(); };
  CO_TRY_VOID(co_await ask(ctx, "initialize", introduction, as_it_is, left, introduced));
  CO_TRY_VOID(co_await post(ctx, R"({"jsonrpc":"2.0","method":"notifications/initialized"})", left));
  std::vector<llm::Tool> out;
  json::Object params;
  for (int page = 0; page < kMostPages; ++page) {
    CO_TRY(Listed listed, co_await ask(ctx, "tools/list", params, as_it_is, left, tools_of));
    if (out.size() + listed.tools.size() > kMostTools)
      co_return std::unexpected(peer_.wrong(fmt::format("has more than {} tools", kMostTools)));
    std::ranges::move(listed.tools, std::back_inserter(out));
    if (listed.cursor.empty()) break;
    params["cursor"] = listed.cursor;
  }
  co_return out;
}

aio::Task<void> McpClient::leave_out_useless(const aio::Context& ctx, std::vector<llm::Tool>& tools) const {
  std::vector<json::Shared> schemas;
  for (const llm::Tool& tool : tools) schemas.push_back(tool.parameters);
  const auto faults = co_await faults_of(ctx, schemas);
  std::vector<llm::Tool> kept;
  for (std::size_t i = 0; i < tools.size(); ++i)
    if (!faults[i])
      kept.push_back(std::move(tools[i]));
    else
      ctx.log->warn("tool left out", {{"reqId", ctx.request_id},
                                      {"server", peer_.host},
                                      {"tool", base::truncate(tools[i].name, kMaxNameInLog)},
                                      {"error", peer_.secrets(*faults[i])}});
  tools = std::move(kept);
}

aio::Task<base::Result<std::vector<llm::Tool>>> McpClient::open(const aio::Context& ctx, std::size_t& left) {
  auto tools = co_await list(ctx, left);
  if (tools) co_await leave_out_useless(ctx, *tools);
  if (tools || tools.error().kind != base::Kind::full) co_return tools;
  co_return std::unexpected(peer_.wrong(
      fmt::format("has too much to say of its tools: the lists of a run have {} bytes at most together", kMaxLists)));
}

base::Result<ToolAnswer> McpClient::answer_of(const json::Value& result, const Peer& peer) {
  ToolAnswer::Content out;
  if (const json::Array* content = json::get_array(result, "content"))
    for (const json::Value& item : *content) {
      if (out.size() == kMostParts) {
        out.emplace_back(llm::Text{fmt::format("({} more parts are left out)", content->size() - kMostParts)});
        break;
      }
      const std::string type = json::get_text(item, "type").value_or("");
      if (type == "text")
        out.emplace_back(llm::Text{peer.secrets(json::get_text(item, "text").value_or(""))});
      else if (type == "image")
        out.emplace_back(
            llm::Image{base::truncate(peer.secrets(json::get_text(item, "mimeType").value_or("image/png")), kMaxType),
                       json::get_text(item, "data").value_or("")});
      else
        out.emplace_back(llm::Text{peer.secrets(json::write(item))});
    }
  if (out.empty())
    if (const json::Value* structured = json::find(result, "structuredContent"))
      out.emplace_back(llm::Text{peer.secrets(json::write(*structured))});
  return ToolAnswer::of(std::move(out), json::get_bool(result, "isError").value_or(false));
}

aio::Task<base::Result<ToolAnswer>> McpClient::call(const aio::Context& ctx, std::string tool,
                                                    const json::Object& arguments) {
  std::size_t left = kMaxMcpAnswer;
  const auto params = [&](const json::Object& given) { return json::Object{{"name", tool}, {"arguments", given}}; };
  co_return co_await ask(ctx, "tools/call", arguments, params, left, answer_of);
}

aio::Task<void> McpClient::close(const aio::Context& ctx) {
  if (session_.empty()) co_return;
  net::HttpCall call;
  call.method = "DELETE";
  call.max_body = kMaxFarewell;
  call.url = server_.url;
  call.secret_headers.push_back({"mcp-session-id", base::Secret(std::exchange(session_, {}))});
  for (const auto& [name, value] : server_.headers) call.secret_headers.push_back({name, value});
  static_cast<void>(co_await http_.send(ctx, std::move(call)));
}

}  // namespace engine
