// McpClient: a server of tools by the Model Context Protocol over Streamable HTTP (revision 2025-06-18): its tools, and
// calls of them. One run's; what the server gave as session goes with it.
#pragma once
#include <string>
#include <vector>

#include "aio/context.h"
#include "base/redactor.h"
#include "engine/tool_answer.h"
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
  static constexpr std::size_t kMaxLists = 2 * 1024 * 1024;  // bytes of what they say of themselves and their tools

  // Introduces itself and asks for all tools; what that took of kMaxLists is taken from `left`. Errors name the server,
  // never its headers; a server with more than kMostTools, or with more to say than is left, is refused. A tool whose
  // schema nothing can fit (faults_of) is left out, with a line in the log: a caller cannot mend what a server says.
  aio::Task<base::Result<std::vector<llm::Tool>>> open(const aio::Context& ctx, std::size_t& left);

  // REQUIRES: open. The arguments outlive the call.
  aio::Task<base::Result<ToolAnswer>> call(const aio::Context& ctx, std::string tool, const json::Object& arguments);

  // Tells the server that its session is over, as far as it gave one.
  aio::Task<void> close(const aio::Context& ctx);

 private:
  // What is needed to read what a server says: workers have one of their own.
  struct Peer {
    std::string host = {};
    base::Redactor secrets = {};  // what a server repeats goes to a model and into an answer
    base::Error wrong(std::string what) const;
  };
  struct Listed {
    std::vector<llm::Tool> tools = {};
    std::string cursor = {};  // "" on the last page
  };
  static base::Result<json::Value> result_of(const net::HttpReply& reply, std::int64_t id, std::string_view method,
                                             const Peer& peer);
  static base::Result<Listed> tools_of(const json::Value& result, const Peer& peer);
  static base::Result<ToolAnswer> answer_of(const json::Value& result, const Peer& peer);

  // read(result, peer) of the method's result. Its parameters are params(given), whose `given` outlives this.
  template <class Params, class Read>
  aio::Task<std::invoke_result_t<Read, const json::Value&, const Peer&>> ask(const aio::Context& ctx,
                                                                             std::string_view method,
                                                                             const json::Object& given, Params params,
                                                                             std::size_t& left, Read read);
  aio::Task<base::Result<std::vector<llm::Tool>>> list(const aio::Context& ctx, std::size_t& left);
  aio::Task<void> leave_out_useless(const aio::Context& ctx, std::vector<llm::Tool>& tools) const;
  aio::Task<base::Result<net::HttpReply>> post(const aio::Context& ctx, std::string message, std::size_t max_body);

  net::HttpClient& http_;
  const ToolServer server_;
  Peer peer_;
  std::string session_;
  std::int64_t last_id_ = 0;
};

}  // namespace engine
