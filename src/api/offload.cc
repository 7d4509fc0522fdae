#include "api/offload.h"

#include <memory>

#include "json/write.h"

namespace api {

bool Offload::is_large(const json::Value& value) { return json::takes_more_than(value, kInPlace); }

aio::Task<std::string> Offload::write(json::Value value) {
  const bool large = is_large(value);
  co_return co_await run_always(large, [value = std::move(value)]() mutable {
    const json::Value here = std::move(value);
    return json::write(here);
  });
}

aio::Task<void> Offload::drop(json::Value value) {
  const bool large = is_large(value);
  co_await run(large, [value = std::move(value)]() mutable {
    const json::Value here = std::move(value);
    return true;
  });
}

void Offload::discard(json::Value value) {
  if (!is_large(value)) return;
  ++given_away_;
  if (workers_) workers_->discard(std::make_unique<const json::Value>(std::move(value)));
}

}  // namespace api
