#include "session/testing/judged_rental.h"

#include <stdexcept>

namespace session::testing {

aio::Task<base::Result<void>> JudgedRental::give_back(const aio::Context& ctx) {
  struct Over {  // by its end, by an error or because nobody waits any longer
    Judge& judge;
    const std::string& session;
    ~Over() { judge.given_back(session); }
  };
  judge_.giving_back(session_);
  const Over over{judge_, session_};
  if (behaviour_.throws) throw std::length_error("giving back");
  co_await ctx.clock->sleep_until(behaviour_.hangs ? base::kNever : base::after(ctx.now(), behaviour_.takes));
  if (behaviour_.fails) co_return base::fail(base::Kind::upstream, "Connection error.");
  co_return base::Result<void>();
}

}  // namespace session::testing
