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

// A string in the value at a place where the caller's schema wants a URL, also inside arrays, unions and references. It
// may be replaced in place, by null too.
struct UrlPlace {
  json::Value* at;
  bool may_be_null;  // or may be left out, for which null stands until it is mended (llm/mended_reply.h)
};
// Not all of them when the budget is over.
std::vector<UrlPlace> url_places(json::Value& value, const json::Value& schema, base::Budget& budget);

}  // namespace engine
