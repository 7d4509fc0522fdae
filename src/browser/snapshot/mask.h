// Masks: the values of variables, put back to %name% wherever a snapshot shows them, so that no model reads them.
#pragma once
#include <map>
#include <string>

#include "base/secret.h"

namespace browser {

// The longest value at each place, also where it was cut: of its beginning before "… (300 characters)". A value of
// fewer than three characters would be found in half of the words there are; it is masked only where it is all that a
// field holds or all that a line says.
std::string masked(std::string text, const std::map<std::string, base::Secret>& variables);

}  // namespace browser
