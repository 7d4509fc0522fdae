// with_schema_budget: work over a caller's schema and a model's reply, off the loop and bounded. Nearly all of it takes
// milliseconds; what takes more is begun again where it holds up nobody but its like, so that one caller's costly
// schemas do not keep the others' bodies, pages and answers waiting.
#pragma once
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "aio/compute.h"
#include "base/budget.h"
#include "llm/json_schema.h"

namespace llm {

// What is tried beside everybody's work before a check counts as costly.
inline constexpr std::uint64_t kQuickSchemaSteps = 500'000;
inline constexpr base::Milliseconds kQuickSchemaTime{50};

// work(budget), which may be called twice and must then do the same; the budget of the second call is the whole one
// (kSchemaSteps, kSchemaTime), and what work makes of its end is the result.
template <class F>
aio::Task<std::invoke_result_t<F&, base::Budget&>> with_schema_budget(const aio::Context& ctx, F work) {
  using R = std::invoke_result_t<F&, base::Budget&>;
  auto quick = co_await aio::compute(ctx, [&](std::stop_token stop) -> std::optional<R> {
    base::Budget budget(kQuickSchemaSteps, kQuickSchemaTime, std::move(stop));
    R result = work(budget);
    if (budget.over()) return std::nullopt;
    return result;
  });
  if (quick) co_return std::move(*quick);
  co_return co_await aio::compute_long(ctx, [&](std::stop_token stop) -> R {
    base::Budget budget(kSchemaSteps, kSchemaTime, std::move(stop));
    return work(budget);
  });
}

}  // namespace llm
