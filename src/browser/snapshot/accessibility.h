// The same lines out of Chromium's own accessibility tree: dear, but exact where ours may err. What a style says (a
// hand as pointer) is not in it.
#pragma once
#include <stop_token>

#include "base/result.h"
#include "browser/snapshot/accessibility_lines.h"
#include "browser/snapshot/census.h"
#include "json/value.h"

namespace browser {

// The document's line, with all others in it. From the replies of Accessibility.getFullAXTree and
// DOM.getFlattenedDocument, which may be no browser's: a node is in the first that claims it, and what takes too many
// steps is Kind::browser.
base::Result<Line> read_accessibility(const json::Value& tree, const json::Value& document, const Census& census,
                                      std::stop_token stop = {});

}  // namespace browser
