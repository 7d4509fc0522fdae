#include "browser/launch_check.h"

#include <memory>
#include <utility>

#include <unistd.h>

#include "browser/user_data.h"
#include "os/aside_limit.h"

namespace browser {
namespace {

using Found = base::Result<std::optional<engine::UnusableValue>>;

struct Check {
  std::vector<std::string> environment;
  LookAtPlaces look;
  os::AsideLimit limit;
};

bool names_places(const engine::LaunchOptions& options) {
  return options.user_data_dir || options.downloads_path || options.executable_path;
}

aio::Task<Found> check_places(std::shared_ptr<Check> check, engine::LaunchOptions options) {
  if (!names_places(options)) co_return std::nullopt;
  auto job = [check, options = std::move(options)]() -> Found { return check->look(options, check->environment); };
  auto found = co_await os::aside(check->limit, std::move(job));
  // Without a thread for it the start says what is wrong.
  if (!found && found.error().kind != base::Kind::unavailable) co_return std::nullopt;
  co_return found;
}

}  // namespace

std::optional<engine::UnusableValue> look_at_places(const engine::LaunchOptions& options,
                                                    const std::vector<std::string>& environment) {
  // Where that hangs the start is to be held here, among those that are counted.
  if (options.executable_path) static_cast<void>(access(options.executable_path->c_str(), X_OK));
  return check_folders(options, environment);
}

engine::LaunchCheck launch_check(std::vector<std::string> environment, std::size_t most, LookAtPlaces look) {
  const auto check = std::make_shared<Check>(
      Check{.environment = std::move(environment),
            .look = std::move(look),
            .limit = os::AsideLimit(most,
                                    "checks of folders and programs that starts name (launchOptions.userDataDir, "
                                    "downloadsPath, executablePath)")});
  return [check](engine::LaunchOptions options) { return check_places(check, std::move(options)); };
}

}  // namespace browser
