// What of a model's reply is larger than models write, and so by somebody else's will: it is bounded before anything
// looks at it.
#pragma once
#include <cstddef>

#include "aio/context.h"
#include "llm/chat.h"

namespace agent {

inline constexpr std::size_t kMostCalls = 32;  // of one reply

// Of each call its name, id and arguments. A call of which too much was left out has a fault. An id pairs the call with
// its result: one that is too long has another in its place, in the provider's own item too.
void bound_calls(const aio::Context& ctx, llm::Reply& reply);

// What comes after them is as if it had not been said: each call wants an answer, and each answer room. Whether there
// was such.
bool keep_first_calls(llm::Reply& reply, std::size_t most);

}  // namespace agent
