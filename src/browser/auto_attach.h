// The params of Target.setAutoAttach for one kind of target: of the others, above all workers, a page may have
// thousands, which would be paused, and counted, for nobody.
#pragma once
#include <string_view>

#include "json/value.h"

namespace browser {

inline json::Object auto_attach_to(std::string_view type) {
  return {{"autoAttach", true},
          {"waitForDebuggerOnStart", true},
          {"flatten", true},
          {"filter", json::Array{json::Object{{"type", type}}, json::Object{{"exclude", true}}}}};
}

}  // namespace browser
