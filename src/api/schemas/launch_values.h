// Values of browser.launchOptions that have the right type and that no browser can take. The reference passes them on
// and fails later, or not at all; here they are `custom` issues at the field's path that say what is allowed.
#pragma once
#include "json/shape.h"

namespace api::schemas {

enum class Browser { launched, attached };

// `options` has the shape of launchOptions. Never quotes a value: it may be a credential.
json::Issues check_launch_values(const json::Value& options, Browser browser);

}  // namespace api::schemas
