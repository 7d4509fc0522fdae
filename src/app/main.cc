// belay: sessions on real Chromium over the Stagehand v3 API.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include "app/memory.h"
#include "app/options.h"
#include "app/secret_arguments.h"
#include "app/server.h"
#include "browser/stand_ins.h"
#include "os/reaper.h"
#include "os/standard_files.h"
#include "os/watchdog.h"

int main(int argc, char** argv) {
  os::open_standard_files();
  if (argc == 2 && std::string(argv[1]) == os::kReaperArgument) return os::reaper_main();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (const auto said = browser::as_stand_in(argv[0], arguments)) return std::fputs(said->c_str(), stdout) < 0 ? 1 : 0;
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  auto read = app::read_options(arguments, environment);
  app::hide_secret_arguments(argc, argv);
  if (const auto* exit = std::get_if<app::Exit>(&read)) {
    std::fputs(exit->out.c_str(), stdout);
    std::fputs(exit->err.c_str(), stderr);
    return exit->status;
  }
  os::Watchdog::block_signals();
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of one write, too
  app::map_large_blocks();
  signal(SIGPIPE, SIG_IGN);  // a peer that leaves is an error of one write, not the end of the server
  try {
    return app::serve(std::get<app::Options>(std::move(read)), std::move(environment));
  } catch (const std::exception& e) {  // no thread, no descriptor: nothing of it runs yet
    std::fprintf(stderr, "belay: cannot start: %s\n", e.what());
    return 1;
  }
}
