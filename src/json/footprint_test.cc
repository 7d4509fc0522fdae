#include "json/footprint.h"

#include <string>

#include <boost/json/memory_resource.hpp>
#include <gtest/gtest.h>

#include "json/read.h"

namespace json {
namespace {

// What was asked of it, as it is.
class Counting final : public boost::json::memory_resource {
 public:
  std::size_t bytes = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t align) override {
    bytes += size;
    return ::operator new(size, std::align_val_t(align));
  }
  void do_deallocate(void* p, std::size_t size, std::size_t align) override {
    ::operator delete(p, size, std::align_val_t(align));
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string out = "[";
  while (out.size() < bytes) out.append(piece).append(",");
  return out + "1]";
}

// Mutants: any part of it left out. Texts of one size differ thirtyfold.
TEST(Footprint, IsWhatTheAllocatorGaveAndALittleMore) {
  const std::string texts[] = {
      repeated("1", 10'000),
      repeated("[[1]]", 10'000),
      repeated(R"({"a":{"b":1}})", 10'000),
      repeated(R"("twenty characters !!")", 10'000),
      R"({"a long name of a member":")" + std::string(10'000, 'x') + R"("})",
      std::string(500, '[') + std::string(500, ']'),
      [] {
        std::string out = "{";
        for (int i = 0; i < 1000; ++i) out += "\"" + std::to_string(i) + "\":1,";
        return out + "\"a\":1}";
      }(),
  };
  for (const std::string& text : texts) {
    Counting memory;
    const Value value(*read(text), &memory);
    EXPECT_GE(footprint(value), memory.bytes) << text.substr(0, 40);
    EXPECT_LE(footprint(value), 3 * memory.bytes + 100) << text.substr(0, 40);
  }
  EXPECT_EQ(footprint(Value(1)), sizeof(Value));
}

TEST(Footprint, OfSmallArraysIsManyTimesTheirText) {
  const std::string text = repeated("[[1]]", 100'000);
  const Value value = *read(text);
  EXPECT_GT(footprint(value), 15 * text.size());
}

}  // namespace
}  // namespace json
