// What a page shows that it did not show before: the second of two steps looks only at this.
#pragma once
#include <string>
#include <string_view>

namespace engine {

// The lines of `after` whose elements `before` does not have, moved left together. All of `after` when nothing
// is new (or everything is).
std::string new_lines(std::string_view before, std::string_view after);

}  // namespace engine
