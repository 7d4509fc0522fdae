// FakeRental: a rental that counts how often it is given back, and can be slow, fail or hang.
#pragma once
#include "engine_api/rental.h"

namespace engine::testing {

class FakeRental final : public Rental {
 public:
  aio::Task<base::Result<void>> give_back(const aio::Context& ctx) override {
    ++asked;
    co_await ctx.clock->sleep_until(hangs ? base::kNever : base::after(ctx.now(), takes));
    if (fails) co_return base::fail(base::Kind::upstream, "Connection error.");
    ++given;
    co_return base::Result<void>();
  }

  base::Duration takes = std::chrono::milliseconds(50);
  bool hangs = false;
  bool fails = false;
  int asked = 0;
  int given = 0;
};

}  // namespace engine::testing
