// Offload: work over values whose size clients and pages choose. Small work is done in place, since the way to a worker
// and back costs more than that; large work is done by the workers, so that nobody else waits for it.
#pragma once
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include "aio/compute.h"
#include "aio/workers.h"
#include "json/value.h"

namespace api {

class Offload {
 public:
  static constexpr std::size_t kInPlace = aio::kComputedInPlace;

  // The workers outlive this. Null: everything in place, as in tests with a seeded scheduler.
  explicit Offload(aio::Workers* workers) : workers_(workers) {}

  static bool is_large(std::size_t bytes) { return bytes > kInPlace; }
  static bool is_large(const json::Value& value);

  // What job() returns. It touches no state of the loop; what it refers to is held by the caller. A cancelled one comes
  // back when the job has ended, or at once where it has not begun: then it never runs.
  template <class F>
  aio::Task<std::invoke_result_t<F>> run(bool large, F job) {
    if (!large) co_return job();
    ++given_away_;
    if (!workers_) co_return job();
    co_return co_await workers_->run(std::move(job));
  }

  // The same for what is said of work that is done: it is told however many cancel the caller meanwhile.
  template <class F>
  aio::Task<std::invoke_result_t<F>> run_always(bool large, F job) {
    if (!large) co_return job();
    ++given_away_;
    if (!workers_) co_return job();
    co_return co_await workers_->run_always(std::move(job));
  }

  // The value, which work came to, as JSON, by run_always. It goes with the work: to free a large one takes its time as
  // well.
  aio::Task<std::string> write(json::Value value);

  // Lets go of it, by the same reason.
  aio::Task<void> drop(json::Value value);
  // The same, some time later.
  void discard(json::Value value);

  // How much was large.
  std::size_t given_away() const { return given_away_; }

 private:
  aio::Workers* workers_;
  std::size_t given_away_ = 0;
};

}  // namespace api
