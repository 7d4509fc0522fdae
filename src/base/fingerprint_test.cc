#include "base/fingerprint.h"

#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Fingerprint, TellsWhereAPartStands) {
  const std::string text = "abracadabra\xff" + std::string(2, '\0');
  const Fingerprints parts(text);
  for (std::size_t begin = 0; begin <= text.size(); ++begin)
    for (std::size_t size = 0; begin + size <= text.size(); ++size) {
      const std::string part = text.substr(begin, size);
      for (std::size_t at = 0; at <= text.size() + 1; ++at)
        EXPECT_EQ(parts.has(Fingerprint(part), at), at <= text.size() && text.compare(at, size, part) == 0);
    }
  EXPECT_FALSE(parts.has(Fingerprint("abrb"), 0));
}

// Mutants: the length is not told apart; a byte of zero counts as none.
TEST(Fingerprint, IsTheSameOfTheSameTextAlone) {
  EXPECT_EQ(Fingerprint("hunter2"), Fingerprint("hunter2"));
  EXPECT_NE(Fingerprint("hunter2"), Fingerprint("hunter3"));
  EXPECT_NE(Fingerprint(""), Fingerprint(std::string(1, '\0')));
  EXPECT_NE(Fingerprint("a"), Fingerprint(std::string("\0a", 2)));
}

}  // namespace
}  // namespace base
