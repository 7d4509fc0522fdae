// OwnTools: a caller's own tools beside those of the agent: HTTP callbacks, and servers of tools (mcp_client.h).
#pragma once
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "agent/toolbox.h"
#include "base/redactor.h"
#include "engine/mcp_client.h"
#include "engine_api/agent.h"
#include "net/http_client.h"

namespace engine {

class OwnTools final : public agent::Toolbox {
 public:
  // All outlive this. `http` is null where callers may bring no tools.
  OwnTools(agent::Toolbox& inner, net::HttpClient* http, const AgentRequest& request);

  // Asks the servers for their tools. Errors (Kind::invalid): tools are not allowed here, there are more than
  // kMostTools, two have one name, the parameters of one of the caller's are of no use (faults_of); those of a server
  // that does not answer.
  aio::Task<base::Result<void>> open(const aio::Context& ctx);
  aio::Task<void> close(const aio::Context& ctx);

  void offer(llm::Chat& chat) const override;
  aio::Task<base::Result<Scene>> scene(const aio::Context& ctx, bool first) override;
  aio::Task<base::Result<agent::Used>> use(const aio::Context& ctx, const llm::ToolCall& said) override;
  std::optional<agent::Finished> finished_by(const llm::ToolCall& call) const override {
    return inner_.finished_by(call);
  }
  std::string url() const override { return inner_.url(); }

 private:
  struct Known {
    llm::Tool tool;
    const OwnTool* callback = nullptr;  // of the request
    McpClient* server = nullptr;
    base::Redactor secrets = {};  // of the callback, which may repeat them
  };
  base::Result<void> add(Known known);
  void take_names_of_inner();
  aio::Task<base::Result<void>> check_schemas(const aio::Context& ctx) const;  // REQUIRES: known_ has callbacks only
  aio::Task<base::Result<ToolAnswer>> call_back(const aio::Context& ctx, const OwnTool& tool, base::Redactor secrets,
                                                const llm::ToolCall& call);

  agent::Toolbox& inner_;
  net::HttpClient* http_;
  const AgentRequest& request_;
  std::vector<std::unique_ptr<McpClient>> servers_;
  std::vector<Known> known_;
  std::size_t lists_left_ = McpClient::kMaxLists;
  std::unordered_set<std::string> names_;  // those of inner_ too
};

}  // namespace engine
