// Redactor: takes known secrets out of text that somebody else wrote (a model server, a proxy, a browser's endpoint, a
// tool), in whatever spelling they come back: other case, percent-encoded, escaped as in JSON or HTML (several times
// over), split by white space, hyphens or invisible characters, reversed, in hex or base64, or only in part.
//
// It does not go through spellings one by one. Layers of escapes are undone, what is neither letter nor digit is left
// out, case is folded, and what remains is compared with the secrets treated likewise. The time is linear in the text;
// text and secrets beyond the budgets below never pass.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace base {

class Redactor {
 public:
  static constexpr std::size_t kShortestSecret = 6;      // shorter ones stand in ordinary words: they are not sought
  static constexpr std::size_t kMaxText = 256 * 1024;    // bytes; of a longer text the rest is left out
  static constexpr std::size_t kMaxSecrets = 32 * 1024;  // bytes of all together; with more, no text passes at all
  static constexpr std::size_t kMostSecrets = 256;       // likewise
  static constexpr std::size_t kUsefulPart = 12;         // letters and digits of a secret that are worth hiding alone
  static constexpr std::size_t kShortestPart = 8;        // a third of a short secret is, too, from here on

  void add(std::string_view secret);
  void add(const Secret& secret) { add(secret.reveal()); }
  // A header's value: also without the scheme before it ("Bearer …"), and the password in a Basic one. Headers that
  // hold no credentials (User-Agent, Accept) are no secrets.
  void add_header(std::string_view name, std::string_view value);

  // What is secret in a URL (base/url_secrets.h).
  void add_url(std::string_view url);

  // The text with *** for each secret, or part of one, in it. The first text has all spellings of the secrets put in
  // order, once for all copies, which takes some milliseconds where there are many: whoever has the loop to look after
  // asks `unprepared` first.
  std::string operator()(std::string_view text) const;

  // So many bytes' worth of work are to be done before the first text; 0 once that is done.
  std::size_t unprepared() const;
  void prepare() const;

 private:
  struct Index;
  struct Prepared;
  class Search;

  bool is_beyond_budget() const { return count_ > kMostSecrets || bytes_ > kMaxSecrets; }
  const Index& index() const;

  std::vector<Secret> secrets_;
  std::shared_ptr<Prepared> prepared_;  // null: there is nothing to seek
  std::size_t bytes_ = 0;
  std::size_t count_ = 0;
};

}  // namespace base
