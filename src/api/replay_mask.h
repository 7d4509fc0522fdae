// ReplayMask: takes out of the record of an operation what a replay must not show: values of variables, what was typed
// into password fields, credentials in URLs. It keeps none of them, but fingerprints to know them by, so that it is
// small however long they are, and a walk over a text finds all of them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fingerprint.h"
#include "base/secret.h"
#include "json/value.h"

namespace api {

class ReplayMask {
 public:
  static constexpr std::size_t kMost = 64;  // values; of an operation with more no text is shown

  // Shown as %name%.
  void variable(std::string_view name, const base::Secret& value);
  // Shown as ***.
  void password(const base::Secret& value);
  // What another one hides, of the same operation.
  void add(const ReplayMask& other);

  // What the operations of a session hid before, for what later ones show of it: values of six characters and more, the
  // first kMost.
  void remember(const ReplayMask& earlier);

  // The same with every text in it masked; names of members stay. Overlapping values are shown as the longest of them.
  json::Value operator()(const json::Value& value) const;
  std::string text(std::string text) const;
  // How many spellings of values are sought; each byte of a text may begin each of them.
  std::size_t spellings() const { return spellings_.size(); }
  std::size_t bytes() const;

 private:
  struct Hidden {
    base::Fingerprint value;
    std::string shown;
  };
  struct Spelling {  // as it was given, or as addresses and forms write it
    std::uint32_t beginning = 0;
    base::Fingerprint text;
    std::size_t of = 0;  // in hidden_
  };
  void add(const base::Secret& value, std::string shown);
  bool knows(const base::Fingerprint& value) const;
  void take(const ReplayMask& other, std::size_t number);
  void spell(const Spelling& spelling);
  const Spelling* longest_at(std::string_view text, const base::Fingerprints& parts, std::size_t at) const;

  std::vector<Hidden> hidden_;
  std::vector<Spelling> spellings_;  // by their beginnings; of one beginning the longest first
  bool too_many_ = false;
};

}  // namespace api
