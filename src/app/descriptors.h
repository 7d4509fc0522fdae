// How many file descriptors there may be, and how many connections and sessions fit into them.
#pragma once
#include <cstddef>

namespace app {

// Raises the soft limit to the hard one, which needs no privilege. The limit that holds then.
std::size_t raise_descriptor_limit();

struct Fit {
  std::size_t connections = 0;  // at once
  std::size_t sessions = 0;
  bool all = true;  // as many as were wished for
};
// Sessions go first: a connection that is not accepted yet waits in the kernel's backlog and harms nobody.
Fit fit(std::size_t limit, std::size_t connections, std::size_t sessions);

}  // namespace app
