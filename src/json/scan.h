// scan: tells what a CDP frame is without building a document of it, so that a 9 MB reply costs milliseconds.
// The frames: https://chromedevtools.github.io/devtools-protocol/ ("Protocol fundamentals"), flat sessions.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace json {

// Views into the scanned text; empty when the member is absent. params, result and error are raw JSON (for json::read).
struct CdpFrame {
  std::optional<std::int64_t> id;  // present: a reply; absent: an event
  std::string_view method;         // of an event
  std::string_view session_id;     // empty: the root session
  std::string_view params;
  std::string_view result;
  std::string_view error;
};

// Buffers reused from frame to frame: one for each connection.
class Scanner {
 public:
  Scanner();
  Scanner(Scanner&&) noexcept;
  Scanner& operator=(Scanner&&) noexcept;
  ~Scanner();

 private:
  friend base::Result<CdpFrame> scan_cdp_frame(std::string_view text, Scanner& scanner);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The views of the result point into `text`, not into the scanner. Only the frame's own members are looked at; what is
// inside params, result and error is checked by whoever reads it. Unknown members are skipped.
// Errors: Kind::invalid for text that is no JSON object, an id that is no integer, a method that is no plain string.
base::Result<CdpFrame> scan_cdp_frame(std::string_view text, Scanner& scanner);

}  // namespace json
