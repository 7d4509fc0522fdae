#include "api/offload.h"

#include "json/write.h"

namespace api {

bool Offload::is_large(const json::Value& value) { return json::takes_more_than(value, kInPlace); }

aio::Task<std::string> Offload::write(json::Value value) {
  const bool large = is_large(value);
  co_return co_await run(large, [value = std::move(value)]() mutable {
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

}  // namespace api
