// UnreadStarts: sessions whose start has been answered, by their generations, as long as that answer may yet be lost
// and nobody has shown that they know of the session. Pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <set>

namespace api {

class UnreadStarts {
 public:
  // The answer goes out.
  void sent(std::uint64_t generation) { unread_.insert(generation); }
  // A request names the session: its client knows it, by whatever way.
  void named(std::uint64_t generation) { unread_.erase(generation); }
  // What has become of the answer. True: nobody knows of the session, and nobody will.
  bool settled(std::uint64_t generation, bool acknowledged) { return unread_.erase(generation) > 0 && !acknowledged; }

  std::size_t size() const { return unread_.size(); }

 private:
  std::set<std::uint64_t> unread_;
};

}  // namespace api
