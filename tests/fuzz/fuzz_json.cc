// JSON: whatever is read can be written, what is written reads back as the same value and writes as the same text, and
// shapes judge any value without falling over.
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/check.h"
#include "base/text.h"
#include "json/read.h"
#include "json/scan.h"
#include "json/shape.h"
#include "json/write.h"

namespace {

const json::Shape& shape() {
  using namespace json;
  static const Shape out =
      object({{"a", string()},
              {"n", optional(number())},
              {"u", optional(url())},
              {"w", optional(one_of({"load", "networkidle"}))},
              {"list", optional(array_of(either({string(), number(), strict_object({{"v", boolean()}})})))},
              {"map", optional(map_of(nullable(text_of_length(2))))},
              {"kind", optional(by_word("type", {{"one", object({{"x", literal(1)}})}, {"two", json::any()}}))}});
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static json::Scanner scanner;
  static_cast<void>(json::scan_cdp_frame(text, scanner));

  // Nesting within what the stack of a sanitized build stands.
  const auto value = json::read(text, {.max_depth = 200});
  if (!value) {
    CHECK(base::is_valid_utf8(value.error().message), "an error that is no text");
    return 0;
  }
  const std::string written = json::write(*value);
  CHECK(base::is_valid_utf8(written), "written text is UTF-8");
  const auto again = json::read(written, {.max_depth = 200});
  CHECK(again.has_value(), "what was written reads back");
  CHECK(json::write(*again) == written, "writing twice gives the same text");
  static_cast<void>(json::is_poisoned(*value));
  const json::Issues issues = shape().check(&*value);
  for (const json::Issue& issue : issues) CHECK(issue.body.contains("code"), "an issue has a code");
  // A foreign parser agrees that it is JSON.
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 250;
  static_cast<void>(boost::json::parse(written, error, {}, options));
  CHECK(!error, "another parser reads what was written");
  return 0;
}
