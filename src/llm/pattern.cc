#include "llm/pattern.h"

#include <map>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

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

// White space is Unicode's in ECMA-262, while digits and letters of words are ASCII's, which PCRE2 has only together.
std::string with_unicode_spaces(std::string_view pattern) {
  constexpr std::string_view kSpaces = "\\s\\p{Z}\xef\xbb\xbf";
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const char next = c == '\\' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (next == 's')
      out += in_class ? std::string(kSpaces) : fmt::format("[{}]", kSpaces);
    else if (next == 'S' && !in_class)
      out += fmt::format("[^{}]", kSpaces);
    else if (next != '\0')
      out.append({c, next});
    else
      out += c;
    if (next != '\0')
      ++i;
    else if (c == '[')
      in_class = true;
    else if (c == ']')
      in_class = false;
  }
  return out;
}

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
  std::map<std::string, Owned<pcre2_code>, std::less<>> compiled;  // null: no regular expression
};

Patterns::Patterns() : impl_(std::make_unique<Impl>()) {
  pcre2_set_compile_extra_options(impl_->compile.get(), PCRE2_EXTRA_ALT_BSUX);
  pcre2_set_newline(impl_->compile.get(), PCRE2_NEWLINE_ANYCRLF);
  pcre2_set_heap_limit(impl_->match.get(), kMaxHeapKib);
}
Patterns::~Patterns() = default;

bool Patterns::found(std::string_view text, std::string_view pattern, base::Budget& budget) {
  if (!budget.spend(10)) return false;
  if (pattern.size() > kMaxPattern) return budget.exhaust(fmt::format("a pattern has more than {} bytes", kMaxPattern));
  auto known = impl_->compiled.find(pattern);
  if (known == impl_->compiled.end()) {
    if (!budget.spend(100 + pattern.size())) return false;
    const std::string ours = with_unicode_spaces(pattern);
    int error = 0;
    PCRE2_SIZE where = 0;
    Owned<pcre2_code> code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(ours.data()), ours.size(), kOptions, &error,
                                         &where, impl_->compile.get()));
    known = impl_->compiled.emplace(pattern, std::move(code)).first;
  }
  const pcre2_code* code = known->second.get();
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
