// The arguments of a call of the page's script.
#pragma once
#include "base/time.h"
#include "json/value.h"

namespace browser {

// As Runtime.callFunctionOn takes them.
json::Array wrapped(const json::Array& arguments);

// A function that is called again for the same purpose has only the rest of its time, the `timeout` of its options.
void shorten(json::Array& arguments, base::Duration taken);
// The longest that one of them may wait.
base::Milliseconds longest_wait(const json::Array& arguments);
bool have_time(const json::Array& arguments);

}  // namespace browser
