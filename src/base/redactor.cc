#include "base/redactor.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "base/escapes.h"
#include "base/flag.h"
#include "base/text.h"
#include "base/url_secrets.h"

namespace base {
namespace {

constexpr std::size_t kGram = 6;  // letters; also the shortest needle
static_assert(kGram <= Redactor::kShortestSecret);
constexpr std::size_t kMostLayers = 4;       // of escapes, one in the other
constexpr std::size_t kMostCandidates = 16;  // places of needles that are tried at one place of the text
constexpr std::size_t kLongestEnd = 64;      // letters on either side of "..."
constexpr std::size_t kShortestEnd = 3;
constexpr std::size_t kMostEllipses = 1000;
constexpr std::array<std::string_view, 6> kSchemes = {"bearer", "basic", "token", "apikey", "api-key", "key"};
constexpr std::array<std::string_view, 6> kPlainHeaders = {"accept",     "accept-language",   "content-type",
                                                           "user-agent", "anthropic-version", "anthropic-beta"};

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// How many bytes from `at` on are one character that may stand between the letters of a secret: ASCII that is neither
// letter nor digit, and spaces, hyphens and invisible ones of Unicode. 0 for the others.
std::size_t separator_at(const SourcedText& text, std::size_t at) {
  const auto byte = [&](std::size_t ahead) {
    return at + ahead < text.size() ? static_cast<unsigned char>(text[at + ahead].byte) : 0u;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return is_letter_or_digit(text[at].byte) ? 0 : 1;
  if (first == 0xC2 && (byte(1) == 0xA0 || byte(1) == 0xAD || byte(1) == 0xB7)) return 2;
  if ((first == 0xCD && byte(1) == 0x8F) || (first == 0xD8 && byte(1) == 0x9C)) return 2;
  if (first == 0xE1 && byte(1) == 0xA0 && byte(2) == 0x8E) return 3;
  if (first == 0xE2 && (byte(1) == 0x80 || byte(1) == 0x81)) return 3;  // U+2000 to U+207F
  if (first == 0xE3 && byte(1) == 0x80 && byte(2) == 0x80) return 3;
  if (first == 0xEF && byte(1) == 0xB8 && byte(2) >= 0x80 && byte(2) <= 0x8F) return 3;
  if (first == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;
  if (first == 0xEF && byte(1) == 0xBF && byte(2) == 0xBD) return 3;
  if (first == 0xF3 && byte(1) == 0xA0) return 4;
  return 0;
}

// What is left of it to be compared.
SourcedText without_separators(const SourcedText& text) {
  SourcedText out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t skipped = separator_at(text, i);
    if (skipped == 0) out.push_back(text[i]);
    i += std::max<std::size_t>(skipped, 1);
  }
  return out;
}

std::string letters_of(std::string_view text) {
  std::string out;
  for (const SourcedByte& each : without_separators(sourced(text))) out += each.byte;
  return out;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 0xF];
  }
  return out;
}

// Base64 depends on where the secret begins in a group of three ("user:secret" as well as "secret"): the letters that
// no neighbour has a part in.
std::string base64_core(std::string_view secret, std::size_t before) {
  const std::size_t first = before + (before > 0 ? 1 : 0);
  const std::size_t end = (before + secret.size()) * 8 / 6;
  return base64(std::string(before, '\0').append(secret)).substr(first, end - first);
}

std::string from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value =
        std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return out;
}

// As many letters of a secret as are a find: all of a short one, else a third, within bounds.
std::size_t useful_part(std::size_t letters) {
  return std::min(letters, std::clamp((letters + 2) / 3, Redactor::kShortestPart, Redactor::kUsefulPart));
}

// Letters only, in one case but for the first: it may be a word of the language.
bool is_like_a_word(std::string_view part) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return std::ranges::all_of(part, upper) ||
         ((lower(part.front()) || upper(part.front())) && std::ranges::all_of(part.substr(1), lower));
}

}  // namespace

void Redactor::add(std::string_view secret) {
  if (secret.size() < kShortestSecret) return;
  bytes_ += secret.size();
  ++count_;
  if (is_beyond_budget()) return;
  secrets_.emplace_back(std::string(secret));
  prepared_ = std::make_shared<Prepared>();
}

void Redactor::add_header(std::string_view name, std::string_view value) {
  if (std::ranges::find(kPlainHeaders, to_lower_ascii(name)) != kPlainHeaders.end()) return;
  const std::size_t space = value.find(' ');
  const std::string scheme = to_lower_ascii(value.substr(0, space));
  if (space == std::string_view::npos || std::ranges::find(kSchemes, scheme) == kSchemes.end()) return add(value);
  const std::string_view credentials = trim(value.substr(space));
  add(credentials);
  if (scheme != "basic") return;
  const std::string pair = from_base64(credentials);
  add(pair);
  if (const std::size_t colon = pair.find(':'); colon != std::string::npos)
    add(std::string_view(pair).substr(colon + 1));
}

void Redactor::add_url(std::string_view url) {
  for (const std::string_view secret : url_secrets(url)) {
    add(secret);
    SourcedText layer = sourced(secret);
    if (!unescape_once(layer)) continue;
    std::string plain;
    for (const SourcedByte& each : layer) plain += each.byte;
    add(plain);
  }
}

// The spellings that are sought, and which parts of them begin with which letters.
struct Redactor::Index {
  struct Needle {
    Secret text;            // letters and digits as they are
    Secret folded;          // the same in lower case
    std::size_t least = 0;  // as many of them in a row are a find
    bool plain = false;     // the secret as it is, neither reversed nor encoded
    bool encoded = false;   // hex or base64, which never look like words
  };
  struct Gram {  // the first letters of a part of a needle
    std::uint64_t letters = 0;
    std::uint32_t needle = 0;
    std::uint32_t at = 0;
    auto operator<=>(const Gram&) const = default;
  };

  explicit Index(const std::vector<Secret>& secrets) {
    for (const Secret& secret : secrets) add(secret.reveal());
    put_in_order();
  }

  static std::uint64_t next(std::uint64_t key, char letter) {
    return (key << 8 | static_cast<unsigned char>(letter)) & 0xFFFF'FFFF'FFFF;
  }
  std::size_t slot(std::uint64_t key) const { return key * 0x9E37'79B9'7F4A'7C15 >> (64 - bits); }
  bool seen(std::uint64_t key) const { return begins[slot(key)] != begins[slot(key) + 1]; }
  // Those of the slot, by their letters.
  std::span<const Gram> alike(std::uint64_t key) const {
    return std::span(grams).subspan(begins[slot(key)], begins[slot(key) + 1] - begins[slot(key)]);
  }

  std::vector<Needle> needles;
  std::vector<Secret> odd;  // of hardly any letters and digits: sought as they are
  std::vector<Gram> grams;  // by slot
  std::vector<std::uint32_t> begins;
  int bits = 0;  // of a slot

 private:
  void add(std::string_view secret) {
    const std::string letters = letters_of(secret);
    if (letters.size() < kShortestSecret) {
      odd.emplace_back(std::string(secret));
      odd.emplace_back(std::string(secret.rbegin(), secret.rend()));
    } else {
      const std::size_t least = useful_part(letters.size());
      add_needle(letters, least, true, false);
      add_needle(std::string(letters.rbegin(), letters.rend()), least, false, false);
    }
    // Encodings are of all its bytes, whatever they are.
    const std::size_t least = useful_part(secret.size());
    add_needle(hex(secret), 2 * least, false, true);
    for (std::size_t before = 0; before < 3; ++before) {
      std::string core = letters_of(base64_core(secret, before));
      const std::size_t part = std::min(core.size(), (4 * least + 2) / 3);
      if (core.size() >= kGram) add_needle(std::move(core), part, false, true);
    }
  }

  void add_needle(std::string text, std::size_t least, bool plain, bool encoded) {
    std::string folded = text;
    std::ranges::transform(folded, folded.begin(), fold);
    needles.push_back({Secret(std::move(text)), Secret(std::move(folded)), std::max(least, kGram), plain, encoded});
  }

  template <class F>
  void each_gram(F take) const {
    for (std::uint32_t n = 0; n < needles.size(); ++n) {
      const std::string_view folded = needles[n].folded.reveal();
      std::uint64_t key = 0;
      for (std::uint32_t end = 0; end < folded.size(); ++end) {
        key = next(key, folded[end]);
        if (end + 1 >= kGram) take(Gram{key, n, static_cast<std::uint32_t>(end + 1 - kGram)});
      }
    }
  }

  // Sorted by counting, since there are eight for each byte of a secret.
  void put_in_order() {
    std::size_t count = 0;
    each_gram([&](const Gram&) { ++count; });
    bits = std::clamp(static_cast<int>(std::bit_width(count)) + 2, 8, 16);
    begins.assign((std::size_t{1} << bits) + 1, 0);
    each_gram([&](const Gram& gram) { ++begins[slot(gram.letters)]; });
    for (std::uint32_t sum = 0; std::uint32_t& begin : begins) begin = sum += begin;  // each slot's end
    grams.resize(count);
    each_gram([&](const Gram& gram) { grams[--begins[slot(gram.letters)]] = gram; });
    for (std::size_t i = 0; i + 1 < begins.size(); ++i)
      std::sort(grams.begin() + begins[i], grams.begin() + begins[i + 1]);
  }
};

struct Redactor::Prepared {
  std::once_flag once;
  Flag done;
  std::optional<const Index> index;
};

const Redactor::Index& Redactor::index() const {
  std::call_once(prepared_->once, [this] {
    prepared_->index.emplace(secrets_);
    prepared_->done.set();
  });
  return *prepared_->index;
}

void Redactor::prepare() const {
  if (prepared_ && !is_beyond_budget()) index();
}

std::size_t Redactor::unprepared() const {
  constexpr std::size_t kSpellings = 8;  // letters of all of them, for one of the secret
  return !prepared_ || is_beyond_budget() || prepared_->done.is_set() ? 0 : kSpellings * bytes_;
}

// One text, and what of it is to be hidden.
class Redactor::Search {
 public:
  Search(const Index& index, std::string_view text) : index_(index), hidden_(text.size(), false) {
    SourcedText layer = sourced(text);
    look_at(layer);
    for (std::size_t n = 0; n < kMostLayers && unescape_once(layer); ++n) look_at(layer);
  }

  std::string result(std::string_view text) const {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
      if (!hidden_[i])
        out += text[i];
      else if (i == 0 || !hidden_[i - 1])
        out += "***";
    return out;
  }

 private:
  void hide(std::uint32_t begin, std::uint32_t end) { std::fill(hidden_.begin() + begin, hidden_.begin() + end, true); }

  void look_at(const SourcedText& layer) {
    std::string bytes;
    for (const SourcedByte& each : layer) bytes += each.byte;
    for (const Secret& secret : index_.odd) look_for(layer, bytes, secret.reveal());
    look_for_ends(layer);
    const SourcedText letters = without_separators(layer);
    std::string folded;
    folded.reserve(letters.size());
    for (const SourcedByte& each : letters) folded += fold(each.byte);
    std::uint64_t key = 0;
    for (std::size_t i = 0, come = 0; i < folded.size(); ++i) {
      key = Index::next(key, folded[i]);
      if (++come < kGram || !index_.seen(key)) continue;
      const std::size_t begin = i + 1 - kGram;
      const std::size_t length = longest_at(std::string_view(folded).substr(begin), key);
      if (length == 0) continue;
      hide(letters[begin].begin, letters[begin + length - 1].end);
      i = begin + length - 1;
      come = 0;
    }
  }

  // How many letters from here on are of one needle; 0 when they are too few. Each try that finds too little ends
  // within Needle::least, and what is found is passed over, so that all of it is linear.
  std::size_t longest_at(std::string_view text, std::uint64_t key) const {
    std::size_t longest = 0;
    const std::span<const Index::Gram> alike = index_.alike(key);
    auto gram = std::ranges::lower_bound(alike, key, {}, &Index::Gram::letters);
    for (std::size_t tried = 0; gram != alike.end() && gram->letters == key && tried < kMostCandidates;
         ++gram, ++tried) {
      const Index::Needle& needle = index_.needles[gram->needle];
      const std::string_view rest = needle.folded.reveal().substr(gram->at);
      const auto length = static_cast<std::size_t>(std::ranges::mismatch(text, rest).in2 - rest.begin());
      if (length < needle.least) continue;
      if (length < kUsefulPart && length < needle.folded.reveal().size() && !needle.encoded &&
          is_like_a_word(needle.text.reveal().substr(gram->at, length)))
        continue;
      longest = std::max(longest, length);
    }
    return longest;
  }

  void look_for(const SourcedText& layer, std::string_view bytes, std::string_view secret) {
    for (std::size_t at = bytes.find(secret); at != std::string::npos; at = bytes.find(secret, at + secret.size()))
      hide(layer[at].begin, layer[at + secret.size() - 1].end);
  }

  // "abcd...wxyz": the first and the last letters of a secret, each too few to be found alone.
  void look_for_ends(const SourcedText& layer) {
    std::size_t compared = 0;
    for (std::size_t i = 0; i < layer.size();) {
      if (separator_at(layer, i) == 0) {
        ++i;
        continue;
      }
      const std::size_t begin = i;
      while (i < layer.size() && separator_at(layer, i) > 0) i += separator_at(layer, i);
      i = std::min(i, layer.size());  // a character may be cut off
      if (!is_ellipsis(layer, begin, i)) continue;
      if (++compared > kMostEllipses) return;
      compare_ends(layer, begin, i);
    }
  }

  static bool is_ellipsis(const SourcedText& layer, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i + 1 < end; ++i) {
      const char c = layer[i].byte;
      if ((c == '.' || c == '*' || c == '_') && layer[i + 1].byte == c) return true;
      if (c == '\xE2' && layer[i + 1].byte == '\x80' && i + 2 < end &&
          (layer[i + 2].byte == '\xA6' || layer[i + 2].byte == '\xA2'))
        return true;
    }
    return false;
  }

  static bool is_in_a_key(char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '+'; }

  void compare_ends(const SourcedText& layer, std::size_t begin, std::size_t end) {
    std::string before;
    std::string after;
    std::size_t from = begin;
    for (; from > 0 && before.size() < kLongestEnd && is_in_a_key(layer[from - 1].byte); --from)
      if (is_letter_or_digit(layer[from - 1].byte)) before += fold(layer[from - 1].byte);
    std::ranges::reverse(before);
    std::size_t to = end;
    for (; to < layer.size() && after.size() < kLongestEnd && is_in_a_key(layer[to].byte); ++to)
      if (is_letter_or_digit(layer[to].byte)) after += fold(layer[to].byte);
    if (before.size() < kShortestEnd || after.size() < kShortestEnd) return;
    for (const Index::Needle& needle : index_.needles)
      if (needle.plain && needle.folded.reveal().starts_with(before) && needle.folded.reveal().ends_with(after))
        hide(layer[from].begin, layer[to - 1].end);
  }

  const Index& index_;
  std::vector<bool> hidden_;
};

std::string Redactor::operator()(std::string_view text) const {
  if (text.empty()) return "";
  if (is_beyond_budget()) return "***";
  if (text.size() > kMaxText) text = text.substr(0, kMaxText);
  if (!prepared_) return std::string(text);
  return Search(index(), text).result(text);
}

}  // namespace base
