#include "app/memory.h"

#include <algorithm>
#include <cstdio>

#include <malloc.h>
#include <unistd.h>

namespace app {

void map_large_blocks() { mallopt(M_MMAP_THRESHOLD, 512 * 1024); }

bool MemoryRelease::due(std::size_t free, std::size_t resident) {
  least_ = std::min(least_, resident);
  return free >= kWorthIt && resident >= least_ + kWorthIt;
}

std::size_t free_bytes() { return mallinfo2().fordblks; }

std::size_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (!file) return 0;
  std::size_t whole = 0;
  std::size_t resident = 0;
  const bool read = std::fscanf(file, "%zu %zu", &whole, &resident) == 2;
  std::fclose(file);
  return read ? resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

void release_memory() { malloc_trim(0); }

}  // namespace app
