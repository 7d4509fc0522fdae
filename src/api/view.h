// Watching a run from a connection and answering with what it gives.
#pragma once
#include <memory>
#include <string>

#include "aio/task.h"
#include "api/runs.h"
#include "api/sse_frame.h"
#include "net/http.h"

namespace api {

enum class OnLeave {
  run_on,  // the default: the work may be half way through a payment (docs/session-contract.md, clause 4)
  cancel,  // the request asked for it: x-on-disconnect: cancel
};

// A stream is never silent for longer: proxies close a connection after 30 to 100 s.
inline constexpr base::Duration kHeartbeat = std::chrono::seconds(15);

// Waits for the outcome and sends it as JSON.
aio::Task<void> answer_json(net::Exchange& exchange, Runs& runs, std::shared_ptr<Run> run, OnLeave on_leave);

// Sends the head and every frame as it comes: those after the one of last_event_id, or from the first one that is still
// kept when that is "".
aio::Task<void> answer_stream(net::Exchange& exchange, Runs& runs, std::shared_ptr<Run> run, Framing framing,
                              OnLeave on_leave, std::string last_event_id = {});

}  // namespace api
