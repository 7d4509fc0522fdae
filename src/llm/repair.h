// What a model wrote where JSON was asked for: often JSON with something around it.
#pragma once
#include <cstddef>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace llm {

// Arrays, objects and what is in them, of one reply: two bytes of text are one, and take a hundred bytes of memory. Who
// answers may be anybody: callers name where their models are.
inline constexpr std::size_t kMostReplyValues = 200'000;

// Each JSON value in the text, the likeliest first, until `take` has what it wants: the whole text, else those in it:
// in a code fence, after a stretch of thinking, with words before or after, or with one of the slips that are safe to
// mend (commas before a closing bracket, raw line ends and tabs in strings, an end that is missing its brackets). The
// size is that of the value's text. Error: Kind::upstream "The model's reply is no JSON" when there was none;
// Kind::full for one of more than `most` values.
using TakeJson = std::function<bool(json::Value value, std::size_t size)>;
base::Result<void> for_each_json(std::string_view text, const TakeJson& take, std::size_t most = kMostReplyValues);

// The first of them.
base::Result<json::Value> read_reply(std::string_view text, std::size_t most = kMostReplyValues);

}  // namespace llm
