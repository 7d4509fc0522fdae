// What the other end of a connection may make us hold. Somebody else's browser may be no browser; one that goes beyond
// ends its own session with a reason that names the limit, and nobody else's.
#pragma once
#include <cstddef>

namespace cdp {

inline constexpr std::size_t kMaxMessage = 64 * 1024 * 1024;  // bytes; the tree of 100,000 elements has some 50 million
// Bytes of a message that is too large to be held and is passed over: who runs the browser may be somebody's page,
// which makes events as large as it likes. Chromium itself sends none of more than 256 MiB.
inline constexpr std::size_t kMaxPassedOver = 1024 * 1024 * 1024;
inline constexpr std::size_t kMaxValues = 8'000'000;  // JSON values in a message: half a gigabyte of them or less
inline constexpr std::size_t kMaxSessions = 1000;     // attached at a time: pages, their processes, workers
inline constexpr std::size_t kMaxId = 256;            // bytes of an id: of a session, a target, a frame, a request

inline constexpr std::size_t kMaxWords = 4096;  // bytes of an error that it words

// Longer messages, in bytes, are read and freed by workers.
inline constexpr std::size_t kLargeMessage = 64 * 1024;

}  // namespace cdp
