#include "browser/selector_path.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "browser/node_id.h"

namespace browser {
namespace {

constexpr int kMaxNesting = 64;  // of brackets and parentheses; a group inside a group is taken apart by recursion

bool is_text_selector(std::string_view s) { return base::to_lower_ascii(s.substr(0, 5)) == "text="; }

constexpr std::string_view kXPath = "xpath=";

// XPath that is known by how it begins; no CSS begins so.
bool shows_xpath(std::string_view s) {
  return s.starts_with('/') || s.starts_with('(') || s.starts_with("./") || s.starts_with("../");
}

bool is_xpath(std::string_view s) {
  return shows_xpath(s) || base::to_lower_ascii(s.substr(0, kXPath.size())) == kXPath;
}

// Walks over a selector and knows where it is outside of string literals, brackets and parentheses.
class Outside {
 public:
  explicit Outside(std::string_view text) : text_(text) {}

  // How deep brackets and parentheses stand inside each other.
  int deepest() {
    int most = 0;
    for (; at_ < text_.size(); ++at_) {
      step();
      most = std::max(most, depth_);
    }
    return most;
  }

  // The next position from `at` where `what` stands outside; npos when there is none. To be asked with rising `at`.
  std::size_t find(std::string_view what, std::size_t at) {
    for (; at_ < text_.size(); ++at_) {
      if (at_ >= at && quote_ == 0 && depth_ == 0 && text_.substr(at_, what.size()) == what) return at_;
      step();
    }
    return std::string_view::npos;
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\\') {
      ++at_;
    } else if (quote_ != 0) {
      if (c == quote_) quote_ = 0;
    } else if (c == '"' || c == '\'') {
      // A quote that nothing closes is a character like others (an apostrophe in a class name).
      if (text_.find(c, at_ + 1) != std::string_view::npos) quote_ = c;
    } else if (c == '[' || c == '(') {
      ++depth_;
    } else if ((c == ']' || c == ')') && depth_ > 0) {
      --depth_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  char quote_ = 0;
};

// An XPath step: where it begins (behind its slash) and what it says.
struct Step {
  std::size_t at;
  std::string_view text;
};

std::vector<Step> steps_of(std::string_view path) {
  std::vector<Step> out;
  Outside outside(path);
  for (std::size_t at = 0;;) {
    const std::size_t slash = outside.find("/", at);
    out.push_back({at, base::trim(path.substr(at, slash == std::string_view::npos ? slash : slash - at))});
    if (slash == std::string_view::npos) return out;
    at = slash + 1;
  }
}

std::string_view without_axis(std::string_view step) {
  for (const std::string_view axis : {"child::", "descendant::", "descendant-or-self::"})
    if (step.starts_with(axis)) return step.substr(axis.size());
  return step;
}

// Whether the elements of this step are iframes or frames, by its name test.
bool names_frames(std::string_view step) {
  if (step.starts_with('(')) {
    const std::size_t close = step.rfind(')');
    if (close == std::string_view::npos) return false;
    const std::vector<Step> inner = steps_of(step.substr(1, close - 1));
    return names_frames(inner.back().text);
  }
  step = without_axis(step);
  const std::string name = base::to_lower_ascii(base::trim(step.substr(0, step.find('['))));
  return name == "iframe" || name == "frame";
}

// Whether this step, behind an iframe, goes into its document: not to its attributes, nor to what is around it.
bool goes_down(std::string_view step) {
  if (step.starts_with('.') || step.starts_with('@')) return false;
  step = step.substr(0, step.find('['));
  return step.find("::") == std::string_view::npos || without_axis(step).size() != step.size();
}

void split_xpath(std::string_view path, std::vector<std::string>& hops, std::string& last);

// (//iframe//a)[2] is the second of what //iframe//a finds, and that is found in the iframe.
bool split_group(std::string_view path, std::vector<std::string>& hops, std::string& last) {
  if (!path.starts_with('(')) return false;
  Outside outside(path);
  const std::size_t bracket = outside.find("[", 1);
  const std::size_t end = path.substr(0, bracket).rfind(')');
  if (end == std::string_view::npos || steps_of(path).size() > 1) return false;
  std::vector<std::string> inner_hops;
  std::string inner;
  split_xpath(path.substr(1, end - 1), inner_hops, inner);
  if (inner_hops.empty()) return false;
  hops.insert(hops.end(), inner_hops.begin(), inner_hops.end());
  last = fmt::format("({}){}", inner, path.substr(end + 1));
  return true;
}

void split_xpath(std::string_view path, std::vector<std::string>& hops, std::string& last) {
  if (Outside(path).find("|", 0) != std::string_view::npos || split_group(path, hops, last)) {
    if (last.empty()) last = path;
    return;
  }
  const std::vector<Step> steps = steps_of(path);
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    if (!names_frames(steps[i].text)) continue;
    const std::size_t next = steps[i + 1].text.empty() ? i + 2 : i + 1;
    if (next >= steps.size() || steps[next].text.empty() || !goes_down(steps[next].text)) continue;
    const std::size_t slash = steps[i + 1].at - 1;
    hops.emplace_back(base::trim(path.substr(begin, slash - begin)));
    begin = slash;
  }
  last = path.substr(begin);
}

std::optional<SelectorPath> reference(std::string_view selector) {
  constexpr std::string_view kRef = "@ref:";
  if (!selector.starts_with(kRef)) return std::nullopt;
  const auto id = parse_node_id(selector.substr(kRef.size()));
  if (!id) return std::nullopt;
  return SelectorPath{.frame = id->frame, .hops = {}, .last = fmt::format("{}{}", kRef, id->number)};
}

}  // namespace

base::Result<SelectorPath> selector_path(std::string_view selector) {
  const std::string_view whole = base::trim(selector);
  if (whole.size() > kMostSelector)
    return base::fail(base::Kind::invalid, fmt::format("invalid selector: it is longer than {} bytes", kMostSelector));
  if (!is_text_selector(whole) && Outside(whole).deepest() > kMaxNesting)
    return base::fail(base::Kind::invalid,
                      fmt::format("invalid selector: its brackets are nested deeper than {} levels", kMaxNesting));
  if (auto named = reference(whole)) return std::move(*named);
  SelectorPath out;
  std::string_view rest = whole;
  for (bool more = true; more;) {
    // Text goes on to the end: it may hold ">>" itself.
    const std::size_t end = is_text_selector(rest) ? std::string_view::npos : Outside(rest).find(">>", 0);
    more = end != std::string_view::npos;
    const std::string_view part = base::trim(rest.substr(0, end));
    rest = more ? base::trim(rest.substr(end + 2)) : "";
    const bool only = !more && out.hops.empty();
    if (part.empty() && !only) return base::fail(base::Kind::invalid, fmt::format("invalid selector: {}", selector));
    std::string last(part);
    if (is_xpath(part)) {
      const std::string_view path = shows_xpath(part) ? part : base::trim(part.substr(kXPath.size()));
      const std::size_t first = out.hops.size();
      last.clear();
      split_xpath(path, out.hops, last);
      // What is relative would be taken for CSS without its prefix.
      std::string& begins = out.hops.size() > first ? out.hops[first] : last;
      if (!shows_xpath(begins)) begins = fmt::format("{}{}", kXPath, begins);
    }
    if (more)
      out.hops.push_back(std::move(last));
    else
      out.last = std::move(last);
  }
  return out;
}

}  // namespace browser
