#include "base/log.h"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/text.h"
#include "base/url_secrets.h"

namespace base {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warn", "error"};
constexpr std::size_t kQueuedLines = 4096;
constexpr std::size_t kQueuedBytes = 16 * 1024 * 1024;
constexpr std::size_t kAtOnce = 64 * 1024;
constexpr auto kLastFlush = std::chrono::milliseconds(200);

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

std::string shown(std::string_view text) {
  if (text.size() <= Field::kMost) return hide_url_secrets(text);
  std::size_t end = Field::kMost;
  while (end > Field::kMost - 3 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // amid a code point
  return hide_url_secrets(text, end) + "…";
}

struct AppendValue {
  std::string& out;
  void operator()(const std::string& v) const { append_json_string(out, shown(v)); }
  void operator()(std::int64_t v) const { fmt::format_to(std::back_inserter(out), "{}", v); }
  void operator()(double v) const {
    if (std::isfinite(v))
      fmt::format_to(std::back_inserter(out), "{:.3f}", v);
    else
      out += "null";  // JSON has no other word for it
  }
  void operator()(bool v) const { out += v ? "true" : "false"; }
};

// The lines that wait for stdout. Shared with the thread that writes them, which is never waited for longer than a
// moment: it may be in a write for as long as it likes the reader of stdout.
class Lines {
 public:
  void put(std::string line) {
    const std::scoped_lock lock(mutex_);
    bytes_ += line.size();
    waiting_.push_back(std::move(line));
    while (waiting_.size() > kQueuedLines || (bytes_ > kQueuedBytes && waiting_.size() > 1)) {
      bytes_ -= waiting_.front().size();
      waiting_.pop_front();
      ++dropped_;
    }
    changed_.notify_all();
  }

  // How many lines gave way since the last call.
  std::size_t take_dropped() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(dropped_, 0);
  }

  // The writer's: the next lines together; nothing when it is to end.
  std::optional<std::string> take() {
    std::unique_lock lock(mutex_);
    writing_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return std::nullopt;
    std::string out;
    for (; !waiting_.empty() && out.size() < kAtOnce; waiting_.pop_front()) {
      bytes_ -= waiting_.front().size();
      out += waiting_.front();
    }
    writing_ = true;
    return out;
  }

  // Lets the writer end; returns when all is written or the time is over.
  void close(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return waiting_.empty() && !writing_; });
    waiting_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::size_t bytes_ = 0;
  std::size_t dropped_ = 0;
  bool writing_ = false;
  bool closed_ = false;
};

// False when nothing can be written there any more.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n > 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd writable{descriptor, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

class StdoutLogger final : public Logger {
 public:
  explicit StdoutLogger(Level threshold) : threshold_(threshold), pid_(getpid()), lines_(std::make_shared<Lines>()) {
    // Detached: nobody can end a write that its reader does not take.
    std::thread([lines = lines_] {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);
      while (const auto text = lines->take()) write_all(STDOUT_FILENO, *text);
    }).detach();
  }
  StdoutLogger(const StdoutLogger&) = delete;
  StdoutLogger& operator=(const StdoutLogger&) = delete;
  ~StdoutLogger() override { lines_->close(kLastFlush); }

  void write(Level level, std::string_view event, const Fields& fields) const override {
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    if (const std::size_t dropped = lines_->take_dropped(); dropped > 0)
      lines_->put(format_log_line(Level::warn, now.count(), pid_, "log lines dropped", {{"count", dropped}}) + '\n');
    lines_->put(format_log_line(level, now.count(), pid_, event, fields) + '\n');
  }

  bool enabled(Level level) const override { return level >= threshold_; }

 private:
  Level threshold_;
  std::int64_t pid_;
  std::shared_ptr<Lines> lines_;
};

}  // namespace

std::string format_log_line(Level level, std::int64_t unix_ms, std::int64_t pid, std::string_view event,
                            const Fields& fields) {
  std::string out =
      fmt::format(R"({{"level":"{}","time":{},"pid":{},"msg":)", kLevelNames[static_cast<int>(level)], unix_ms, pid);
  append_json_string(out, hide_url_secrets(event));
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
