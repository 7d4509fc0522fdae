// Census: which node of Chromium's accessibility tree is which element, for the page's script. The script names all
// elements of its document in their order (browser/script/census.js), Chromium the nodes of its DOM; what both name
// alike is the same. Sans-I/O.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "json/value.h"

namespace browser {

class Census {
 public:
  // A node as the script finds it: an element, or one of the texts right in it or in its shadow root.
  struct Place {
    int element = 0;
    int text = -1;
    bool in_root = false;
  };
  // Elements in a row: one and all that is in it.
  struct Range {
    int first = 0;
    int end = 0;
  };

  // From the replies of DOM.getFlattenedDocument, right after DOM.enable, and of the script's census(). Nothing when
  // they tell of different documents: the page has changed in between.
  static std::optional<Census> taken(const json::Value& document, const std::string& frame_id,
                                     const json::Value& counted);

  // What is in a root that the script does not see is where its host is. Null for what is no part of the document.
  const Place* find(std::int64_t backend_id) const;
  bool is_ignored(std::int64_t backend_id) const;
  bool is_in(const Range& range, std::int64_t backend_id) const;

  const std::vector<Range>& scope() const { return scope_; }
  std::size_t ignored() const { return ignored_.size(); }  // ranges
  std::size_t size() const { return elements_; }

 private:
  class Dom;
  void place_all(std::vector<const json::Value*> nodes, Dom& dom, Place host);

  std::unordered_map<std::int64_t, Place> places_;  // by backend id
  std::vector<Range> scope_;
  std::vector<Range> ignored_;
  std::size_t elements_ = 0;
};

}  // namespace browser
