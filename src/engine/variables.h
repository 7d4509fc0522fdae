// Variables of an act: %name% in arguments stands for a secret that only the page may see.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/secret.h"

namespace engine {

using Variables = std::map<std::string, base::Secret>;

// Every %name% replaced, also inside longer text.
std::vector<std::string> with_variables(std::vector<std::string> arguments, const Variables& variables);

// Every value put back as %name%, for texts that leave the server.
std::string without_values(std::string text, const Variables& variables);

}  // namespace engine
