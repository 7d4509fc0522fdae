// compute: work over foreign data whose size others choose, off the loop. The job gets values or references to what its
// caller holds meanwhile, touches no state of the loop, and ends soon after `stop` asks it to (base/budget.h).
#pragma once
#include <cstddef>
#include <stop_token>
#include <utility>

#include "aio/context.h"
#include "aio/workers.h"

namespace aio {

// Work over so many bytes is done in place: the way to a worker and back costs more than it.
inline constexpr std::size_t kComputedInPlace = 64 * 1024;

// job(stop) on the context's workers; in place where there are none, as in tests with a seeded scheduler. A cancelled
// caller comes back when the job has ended, or at once where it has not begun: then it never runs.
template <class F>
Task<std::invoke_result_t<F, std::stop_token>> compute(const Context& ctx, F job) {
  if (!ctx.workers) co_return job(std::stop_token());
  co_return co_await ctx.workers->run_stoppable(std::move(job));
}

// job() that runs also when its caller is cancelled before it has begun, and is waited for (Workers::run_always).
template <class F>
Task<std::invoke_result_t<F>> compute_always(const Context& ctx, F job) {
  if (!ctx.workers) co_return job();
  co_return co_await ctx.workers->run_always(std::move(job));
}

// As compute, where its size is known: what is small is done in place.
template <class F>
Task<std::invoke_result_t<F, std::stop_token>> compute(const Context& ctx, std::size_t bytes, F job) {
  if (bytes <= kComputedInPlace) co_return job(std::stop_token());
  co_return co_await compute(ctx, std::move(job));
}

// The same for a job that may take seconds, whoever is to blame for them: the others do not wait for it.
template <class F>
Task<std::invoke_result_t<F, std::stop_token>> compute_long(const Context& ctx, F job) {
  if (!ctx.workers) co_return job(std::stop_token());
  co_return co_await ctx.workers->run_long(std::move(job));
}

}  // namespace aio
