#include "llm/testing/fake_model.h"

namespace llm::testing {

aio::Task<base::Result<Reply>> FakeModel::complete(const aio::Context& ctx, Chat chat) {
  asked_.push_back(std::move(chat));
  co_await aio::yield();
  if (ctx.now() >= ctx.deadline) co_return base::fail(base::Kind::timeout, "The model did not answer in time");
  if (script_.empty()) co_return base::fail(base::Kind::upstream, "The script of this model is at its end");
  base::Result<Reply> reply = std::move(script_.front());
  script_.pop_front();
  co_return reply;
}

}  // namespace llm::testing
