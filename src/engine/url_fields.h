// Addresses in what is extracted. A model copies an id reliably and a long URL badly, so where the caller's schema
// wants a URL (format uri or url) the model is asked for the id of the link's or image's line, and the page is asked
// for the address.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/budget.h"
#include "json/value.h"

namespace engine {

// The schema with ids in place of URLs; has_urls when there was any.
struct IdSchema {
  json::Value schema;
  bool has_urls = false;
};
IdSchema with_ids_for_urls(const json::Value& schema);

// Each string in the value at a place where the caller's schema wants a URL, also inside arrays, unions and references.
// The strings may be replaced in place, by null too. Not all of them when the budget is over.
std::vector<json::Value*> url_values(json::Value& value, const json::Value& schema, base::Budget& budget);

}  // namespace engine
