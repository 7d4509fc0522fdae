// Structured log: one JSON object a line. A line is a level, an event name (API: named in docs/guide/log-events.md,
// never renamed without a CHANGELOG note) and fields.
//
//   logger.info("session ended", {{"sessionId", id}, {"reason", "client"}});
//
// Secrets cannot get in: Field takes no base::Secret, and callers never pass bodies of pages or providers above debug.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace base {

enum class Level { debug, info, warn, error };

class Secret;

struct Field {
  std::string_view key;
  std::variant<std::string, std::int64_t, double, bool> value;

  // Bytes of a text that a line shows; a longer one is cut at a code point and ends in "…". Pages and browsers have a
  // say in some of them.
  static constexpr std::size_t kMost = 16 * 1024;
  // Bytes that are taken: a secret that the cut goes through is known by what comes after it.
  static constexpr std::size_t kTaken = 2 * kMost;

  Field(std::string_view k, std::string_view v) : key(k), value(std::string(v.substr(0, kTaken))) {}
  Field(std::string_view k, const std::string& v) : Field(k, std::string_view(v)) {}
  Field(std::string_view k, const char* v) : Field(k, std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  Field(std::string_view k, Integer v) : key(k), value(static_cast<std::int64_t>(v)) {}
  Field(std::string_view k, const Secret& v) = delete;
};
using Fields = std::vector<Field>;

// Thread-safe. Never blocks for long and never throws: a line that cannot be written is dropped.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual void write(Level level, std::string_view event, const Fields& fields) const = 0;
  virtual bool enabled(Level level) const = 0;

  void debug(std::string_view event, Fields fields = {}) const { log(Level::debug, event, fields); }
  void info(std::string_view event, Fields fields = {}) const { log(Level::info, event, fields); }
  void warn(std::string_view event, Fields fields = {}) const { log(Level::warn, event, fields); }
  void error(std::string_view event, Fields fields = {}) const { log(Level::error, event, fields); }
  void log(Level level, std::string_view event, const Fields& fields) const {
    if (enabled(level)) write(level, event, fields);
  }
};

// Writes to stdout from a thread of its own; when the reader of stdout stalls, the oldest of 4096 waiting lines (of 16
// MiB at most) give way rather than the server being held up, and a later line, "log lines dropped", says how many.
// Flushes when destroyed, for a fifth of a second at most: what is still unread then is lost.
std::unique_ptr<Logger> make_stdout_logger(Level threshold);

// Drops everything.
class NullLogger final : public Logger {
 public:
  void write(Level, std::string_view, const Fields&) const override {}
  bool enabled(Level) const override { return false; }
};

// The line that make_stdout_logger prints, without the newline:
// {"level":"info","time":<ms>,"pid":<n>,"msg":"<event>",…}.
std::string format_log_line(Level level, std::int64_t unix_ms, std::int64_t pid, std::string_view event,
                            const Fields& fields);

}  // namespace base
