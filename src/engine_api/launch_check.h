// What a start asks of this machine's file system, looked at before anything is launched.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "aio/task.h"
#include "base/result.h"
#include "engine_api/types.h"

namespace engine {

struct UnusableValue {
  std::string option;  // of launchOptions
  std::string why;     // "must be …"
};

// Kind::unavailable: too many checks are under way to begin another.
using LaunchCheck = std::function<aio::Task<base::Result<std::optional<UnusableValue>>>(LaunchOptions options)>;

}  // namespace engine
