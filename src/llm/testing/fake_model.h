// FakeModel: a Client that answers from a script and remembers what it was asked.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "llm/client.h"

namespace llm::testing {

class FakeModel final : public Client {
 public:
  // Given in this order, one a call; then Kind::upstream.
  void will(base::Result<Reply> reply) { script_.push_back(std::move(reply)); }
  void will_say(std::string text, Usage usage = {.input = 10, .output = 5}) {
    will(Reply{.parts = {Text{std::move(text)}}, .usage = usage});
  }

  const std::vector<Chat>& asked() const { return asked_; }

  aio::Task<base::Result<Reply>> complete(const aio::Context& ctx, Chat chat) override;

 private:
  std::deque<base::Result<Reply>> script_;
  std::vector<Chat> asked_;
};

}  // namespace llm::testing
