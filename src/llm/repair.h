// What a model wrote where JSON was asked for: often JSON with something around it.
#pragma once
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace llm {

// The JSON value in the text: bare, in a code fence, after a stretch of thinking, with words before or after, or with
// one of the slips that are safe to mend (commas before a closing bracket, an end that is missing its brackets). Error:
// Kind::upstream "The model's reply is no JSON".
base::Result<json::Value> read_reply(std::string_view text);

}  // namespace llm
