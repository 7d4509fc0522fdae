#include <cstdio>
#include <ctime>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metrics/registry.h"

namespace metrics {
namespace {

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

rusage usage() {
  rusage out{};
  getrusage(RUSAGE_SELF, &out);
  return out;
}

// Fields of /proc/self/statm, in bytes: 0 virtual, 1 resident (proc(5)).
double memory_bytes(int field) {
  long pages[2] = {0, 0};
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%ld %ld", &pages[0], &pages[1]) != 2) pages[field] = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages[field]) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// The kernel counts them (since Linux 6.2); a listing asks it about each.
double open_descriptors() {
  struct stat folder{};
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0) return static_cast<double>(folder.st_size);
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  int count = -3;  // ".", ".." and the descriptor of this very listing
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

double max_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void add_process_metrics(Registry& registry, const std::string& prefix) {
  const double started = static_cast<double>(std::time(nullptr));
  registry.gauge(prefix + "process_cpu_user_seconds_total", "Total user CPU time spent in seconds.",
                 [] { return seconds(usage().ru_utime); });
  registry.gauge(prefix + "process_cpu_system_seconds_total", "Total system CPU time spent in seconds.",
                 [] { return seconds(usage().ru_stime); });
  registry.gauge(prefix + "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", [] {
    const rusage now = usage();
    return seconds(now.ru_utime) + seconds(now.ru_stime);
  });
  registry.gauge(prefix + "process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
                 [started] { return started; });
  registry.gauge(prefix + "process_resident_memory_bytes", "Resident memory size in bytes.",
                 [] { return memory_bytes(1); });
  registry.gauge(prefix + "process_virtual_memory_bytes", "Virtual memory size in bytes.",
                 [] { return memory_bytes(0); });
  registry.gauge(prefix + "process_open_fds", "Number of open file descriptors.", [] { return open_descriptors(); });
  registry.gauge(prefix + "process_max_fds", "Maximum number of open file descriptors.",
                 [] { return max_descriptors(); });
}

}  // namespace metrics
