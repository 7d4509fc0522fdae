#include "engine/own_tools.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aio/workers.h"
#include "base/text.h"
#include "engine/peer_exchange.h"
#include "engine/tool_schemas.h"

namespace engine {
namespace {

constexpr std::size_t kMaxToolAnswer = 8 * 1024 * 1024;
constexpr std::size_t kMaxFailure = 2000;  // of what a callback that failed says

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

agent::Used used(const llm::ToolCall& call, ToolAnswer answer) {
  json::Object entry = agent::action_of(call);
  entry["success"] = !answer.failed;
  const std::string error = answer.failed ? std::string(json::view(answer.told.get_string())) : "";
  entry[answer.failed ? "error" : "result"] = std::move(answer.told);
  agent::Used out{.content = std::move(answer.content), .failed = answer.failed, .error = error};
  out.actions.push_back(std::move(entry));
  return out;
}

base::Redactor secrets_of(const OwnTool& tool) {
  base::Redactor out;
  out.add_url(tool.url);
  for (const auto& [name, value] : tool.headers) out.add_header(name, value.reveal());
  return out;
}

// What a callback gave. One that repeats its headers would tell them to a model.
ToolAnswer answer_of(const net::HttpReply& reply, const base::Redactor& secrets) {
  const bool failed = reply.status < 200 || reply.status > 299;
  std::string text = secrets(reply.body);
  if (failed) text = fmt::format("HTTP status {}: {}", reply.status, base::truncate(text, kMaxFailure));
  return ToolAnswer::of({llm::Text{std::move(text)}}, failed);
}

}  // namespace

OwnTools::OwnTools(agent::Toolbox& inner, net::HttpClient* http, const AgentRequest& request)
    : inner_(inner), http_(http), request_(request) {}

base::Result<void> OwnTools::add(Known known) {
  const std::string& name = known.tool.name;
  if (!is_name(name))
    return base::fail(base::Kind::invalid,
                      fmt::format("agentConfig.tools: \"{}\" is no name of a tool (1 to 64 letters, digits, _ and -)",
                                  base::truncate(name, 80)));
  if (known_.size() >= McpClient::kMostTools)
    return base::fail(base::Kind::invalid,
                      fmt::format("agentConfig.tools: there are more than {} tools", McpClient::kMostTools));
  if (!names_.insert(name).second)
    return base::fail(base::Kind::invalid, fmt::format("agentConfig.tools: there is a tool named {} already", name));
  known_.push_back(std::move(known));
  return {};
}

void OwnTools::take_names_of_inner() {
  llm::Chat chat;
  inner_.offer(chat);
  for (llm::Tool& tool : chat.tools) names_.insert(std::move(tool.name));
}

aio::Task<base::Result<void>> OwnTools::check_schemas(const aio::Context& ctx) const {
  std::vector<json::Shared> schemas;
  for (const Known& known : known_) schemas.push_back(known.tool.parameters);
  const auto faults = co_await faults_of(ctx, schemas);
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (faults[i])
      co_return base::fail(base::Kind::invalid, fmt::format("agentConfig.tools: the parameters of {} are of no use: {}",
                                                            known_[i].tool.name, *faults[i]));
  co_return base::Result<void>();
}

aio::Task<base::Result<void>> OwnTools::open(const aio::Context& ctx) {
  if (request_.tools.empty() && request_.tool_servers.empty()) co_return base::Result<void>();
  if (!http_)
    co_return base::fail(base::Kind::invalid,
                         "agentConfig.tools: this server takes no tools of callers; its operator may allow hosts with "
                         "--tool-hosts");
  take_names_of_inner();
  for (const OwnTool& tool : request_.tools)
    CO_TRY_VOID(
        add({.tool = {tool.name, tool.description, tool.parameters}, .callback = &tool, .secrets = secrets_of(tool)}));
  CO_TRY_VOID(co_await check_schemas(ctx));
  for (const ToolServer& server : request_.tool_servers) {
    servers_.push_back(std::make_unique<McpClient>(*http_, server));
    McpClient* client = servers_.back().get();
    auto tools = co_await client->open(ctx, lists_left_);
    if (!tools && tools.error().kind != base::Kind::gone)
      co_return base::fail(base::Kind::invalid, "agentConfig.tools: " + tools.error().message);
    if (!tools) co_return std::unexpected(std::move(tools).error());
    for (llm::Tool& tool : *tools) CO_TRY_VOID(add({.tool = std::move(tool), .server = client}));
  }
  co_return base::Result<void>();
}

aio::Task<void> OwnTools::close(const aio::Context& ctx) {
  for (const auto& server : servers_) co_await server->close(ctx);
  if (ctx.workers) ctx.workers->discard(std::exchange(known_, {}));  // schemas of megabytes
}

void OwnTools::offer(llm::Chat& chat) const {
  inner_.offer(chat);
  for (const Known& known : known_) chat.tools.push_back(known.tool);
}

aio::Task<base::Result<agent::Toolbox::Scene>> OwnTools::scene(const aio::Context& ctx, bool first) {
  co_return co_await inner_.scene(ctx, first);
}

aio::Task<base::Result<agent::Used>> OwnTools::use(const aio::Context& ctx, const llm::ToolCall& said) {
  const auto known = std::ranges::find_if(known_, [&](const Known& each) { return each.tool.name == said.name; });
  if (known == known_.end()) co_return co_await inner_.use(ctx, said);
  const FittedCall fit = co_await fitted(ctx, said, known->tool.parameters);
  const llm::ToolCall& call = fit.mended ? *fit.mended : said;
  const auto failed = [&](std::string why) { return used(call, ToolAnswer::of({llm::Text{std::move(why)}}, true)); };
  if (fit.misfit) co_return failed(fmt::format("Invalid input for tool {}: {}", call.name, *fit.misfit));
  auto answer = known->callback ? co_await call_back(ctx, *known->callback, known->secrets, call)
                                : co_await known->server->call(ctx, call.name, call.arguments);
  if (answer) co_return used(call, std::move(*answer));
  if (answer.error().kind == base::Kind::timeout && ctx.now() >= ctx.deadline)
    co_return std::unexpected(std::move(answer).error());
  co_return failed(std::move(answer).error().message);
}

aio::Task<base::Result<ToolAnswer>> OwnTools::call_back(const aio::Context& ctx, const OwnTool& tool,
                                                        base::Redactor secrets, const llm::ToolCall& call) {
  net::HttpCall http;
  http.url = tool.url;
  http.max_body = kMaxToolAnswer;
  http.headers.add("content-type", "application/json");
  for (const auto& [name, value] : tool.headers) http.secret_headers.push_back({name, value});
  http.body = co_await write_message(ctx, call.arguments, [&](const json::Object& arguments) {
    return json::Object{{"tool", call.name}, {"arguments", arguments}};
  });
  CO_TRY(net::HttpReply reply, co_await http_->send(ctx, std::move(http)));
  const auto read = [secrets](net::HttpReply answer) { return answer_of(answer, secrets); };
  co_return co_await read_answer(ctx, std::move(reply), read, secrets.unprepared());
}

}  // namespace engine
