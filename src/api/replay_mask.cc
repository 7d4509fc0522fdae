#include "api/replay_mask.h"

#include <algorithm>

#include "base/known_values.h"
#include "base/url_secrets.h"
#include "llm/percent.h"

namespace api {
namespace {

constexpr std::size_t kLeast = 3;       // characters; shorter ones would be found in every text
constexpr std::size_t kLeastLater = 6;  // of an earlier operation's, which may be a word of another sense by then
constexpr std::size_t kLongestValue = 64 * 1024;  // no text that is kept has longer ones in it

// The first characters, by which a value is sought. REQUIRES: there are kLeast.
std::uint32_t beginning(std::string_view text) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < kLeast; ++i) out = out << 8 | static_cast<unsigned char>(text[i]);
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

}  // namespace

void ReplayMask::variable(std::string_view name, const base::Secret& value) { add(value, base::variable_mark(name)); }

void ReplayMask::password(const base::Secret& value) { add(value, "***"); }

bool ReplayMask::knows(const base::Fingerprint& value) const {
  return std::ranges::find(hidden_, value, &Hidden::value) != hidden_.end();
}

void ReplayMask::add(const base::Secret& value, std::string shown) {
  const std::string_view text = value.reveal();
  if (text.empty() || text.size() > kLongestValue || too_many_) return;
  const base::Fingerprint whole(text);
  if (knows(whole)) return;
  if (hidden_.size() == kMost) {
    too_many_ = true;
    return;
  }
  const std::size_t number = hidden_.size();
  hidden_.push_back({whole, std::move(shown)});
  if (text.size() < kLeast) return;
  const std::string encoded = llm::percent_encode(text);
  const std::string in_form = with_plus_for_blanks(encoded);
  spell({beginning(text), whole, number});
  if (encoded != text) spell({beginning(encoded), base::Fingerprint(encoded), number});
  if (in_form != encoded) spell({beginning(in_form), base::Fingerprint(in_form), number});
}

void ReplayMask::spell(const Spelling& spelling) {
  const auto before = [](const Spelling& a, const Spelling& b) {
    return a.beginning != b.beginning ? a.beginning < b.beginning : a.text.size() > b.text.size();
  };
  spellings_.insert(std::ranges::upper_bound(spellings_, spelling, before), spelling);
}

void ReplayMask::take(const ReplayMask& other, std::size_t number) {
  for (const Spelling& spelling : other.spellings_)
    if (spelling.of == number) spell({spelling.beginning, spelling.text, hidden_.size()});
  hidden_.push_back(other.hidden_[number]);
}

void ReplayMask::add(const ReplayMask& other) {
  too_many_ = too_many_ || other.too_many_;
  for (std::size_t number = 0; number < other.hidden_.size() && !too_many_; ++number) {
    if (knows(other.hidden_[number].value)) continue;
    too_many_ = hidden_.size() == kMost;
    if (!too_many_) take(other, number);
  }
}

void ReplayMask::remember(const ReplayMask& earlier) {
  for (std::size_t number = 0; number < earlier.hidden_.size() && hidden_.size() < kMost; ++number) {
    const base::Fingerprint& value = earlier.hidden_[number].value;
    if (value.size() >= kLeastLater && !knows(value)) take(earlier, number);
  }
}

const ReplayMask::Spelling* ReplayMask::longest_at(std::string_view text, const base::Fingerprints& parts,
                                                   std::size_t at) const {
  for (const Spelling& one : std::ranges::equal_range(spellings_, beginning(text.substr(at)), {}, &Spelling::beginning))
    if (parts.has(one.text, at)) return &one;
  return nullptr;
}

std::string ReplayMask::text(std::string text) const {
  if (too_many_) return "***";
  text = base::hide_url_secrets(text);
  if (hidden_.empty()) return text;
  const base::Fingerprints parts(text);
  for (const Hidden& each : hidden_)
    if (each.value.size() == text.size() && parts.has(each.value, 0)) return each.shown;
  std::string out;
  std::size_t from = 0;               // what is before it has been written
  std::size_t end = 0;                // of what is hidden from there on
  const Spelling* longest = nullptr;  // of what is hidden there
  const auto write = [&](std::size_t next) {
    if (longest) out += hidden_[longest->of].shown;
    from = longest ? end : from;
    out.append(text, from, next - from);
    from = next;
  };
  for (std::size_t at = 0; at + kLeast <= text.size(); ++at) {
    const Spelling* found = longest_at(text, parts, at);
    if (!found) continue;
    if (!longest || at >= end) {
      write(at);
      longest = nullptr;
    }
    if (!longest || found->text.size() > longest->text.size()) longest = found;
    end = std::max(end, at + found->text.size());
  }
  write(text.size());
  return out;
}

std::size_t ReplayMask::bytes() const {
  std::size_t out = spellings_.size() * sizeof(Spelling);
  for (const Hidden& each : hidden_) out += sizeof(Hidden) + each.shown.size();
  return out;
}

json::Value ReplayMask::operator()(const json::Value& value) const {
  if (value.is_string()) return json::Value(text(std::string(json::view(value.get_string()))));
  if (const json::Array* list = value.if_array()) {
    json::Array out;
    for (const json::Value& each : *list) out.push_back((*this)(each));
    return out;
  }
  if (const json::Object* object = value.if_object()) {
    json::Object out;
    for (const auto& [name, inner] : *object) out[name] = (*this)(inner);
    return out;
  }
  return value;
}

}  // namespace api
