#include "agent/action_json.h"

namespace agent {

json::Object action_json(const engine::Action& action) {
  json::Object out{{"selector", action.selector}, {"description", action.description}};
  if (action.method) out["method"] = *action.method;
  out["arguments"] = json::Array(action.arguments.begin(), action.arguments.end());
  return out;
}

}  // namespace agent
