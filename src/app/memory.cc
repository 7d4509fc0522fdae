#include "app/memory.h"

#include <algorithm>
#include <cstdio>

#include <malloc.h>
#include <unistd.h>

namespace app {

void map_large_blocks() { mallopt(M_MMAP_THRESHOLD, 512 * 1024); }

namespace {

std::size_t beyond_use(const Allocated& allocated, std::size_t resident) {
  return resident - std::min(resident, allocated.used);
}

}  // namespace

bool MemoryRelease::due(const Allocated& allocated, std::size_t resident) {
  const std::size_t beyond = beyond_use(allocated, resident);
  least_ = std::min(least_, beyond);
  return allocated.free >= kWorthIt && beyond >= least_ + kWorthIt;
}

void MemoryRelease::done(const Allocated& allocated, std::size_t resident) { least_ = beyond_use(allocated, resident); }

Allocated allocated() {
  const auto all = mallinfo2();
  return {.used = all.uordblks + all.hblkhd, .free = all.fordblks};
}

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
