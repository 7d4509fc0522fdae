// McpClient: a server of tools by the Model Context Protocol over Streamable HTTP (revision 2025-06-18): its tools, and
// calls of them. One run's; what the server gave as session goes with it.
#pragma once
#include <string>
#include <vector>

#include "aio/context.h"
#include "base/redactor.h"
#include "engine_api/agent.h"
#include "llm/chat.h"
#include "net/http_client.h"

namespace engine {

class McpClient {
 public:
  // The HTTP client outlives this.
  McpClient(net::HttpClient& http, ToolServer server);

  // Of all servers together, in one run. Models take fewer.
  static constexpr std::size_t kMostTools = 256;

  // Introduces itself and asks for all tools. Errors name the server, never its headers; a server with more than
  // kMostTools, or a list of more than 2 MiB, is refused.
  aio::Task<base::Result<std::vector<llm::Tool>>> open(const aio::Context& ctx);

  struct Answer {
    std::vector<std::variant<llm::Text, llm::Image>> content = {};
    bool failed = false;
  };
  // REQUIRES: open.
  aio::Task<base::Result<Answer>> call(const aio::Context& ctx, std::string tool, json::Object arguments);

  // Tells the server that its session is over, as far as it gave one.
  aio::Task<void> close(const aio::Context& ctx);

 private:
  aio::Task<base::Result<json::Value>> ask(const aio::Context& ctx, std::string method, json::Object params,
                                           std::size_t& left);
  aio::Task<base::Result<net::HttpReply>> post(const aio::Context& ctx, json::Object message, std::size_t max_body);
  base::Error wrong(std::string what) const;
  Answer answer_of(const json::Value& result) const;

  net::HttpClient& http_;
  const ToolServer server_;
  base::Redactor secrets_;  // what a server repeats goes to a model and into an answer
  std::string session_;
  std::int64_t last_id_ = 0;
};

}  // namespace engine
