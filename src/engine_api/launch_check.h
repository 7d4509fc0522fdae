// What a start asks of this machine's file system, looked at before anything is launched.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "aio/task.h"
#include "engine_api/types.h"

namespace engine {

struct UnusableValue {
  std::string option;  // of launchOptions
  std::string why;     // "must be …"
};

using LaunchCheck = std::function<aio::Task<std::optional<UnusableValue>>(LaunchOptions options)>;

}  // namespace engine
