// Rental: a browser of somebody else's that a session has for its time, whether it ever connected to it or not.
#pragma once
#include "aio/context.h"

namespace engine {

class Rental {
 public:
  virtual ~Rental() = default;

  // Returns the browser to its owner, where that is due. Whoever ends the session calls it once, after the connection
  // is closed. Ends by ctx.deadline; errors are for the log.
  virtual aio::Task<base::Result<void>> give_back(const aio::Context& ctx) = 0;
};

}  // namespace engine
