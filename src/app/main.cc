// belay: sessions on real Chromium over the Stagehand v3 API.
#include <cstdio>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include "app/options.h"
#include "app/server.h"
#include "os/reaper.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == os::kReaperArgument) return os::reaper_main();
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  auto read = app::read_options(std::vector<std::string>(argv + 1, argv + argc), environment);
  if (const auto* exit = std::get_if<app::Exit>(&read)) {
    std::fputs(exit->out.c_str(), stdout);
    std::fputs(exit->err.c_str(), stderr);
    return exit->status;
  }
  signal(SIGPIPE, SIG_IGN);  // a peer that leaves is an error of one write, not the end of the server
  app::Server server(std::get<app::Options>(std::move(read)), std::move(environment));
  return server.run();
}
