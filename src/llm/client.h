// Client: one model, ready to be asked. What the engine depends on; the real one is http_llm.h, a scripted one is
// testing/fake_model.h.
#pragma once
#include "aio/context.h"
#include "base/result.h"
#include "llm/chat.h"

namespace llm {

class Client {
 public:
  virtual ~Client() = default;

  // One reply. Ends by ctx.deadline, retries and waiting for a free place included; cancelling closes the connection.
  // Errors, in words that may reach a client and never with a key in them: Kind::invalid when the provider refuses the
  // request or the key (4xx), Kind::full when it has no capacity for us (429), Kind::upstream when it fails or talks
  // nonsense, Kind::timeout.
  virtual aio::Task<base::Result<Reply>> complete(const aio::Context& ctx, Chat chat) = 0;
};

}  // namespace llm
