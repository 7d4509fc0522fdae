// KnownValues: finds values that must not be shown in a text, all of them in one walk over it, and says something else
// in their place. What is put in is not looked at again, so that nothing is made of it, whatever the values and the
// words for them have in common. The time is linear in the text and in the values.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// What stands in a text in place of a variable's value: %name%, of a long name its beginning only, for a text may hold
// the value again and again.
std::string variable_mark(std::string_view name);

struct KnownValue {
  std::string value;
  std::string shown;
  // Whether it counts where it stands; everywhere when there is none. Such a value is short.
  bool (*counts)(std::string_view text, std::size_t begin, std::size_t end) = nullptr;
};

class KnownValues {
 public:
  // What we put behind the beginning of a text that is too long: "… (300 characters)".
  static constexpr std::string_view kCut = "… (";
  static constexpr std::size_t kLeastBeginning = 8;  // bytes of a value before kCut that are taken for it

  // For texts of at most that many bytes: of a longer value no more than that is kept.
  KnownValues(const std::vector<KnownValue>& values, std::size_t longest_text);

  // Values that overlap are shown as the longest of them. Beginnings of values that were cut off are hidden, too.
  std::string hide(std::string_view text) const;
  bool any_in(std::string_view text) const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // The values as a tree by their bytes. Each node stands for a beginning of a value; `shorter` is the longest other
  // beginning that this one ends with, so that a walk over a text never goes back in it.
  struct Node {
    std::uint32_t child = 0;
    std::uint32_t sibling = 0;
    std::uint32_t shorter = 0;
    std::uint32_t next_whole = 0;  // the longest value that it ends with, of those shorter than itself
    std::uint32_t depth = 0;
    std::uint32_t begins = kNone;  // a value that begins so
    std::uint32_t is = kNone;      // the value that it is
    char byte = 0;
  };
  struct Found {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t longest = 0;  // of the values that it is made of
    std::uint32_t value = kNone;
  };

  void add(std::string_view value, bool whole, std::uint32_t number);
  void link();
  std::uint32_t child(std::uint32_t node, char byte) const;
  std::uint32_t step(std::uint32_t node, char byte) const;
  std::uint32_t value_at(std::uint32_t node, std::string_view text, std::size_t end) const;
  template <class Take>
  void walk(std::string_view text, Take take) const;

  std::vector<std::string> shown_;
  std::vector<bool (*)(std::string_view, std::size_t, std::size_t)> counts_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::array<std::uint32_t, 256> first_ = {};  // the children of the root
};

}  // namespace base
