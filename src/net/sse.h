// Server-sent events (WHATWG HTML §9.2) without I/O: one function writes a frame, one class reads a stream piece by
// piece.
#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace net {

// "event: <event>\ndata: <data>\n\n"; without the first line when event is empty. Each line of data becomes a data
// line of its own. REQUIRES: event has no line break.
std::string sse_frame(std::string_view event, std::string_view data);

struct SseEvent {
  std::string event = "message";
  std::string data;
  std::string id;  // the last id seen on the stream

  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

// Feed bytes in pieces of any size, take events out. Understands LF, CR and CRLF, comments, a byte order mark and
// unknown fields. An event that the stream ends within is dropped, as the standard wants.
class SseParser {
 public:
  explicit SseParser(std::size_t max_event_bytes = 16 * 1024 * 1024) : max_event_bytes_(max_event_bytes) {}

  // Error: Kind::upstream when one event grows beyond the limit; the parser is then of no further use.
  base::Result<void> feed(std::string_view bytes);
  std::optional<SseEvent> next();

  // The last `retry:` the stream asked for.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }

 private:
  void take_line(std::string_view line);
  void take_field(std::string_view name, std::string_view value);
  void dispatch();

  std::size_t max_event_bytes_;
  std::string line_;
  bool after_cr_ = false;   // a LF that follows belongs to the line break before it
  bool first_line_ = true;  // may begin with a byte order mark
  bool has_data_ = false;
  SseEvent current_{.event = "", .data = "", .id = ""};
  std::optional<std::chrono::milliseconds> retry_;
  std::deque<SseEvent> ready_;
};

}  // namespace net
