// Memory that a burst of work took goes back to the system.
#pragma once
#include <cstddef>

namespace app {

// Blocks of half a MiB and more come from the system by themselves and go back when they are freed. Once, at the start.
void map_large_blocks();

// When what lies free between small blocks is worth giving back. Decides only.
class MemoryRelease {
 public:
  // free: bytes that the allocator holds and nobody uses, whether or not they were given back already; resident: of the
  // process. True when it should be done now; then done() says what is resident afterwards.
  bool due(std::size_t free, std::size_t resident);
  void done(std::size_t resident) { least_ = resident; }

 private:
  static constexpr std::size_t kWorthIt = 16 << 20;
  std::size_t least_ = 0;  // resident after the last time, or less since
};

std::size_t free_bytes();
std::size_t resident_bytes();
void release_memory();

}  // namespace app
