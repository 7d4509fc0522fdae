// Regular expressions of JSON Schemas (ECMA-262, in code points), with a budget for each match: a schema's author may
// have written one that takes for ever.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/budget.h"

namespace llm {

class Patterns {
 public:
  Patterns();
  ~Patterns();
  Patterns(const Patterns&) = delete;
  Patterns& operator=(const Patterns&) = delete;

  // Whether the pattern is found anywhere in the text. What is no regular expression is found everywhere: it is not the
  // fault of who wrote the text. False with a budget that is over when it costs more than that.
  bool found(std::string_view text, std::string_view pattern, base::Budget& budget);

  // Why the pattern is none: "missing closing parenthesis".
  std::optional<std::string> fault_of(std::string_view pattern, base::Budget& budget);

 private:
  bool may_compile(std::string_view pattern, base::Budget& budget) const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llm
