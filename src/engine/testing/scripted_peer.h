// ScriptedPeer: the other end of an HTTP client, which answers what a test says; and a loop whose one worker can be
// kept busy, so that a test sees what waits for it and what does not.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "net/http_client.h"

namespace engine::testing {

class ScriptedPeer final : public net::HttpClient {
 public:
  std::deque<base::Result<net::HttpReply>> answers = {};
  std::vector<net::HttpCall> calls = {};
  std::function<aio::Task<void>()> called = {};  // before each answer

  void will(std::string body, int status = 200) {
    answers.emplace_back(net::HttpReply{.status = status, .body = std::move(body)});
  }
  aio::Task<base::Result<net::HttpReply>> send(const aio::Context&, net::HttpCall call) override {
    calls.push_back(std::move(call));
    if (called) co_await called();
    if (answers.empty()) co_return base::fail(base::Kind::upstream, "nothing more was scripted");
    auto answer = std::move(answers.front());
    answers.pop_front();
    if (answer && answer->body.size() > calls.back().max_body)
      co_return base::fail(base::Kind::full, "the peer answered with more than it may");
    co_return answer;
  }
};

}  // namespace engine::testing
