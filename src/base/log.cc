#include "base/log.h"

#include <atomic>
#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/text.h"

namespace base {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warn", "error"};
constexpr std::size_t kQueuedLines = 4096;

void append_json_string(std::string& out, std::string_view raw) {
  const std::string text = is_valid_utf8(raw) ? std::string(raw) : repair_utf8(raw);
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  out += '"';
}

struct AppendValue {
  std::string& out;
  void operator()(const std::string& v) const { append_json_string(out, v); }
  void operator()(std::int64_t v) const { fmt::format_to(std::back_inserter(out), "{}", v); }
  void operator()(double v) const {
    if (std::isfinite(v))
      fmt::format_to(std::back_inserter(out), "{:.3f}", v);
    else
      out += "null";  // JSON has no other word for it
  }
  void operator()(bool v) const { out += v ? "true" : "false"; }
};

class StdoutLogger final : public Logger {
 public:
  explicit StdoutLogger(Level threshold)
      : threshold_(threshold),
        pid_(getpid()),
        pool_(std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1)),
        out_(std::make_shared<spdlog::async_logger>("belay", std::make_shared<spdlog::sinks::stdout_sink_mt>(), pool_,
                                                    spdlog::async_overflow_policy::overrun_oldest)) {
    out_->set_pattern("%v");
    out_->flush_on(spdlog::level::trace);
  }

  void write(Level level, std::string_view event, const Fields& fields) const override {
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    const std::size_t dropped = pool_->overrun_counter();
    if (const std::size_t told = told_.exchange(dropped); dropped > told)
      out_->log(spdlog::level::info,
                format_log_line(Level::warn, now.count(), pid_, "log lines dropped", {{"count", dropped - told}}));
    out_->log(spdlog::level::info, format_log_line(level, now.count(), pid_, event, fields));
  }

  bool enabled(Level level) const override { return level >= threshold_; }

 private:
  Level threshold_;
  std::int64_t pid_;
  mutable std::atomic<std::size_t> told_ = 0;           // of the lines that the pool has dropped so far
  std::shared_ptr<spdlog::details::thread_pool> pool_;  // before out_: the logger posts to it
  std::shared_ptr<spdlog::async_logger> out_;
};

}  // namespace

std::string format_log_line(Level level, std::int64_t unix_ms, std::int64_t pid, std::string_view event,
                            const Fields& fields) {
  std::string out =
      fmt::format(R"({{"level":"{}","time":{},"pid":{},"msg":)", kLevelNames[static_cast<int>(level)], unix_ms, pid);
  append_json_string(out, event);
  for (const Field& field : fields) {
    out += ',';
    append_json_string(out, field.key);
    out += ':';
    std::visit(AppendValue{out}, field.value);
  }
  out += '}';
  return out;
}

std::unique_ptr<Logger> make_stdout_logger(Level threshold) { return std::make_unique<StdoutLogger>(threshold); }

}  // namespace base
