#include "browser/chromium.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "base/text.h"
#include "browser/environment.h"
#include "browser/launch_cause.h"
#include "browser/stand_ins.h"
#include "browser/switches.h"
#include "os/aside.h"
#include "os/end_remains.h"
#include "os/launches.h"

namespace browser {
namespace {

constexpr int kNice = 5;  // where processors are scarce the server, on which all wait, goes before one session's pages
constexpr std::size_t kLastWords = 4096;
constexpr std::size_t kFirstWords = 64 * 1024;  // of a browser that has not named its endpoint yet
constexpr std::string_view kListening = "DevTools listening on ";

}  // namespace

aio::Task<base::Result<std::string>> Chromium::start(const engine::LaunchOptions& options) {
  auto find = [options, environment = services_.settings.environment] { return find_executable(options, environment); };
  CO_TRY(const std::string executable, co_await os::aside(std::move(find)));
  if (uses_sandbox(options, services_.settings) && geteuid() == 0)
    co_return base::fail(base::Kind::browser, launch_cause("Running as root without --no-sandbox"));
  makes_folders_ = true;
  removal_ = PendingRemovals::Hold(services_.pending_removals);
  aio::go(executor_, "making a session's folders", make_folders(shared_from_this(), options));
  co_await folders_made_.wait();
  if (!programs_) co_return std::unexpected(programs_.error());
  std::vector<std::string> arguments = command_line(options, services_.settings, folders_.profile());
  // Says whose browser it is where the profile does not, and where Chromium puts what its default is the user's home
  // for.
  arguments.insert(arguments.begin(), "--crash-dumps-dir=" + folders_.crashes());
  launch_ = os::Launches::of_this_process().next();
  os::SpawnOptions spawn{.path = executable,
                         .arguments = arguments,
                         .environment = folders_.own_environment(chromium_environment(services_.settings, *programs_)),
                         .nice = kNice,
                         .marks_arguments = true,
                         .launch = launch_,
                         .after = services_.reaper.made()};
  CO_TRY(std::unique_ptr<os::Process> process, co_await os::Process::spawn(std::move(spawn)));
  process_ = std::move(process);
  services_.reaper.watch_group(process_->pid());
  aio::go(executor_, "watching a browser", watch_exit(shared_from_this()));
  CO_TRY(std::string ws_url, co_await read_ws_url());
  aio::go(executor_, "reading what a browser says", drain_stderr(shared_from_this()));
  co_return ws_url;
}

// Not ended by a cancellation: what it has made by then is removed once it has (remove_folders).
aio::Task<void> Chromium::make_folders(std::shared_ptr<Chromium> self, engine::LaunchOptions options) {
  struct Finish {
    aio::Latch& made;
    ~Finish() { made.set(); }
  } const finish{self->folders_made_};
  auto path = co_await os::aside([] { return os::SessionFolder::new_path(); });
  if (path) self->services_.reaper.watch_profile(*path);  // before it is there
  struct Made {
    LaunchFolders folders;
    base::Result<std::string> programs;
  };
  auto job = [options = std::move(options), environment = self->services_.settings.environment,
              path = std::move(path)]() -> base::Result<Made> {
    Made made;
    const auto done = made.folders.make(options, environment, path);
    made.programs = done ? make_stand_ins(made.folders.programs()) : std::unexpected(done.error());
    return made;
  };
  auto made = co_await os::aside(std::move(job));
  if (made) {
    self->folders_ = std::move(made->folders);
    self->programs_ = std::move(made->programs);
  } else {
    self->programs_ = std::unexpected(std::move(made).error());
  }
}

base::Error Chromium::ended_early() const {
  return {base::Kind::browser,
          fmt::format("The browser ended before it was ready ({}): {}", exit_status_, launch_cause(last_words_)),
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
    if (const std::string cause = hopeless_cause(last_words_); !cause.empty())
      co_return base::fail(base::Kind::browser, "The browser cannot be reached: " + cause, last_words_);
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
  self->release_folders();
}

// What is in the pipe already. Its end may never come, when a process that left the group holds it.
void Chromium::read_last_words() {
  std::array<char, 4096> chunk;
  ssize_t n = 0;
  while (last_words_.size() < kFirstWords &&
         (n = read(process_->stderr_pipe().native_handle(), chunk.data(), chunk.size())) > 0)
    last_words_.append(chunk.data(), static_cast<std::size_t>(n));
}

void Chromium::release_folders() {
  if (!std::exchange(folders_released_, true))
    aio::go(executor_, "removing folders", remove_folders(shared_from_this()));
}

aio::Task<void> Chromium::remove_folders(std::shared_ptr<Chromium> self) {
  // On every way out: who waits for it must not wait for ever.
  struct Finish {
    aio::Latch& gone;
    ~Finish() { gone.set(); }
  } const finish{self->folders_gone_};
  if (self->makes_folders_) co_await self->folders_made_.wait();
  // What had left the group, as the browser of a wrapper may, and one that has just executed for a start that was
  // cancelled. Until it is dead it makes its folders anew when they have been removed.
  if (self->launch_ != 0) co_await os::end_remains(self->launch_, self->services_.clock);
  LaunchFolders folders = std::exchange(self->folders_, {});
  co_await LaunchFolders::let_go_of_named(folders, self->services_);
  self->removal_ = {};
  co_await LaunchFolders::remove(std::move(folders), self->services_);
}

void Chromium::kill() {
  if (process_)
    process_->kill_group(SIGKILL);  // watch_exit releases the folders
  else
    release_folders();
}

aio::Task<void> Chromium::end() {
  if (!exited_.is_set() && folders_.keeps_profile())
    ::kill(process_->pid(), SIGTERM);
  else if (!exited_.is_set())
    process_->kill_group(SIGKILL);
  co_await exited_.wait();
  co_await folders_gone_.wait();
}

}  // namespace browser
