// What a model wrote where JSON was asked for: often JSON with something around it.
#pragma once
#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace llm {

// Arrays, objects and what is in them, of one reply: two bytes of text are one, and take a hundred bytes of memory. Who
// answers may be anybody: callers name where their models are.
inline constexpr std::size_t kMostReplyValues = 200'000;

// The JSON value in the text: bare, in a code fence, after a stretch of thinking, with words before or after, or with
// one of the slips that are safe to mend (commas before a closing bracket, an end that is missing its brackets). Error:
// Kind::upstream "The model's reply is no JSON"; Kind::full for more than `most` values.
base::Result<json::Value> read_reply(std::string_view text, std::size_t most = kMostReplyValues);

}  // namespace llm
