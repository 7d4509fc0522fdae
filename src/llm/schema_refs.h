// SchemaRefs: where the references of one JSON Schema document lead ($ref, $dynamicRef; by pointer, $anchor and $id).
// A document may hold several resources, each with a URI, a draft and names of its own. Nothing is fetched: a reference
// to what is not in the document leads nowhere.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/budget.h"
#include "json/value.h"

namespace llm {

struct SchemaResource {
  std::string uri = {};  // without a fragment
  const json::Value* root = nullptr;
  bool legacy = false;          // draft 7 and older: nothing beside a $ref counts
  bool only_describes = false;  // of a metaschema of its own that leaves out the vocabulary of assertions
  struct Anchor {
    const json::Value* schema;
    bool dynamic;
  };
  std::map<std::string, Anchor, std::less<>> anchors = {};
};

// The resources that a check has come through, the innermost first.
struct SchemaScope {
  const SchemaScope* outer;
  const SchemaResource* resource;
};

class SchemaRefs {
 public:
  // Looks at each schema of the document once, at a step each. The document outlives it and does not change.
  SchemaRefs(const json::Value& document, base::Budget& budget);

  struct Target {
    const json::Value* schema;
    const SchemaResource* resource;
  };

  const SchemaResource& document() const { return resources_.front(); }
  // The one that the schema begins, else the given one.
  const SchemaResource* entered(const json::Value& schema, const SchemaResource* current) const;
  // The one in which this schema of the document stands.
  const SchemaResource* home(const json::Value& schema) const;

  // What the schema's own $ref means. REQUIRES: it stands in the document.
  std::optional<Target> follow(const json::Value& schema, std::string_view ref, const SchemaResource& from,
                               base::Budget& budget);
  // The same of a $dynamicRef: the outermost resource that has its name as a dynamic anchor.
  std::optional<Target> follow_dynamic(std::string_view ref, const SchemaScope& scope, base::Budget& budget);

 private:
  void scan(const json::Value& schema, SchemaResource* resource, int depth, base::Budget& budget);
  SchemaResource* begin(const json::Value& schema, SchemaResource* outer, base::Budget& budget);
  void set_drafts();
  std::optional<Target> find(std::string_view ref, const SchemaResource& from, base::Budget& budget) const;
  std::optional<Target> at_pointer(const SchemaResource& from, std::string_view pointer, base::Budget& budget) const;

  std::size_t uri_bytes_ = 0;
  std::deque<SchemaResource> resources_;  // the document's own is the first
  std::map<std::string, const SchemaResource*, std::less<>> by_uri_;
  std::unordered_map<const json::Value*, const SchemaResource*> roots_;
  std::unordered_map<const json::Value*, const SchemaResource*> homes_;  // of schemas outside of the document's own
  std::unordered_map<const json::Value*, std::optional<Target>> followed_;
};

}  // namespace llm
