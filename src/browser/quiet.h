// Quiet: whether a page is at rest, and when to look again. Sans-I/O: settle.cc asks it.
#pragma once
#include <optional>
#include <string_view>

#include "base/time.h"
#include "browser/traffic.h"

namespace browser {

// What a document says of itself (script/settle.js), or all of a page together (moving.h).
struct Movement {
  bool loading = false;    // the parser is at work
  base::Duration age{0};   // of the document
  base::Duration rest{0};  // since something changed in it that does not change all the time
};

class Quiet {
 public:
  struct Verdict {
    std::string_view what;  // what is under way: "navigation", "request", "document", "mutations"; "" for nothing
    base::TimePoint again;  // when to look again, if nothing happens
    bool given_up = false;  // the document does not come to rest, and is taken as it is
  };

  Verdict of(const Traffic& traffic, base::TimePoint now) const;
  // For a document whose network is quiet; otherwise its word does not count.
  Verdict of(const Movement& movement, base::TimePoint now);

 private:
  std::optional<base::TimePoint> moving_since_;  // when the document was first seen moving
};

}  // namespace browser
