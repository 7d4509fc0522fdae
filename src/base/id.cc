#include "base/id.h"

#include <array>
#include <cstddef>

#include <sys/random.h>

#include "base/check.h"

namespace base {
namespace {

// getrandom costs a system call; a block of 64 ids is fetched at once. Ids are made on the loop
// (docs/decisions/0001-one-loop.md); thread_local keeps it right even in a test that has threads.
struct Pool {
  std::array<unsigned char, 16 * 64> bytes;
  std::size_t used = sizeof(bytes);
};

}  // namespace

std::string uuid_v4() {
  static thread_local Pool pool;
  if (pool.used == pool.bytes.size()) {
    CHECK(getrandom(pool.bytes.data(), pool.bytes.size(), 0) == static_cast<ssize_t>(pool.bytes.size()),
          "the kernel gave no random bytes");
    pool.used = 0;
  }
  unsigned char* raw = pool.bytes.data() + pool.used;
  pool.used += 16;
  raw[6] = static_cast<unsigned char>((raw[6] & 0x0f) | 0x40);
  raw[8] = static_cast<unsigned char>((raw[8] & 0x3f) | 0x80);

  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[raw[i] >> 4];
    out += kHex[raw[i] & 15];
    raw[i] = 0;
  }
  return out;
}

}  // namespace base
