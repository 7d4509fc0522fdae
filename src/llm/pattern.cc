#include "llm/pattern.h"

#include <map>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "llm/ecma_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace llm {
namespace {

constexpr std::size_t kMaxPattern = 8 * 1024;
constexpr std::uint32_t kMaxHeapKib = 32 * 1024;
constexpr std::size_t kMatchedInAStep = 16 * 1024;  // a step of a match may look over all of the text

// As ECMA-262 has it: \uHHHH, [] and [^], $ at the very end only, groups that took no part match nothing. The callouts
// are what a match is counted by.
constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_DOLLAR_ENDONLY |
                                   PCRE2_MATCH_UNSET_BACKREF | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C;

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

struct Match {
  base::Budget& budget;
  std::uint64_t price;
};

int on_callout(pcre2_callout_block*, void* user) {
  const Match& match = *static_cast<Match*>(user);
  return match.budget.spend(match.price) ? 0 : PCRE2_ERROR_CALLOUT;
}

}  // namespace

struct Patterns::Impl {
  Owned<pcre2_compile_context> compile{pcre2_compile_context_create(nullptr)};
  Owned<pcre2_match_context> match{pcre2_match_context_create(nullptr)};
  struct Compiled {
    Owned<pcre2_code> code;  // null: no regular expression
    int error;
  };
  std::map<std::string, Compiled, std::less<>> compiled;

  const Compiled& of(std::string_view pattern);
};

Patterns::Patterns() : impl_(std::make_unique<Impl>()) {
  pcre2_set_compile_extra_options(impl_->compile.get(), PCRE2_EXTRA_ALT_BSUX);
  pcre2_set_newline(impl_->compile.get(), PCRE2_NEWLINE_ANYCRLF);
  pcre2_set_heap_limit(impl_->match.get(), kMaxHeapKib);
}
Patterns::~Patterns() = default;

const Patterns::Impl::Compiled& Patterns::Impl::of(std::string_view pattern) {
  auto known = compiled.find(pattern);
  if (known != compiled.end()) return known->second;
  const std::string ours = pcre_of(pattern);
  int error = 0;
  PCRE2_SIZE where = 0;
  Owned<pcre2_code> code(
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(ours.data()), ours.size(), kOptions, &error, &where, compile.get()));
  return compiled.emplace(pattern, Compiled{std::move(code), error}).first->second;
}

bool Patterns::may_compile(std::string_view pattern, base::Budget& budget) const {
  if (pattern.size() > kMaxPattern) return budget.exhaust(fmt::format("a pattern has more than {} bytes", kMaxPattern));
  return budget.spend(10 + (impl_->compiled.contains(pattern) ? 0 : 100 + pattern.size()));
}

std::optional<std::string> Patterns::fault_of(std::string_view pattern, base::Budget& budget) {
  if (!may_compile(pattern, budget)) return {};
  const Impl::Compiled& known = impl_->of(pattern);
  if (known.code) return {};
  PCRE2_UCHAR text[200];
  const int length = pcre2_get_error_message(known.error, text, sizeof text);
  return length > 0 ? std::string(text, text + length) : "it cannot be read";
}

bool Patterns::found(std::string_view text, std::string_view pattern, base::Budget& budget) {
  if (!may_compile(pattern, budget)) return false;
  const pcre2_code* code = impl_->of(pattern).code.get();
  if (!code) return true;
  Match match{budget, 1 + text.size() / kMatchedInAStep};
  pcre2_set_callout(impl_->match.get(), on_callout, &match);
  const Owned<pcre2_match_data> data(pcre2_match_data_create(1, nullptr));
  const int result =
      pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(), impl_->match.get());
  if (result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT)
    return budget.exhaust(
        fmt::format("the pattern {} needs too much of a text of {} bytes", base::truncate(pattern, 100), text.size()));
  return result >= 0 || (result != PCRE2_ERROR_NOMATCH && result != PCRE2_ERROR_CALLOUT);
}

}  // namespace llm
