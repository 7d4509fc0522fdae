#include "api/handlers/examined.h"

#include "api/handlers/operation_requests.h"
#include "api/replays.h"
#include "api/runs.h"
#include "base/activity.h"
#include "json/footprint.h"

namespace api {

Examined examine(Operation operation, const json::Value& body) {
  const base::Activity activity("examining a request's body");
  Examined out{.issues = check_operation(operation, body)};
  if (out.issues) return out;
  out.refusal = refuse_operation(operation, body);
  out.digest = request_digest(operation, body);
  out.parameters = replay_parameters(body);
  if (const json::Value* options =
          json::find(body, operation == Operation::agent_execute ? "executeOptions" : "options"))
    for (const auto& [name, value] : variables_of(*options)) out.mask.variable(name, value);
  out.bytes = json::footprint(body) + out.parameters.size() + out.mask.bytes();
  return out;
}

}  // namespace api
