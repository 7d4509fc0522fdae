// Memory that a burst of work took goes back to the system.
#pragma once
#include <cstddef>

namespace app {

// Blocks of half a MiB and more come from the system by themselves and go back when they are freed. Once, at the start.
void map_large_blocks();

// What the allocator has of the process's memory, in bytes.
struct Allocated {
  std::size_t used = 0;
  std::size_t free = 0;  // held, and used by nobody, whether or not the system has it back already
};

// When what lies free between small blocks is worth giving back. Decides only.
class MemoryRelease {
 public:
  // resident: bytes of the process. True when it should be done now; then done() says how it is afterwards. What is
  // resident beyond what is used is what counts: what is used while it is done may become free at any time later, when
  // no more is resident than before.
  bool due(const Allocated& allocated, std::size_t resident);
  void done(const Allocated& allocated, std::size_t resident);

 private:
  static constexpr std::size_t kWorthIt = 16 << 20;
  std::size_t least_ = 0;  // resident beyond what was used after the last time, or less since
};

Allocated allocated();
std::size_t resident_bytes();
void release_memory();

}  // namespace app
