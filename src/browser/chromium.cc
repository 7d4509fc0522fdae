#include "browser/chromium.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "base/text.h"
#include "browser/switches.h"
#include "os/profile_dir.h"

namespace browser {
namespace {

constexpr std::size_t kLastWords = 4096;
constexpr std::size_t kFirstWords = 64 * 1024;  // of a browser that has not named its endpoint yet
constexpr std::size_t kReason = 500;            // of its last line, in an error
constexpr std::string_view kNoPort = "Cannot start http server for devtools";
constexpr std::string_view kListening = "DevTools listening on ";

// Its reason for giving up, out of what it wrote last.
std::string reason_from(const std::string& words) {
  if (words.find(kNoPort) != std::string::npos)
    return "its debugging port (launchOptions.port) is in use or not allowed";
  if (words.find("Running as root without --no-sandbox") != std::string::npos ||
      words.find("No usable sandbox") != std::string::npos)
    return "Chromium's sandbox cannot start here (as root it never does); start the server with "
           "--chromium-sandbox=off or the session with launchOptions.chromiumSandbox false";
  const std::size_t end = words.find_last_not_of("\r\n ");
  if (end == std::string::npos) return "it said nothing";
  const std::size_t before = words.rfind('\n', end);
  const std::size_t line = before == std::string::npos ? 0 : before + 1;
  return base::truncate(words.substr(line, end + 1 - line), kReason);
}

}  // namespace

aio::Task<base::Result<std::string>> Chromium::start(const engine::LaunchOptions& options) {
  CO_TRY(const std::string executable, find_executable(options, services_.settings.environment));
  if (uses_sandbox(options, services_.settings) && geteuid() == 0)
    co_return base::fail(base::Kind::browser, reason_from("Running as root without --no-sandbox"));
  CO_TRY(profile_path_, choose_profile(options));
  os::SpawnOptions spawn{.path = executable,
                         .arguments = command_line(options, services_.settings, profile_path_),
                         .environment = without_secrets(services_.settings.environment)};
  CO_TRY(std::unique_ptr<os::Process> process, os::Process::spawn(executor_, spawn));
  process_ = std::move(process);
  services_.reaper.watch_group(process_->pid());
  aio::go(executor_, watch_exit(shared_from_this()));
  CO_TRY(std::string ws_url, co_await read_ws_url());
  aio::go(executor_, drain_stderr(shared_from_this()));
  co_return ws_url;
}

// The caller's folder, or one of ours that goes with the process unless it is to be preserved.
base::Result<std::string> Chromium::choose_profile(const engine::LaunchOptions& options) {
  if (options.user_data_dir) return *options.user_data_dir;
  std::string path = os::profile_name();
  if (options.preserve_user_data_dir) {
    TRY_VOID(os::make_profile(path, os::Keep::for_ever));
    return path;
  }
  services_.reaper.watch_profile(path);
  temporary_profile_ = path;
  TRY_VOID(os::make_profile(path));
  return path;
}

base::Error Chromium::ended_early() const {
  return {base::Kind::browser,
          fmt::format("The browser ended before it was ready ({}): {}", exit_status_, reason_from(last_words_)),
          last_words_};
}

// It names its endpoint on stderr when it is ready to be connected to; the end of stderr means that it ended.
aio::Task<base::Result<std::string>> Chromium::read_ws_url() {
  std::array<char, 4096> chunk;
  for (;;) {
    auto [error, n] =
        co_await process_->stderr_pipe().async_read_some(aio::asio::buffer(chunk), aio::asio::as_tuple(aio::use_task));
    last_words_.append(chunk.data(), n);
    if (const std::size_t at = last_words_.find(kListening); at != std::string::npos)
      if (const std::size_t end = last_words_.find('\n', at); end != std::string::npos)
        co_return last_words_.substr(at + kListening.size(), end - at - kListening.size());
    if (last_words_.find(kNoPort) != std::string::npos)  // it would run on without an endpoint
      co_return base::fail(base::Kind::browser, "The browser cannot be reached: " + reason_from(last_words_),
                           last_words_);
    if (error) {
      co_await exited_.wait();
      co_return std::unexpected(ended_early());
    }
    if (last_words_.size() > kFirstWords) last_words_.erase(0, last_words_.size() - kLastWords);
  }
}

aio::Task<void> Chromium::drain_stderr(std::shared_ptr<Chromium> self) {
  std::array<char, 4096> chunk;
  while (!self->exited_.is_set()) {  // a process that left the group may hold the pipe for longer
    auto [error, n] = co_await self->process_->stderr_pipe().async_read_some(aio::asio::buffer(chunk),
                                                                             aio::asio::as_tuple(aio::use_task));
    if (error) co_return;
    self->last_words_.append(chunk.data(), n);
    if (self->last_words_.size() > kLastWords) self->last_words_.erase(0, self->last_words_.size() - kLastWords);
  }
}

aio::Task<void> Chromium::watch_exit(std::shared_ptr<Chromium> self) {
  self->exit_status_ = co_await self->process_->wait_exit();
  self->services_.reaper.forget_group(self->process_->pid());
  self->read_last_words();
  boost::system::error_code ignored;
  self->process_->stderr_pipe().cancel(ignored);
  self->exited_.set();
  if (auto callback = std::exchange(self->on_exit_, nullptr)) callback(self->exit_status_);
  self->release_profile();
}

// What is in the pipe already. Its end may never come, when a process that left the group holds it.
void Chromium::read_last_words() {
  std::array<char, 4096> chunk;
  ssize_t n = 0;
  while (last_words_.size() < kFirstWords &&
         (n = read(process_->stderr_pipe().native_handle(), chunk.data(), chunk.size())) > 0)
    last_words_.append(chunk.data(), static_cast<std::size_t>(n));
}

void Chromium::release_profile() {
  if (temporary_profile_.empty())
    profile_gone_.set();
  else
    aio::go(executor_, remove_profile(shared_from_this(), std::exchange(temporary_profile_, "")));
}

aio::Task<void> Chromium::remove_profile(std::shared_ptr<Chromium> self, std::string profile) {
  auto job = [profile] { return os::remove_profile(profile); };
  if (co_await self->services_.workers.run(std::move(job)))
    self->services_.reaper.forget_profile(profile);
  else
    self->services_.log.error("profile not removed", {{"profile", profile}});
  self->profile_gone_.set();
}

void Chromium::kill() {
  if (process_)
    process_->kill_group(SIGKILL);  // watch_exit releases the profile
  else
    release_profile();
}

aio::Task<void> Chromium::end() {
  if (!exited_.is_set()) process_->kill_group(temporary_profile_.empty() ? SIGTERM : SIGKILL);
  co_await exited_.wait();
  co_await profile_gone_.wait();
}

}  // namespace browser
