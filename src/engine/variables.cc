#include "engine/variables.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "aio/compute.h"
#include "base/known_values.h"
#include "llm/percent.h"

namespace engine {
namespace {

constexpr std::size_t kMaxFilled = 4 * 1024 * 1024;  // of all arguments together
constexpr std::size_t kMostArguments = 1000;

std::vector<base::KnownValue> known(const Variables& variables) {
  std::vector<base::KnownValue> out;
  for (const auto& [name, value] : variables) out.push_back({std::string(value.reveal()), base::variable_mark(name)});
  return out;
}

std::string with_plus_for_blanks(std::string_view encoded) {
  constexpr std::string_view kBlank = "%20";
  std::string out;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const bool blank = encoded.substr(i, kBlank.size()) == kBlank;
    out += blank ? '+' : encoded[i];
    if (blank) i += kBlank.size() - 1;
  }
  return out;
}

// Variables by what stands for them, to be found in one step where a text has a %.
class Names {
 public:
  explicit Names(const Variables& variables) {
    for (const auto& one : variables) {
      all_.emplace(one.first, &one);
      longest_ = std::max(longest_, one.first.size());
      if (one.first.find('%') != std::string::npos) odd_.push_back(&one);
    }
  }

  // The variable whose %name% begins there.
  const Variables::value_type* at(std::string_view text, std::size_t begin) const {
    const std::string_view rest = text.substr(begin + 1);
    const std::size_t end = rest.substr(0, longest_ + 1).find('%');
    if (end == std::string_view::npos) return nullptr;
    if (const auto it = all_.find(rest.substr(0, end)); it != all_.end()) return it->second;
    for (const auto* one : odd_)
      if (rest.starts_with(one->first) && rest.substr(one->first.size()).starts_with('%')) return one;
    return nullptr;
  }

 private:
  std::unordered_map<std::string_view, const Variables::value_type*> all_;
  std::vector<const Variables::value_type*> odd_;  // that have a % themselves
  std::size_t longest_ = 0;
};

// In one walk: what a value says is no variable. An argument that names none takes nothing of the budget. False when
// there is not enough of it.
bool fill(std::string& argument, const Names& names, std::size_t& budget) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = argument.find('%'); at != std::string::npos; at = argument.find('%', at)) {
    const auto* variable = names.at(argument, at);
    if (!variable) {
      ++at;
      continue;
    }
    out.append(argument, from, at - from).append(variable->second.reveal());
    from = at += variable->first.size() + 2;
    if (out.size() > budget) return false;
  }
  if (from == 0) return true;
  out.append(argument, from);
  if (out.size() > budget) return false;
  budget -= out.size();
  argument = std::move(out);
  return true;
}

}  // namespace

base::Result<std::vector<std::string>> with_variables(std::vector<std::string> arguments, const Variables& variables) {
  const auto refused = [](std::string why) { return base::fail(base::Kind::invalid, std::move(why)); };
  if (arguments.size() > kMostArguments)
    return refused(fmt::format("{} arguments are more than {}", arguments.size(), kMostArguments));
  std::size_t budget = kMaxFilled;
  const Names names(variables);
  for (std::string& argument : arguments)
    if (!fill(argument, names, budget))
      return refused(
          fmt::format("the arguments are longer than {} bytes together with their variables put in", kMaxFilled));
  return arguments;
}

aio::Task<base::Result<std::vector<std::string>>> with_variables(const aio::Context& ctx,
                                                                 std::vector<std::string> arguments,
                                                                 const Variables& variables) {
  std::size_t bytes = 0;
  for (const std::string& argument : arguments) bytes += argument.size();
  co_return co_await aio::compute(
      ctx, bytes, [&](const std::stop_token&) { return with_variables(std::move(arguments), variables); });
}

std::string without_values(std::string text, const Variables& variables) {
  return base::KnownValues(known(variables), text.size()).hide(text);
}

bool hold_values(const std::vector<std::string>& texts, const Variables& variables) {
  std::size_t longest = 0;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  const base::KnownValues values(known(variables), longest);
  return std::ranges::any_of(texts, [&](const std::string& text) { return values.any_in(text); });
}

std::string address_without_values(std::string url, const Variables& variables) {
  constexpr std::size_t kLeast = 3;
  std::vector<base::KnownValue> all;
  for (base::KnownValue& one : known(variables)) {
    if (one.value.size() < kLeast || one.value.size() > url.size()) continue;
    const std::string encoded = llm::percent_encode(one.value);
    all.push_back({encoded, one.shown});
    all.push_back({with_plus_for_blanks(encoded), one.shown});
    all.push_back(std::move(one));
  }
  return base::KnownValues(all, url.size()).hide(url);
}

}  // namespace engine
