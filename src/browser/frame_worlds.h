// FrameWorlds: the execution contexts of our world, by the session and the frame whose document each is of. What a call
// costs does not grow with what a page, or who claims to be one, has made.
#pragma once
#include <cstddef>
#include <map>
#include <string>

namespace browser {

class FrameWorlds {
 public:
  explicit FrameWorlds(std::size_t most) : most_(most) {}

  // Takes the place of the one before; without effect when there are too many.
  void add(const std::string& session, const std::string& frame, int context);
  void forget(const std::string& session, int context);
  void forget_all(const std::string& session);
  int of(const std::string& session, const std::string& frame) const;  // 0 when there is none
  std::size_t size() const { return size_; }

 private:
  struct OfSession {
    std::map<std::string, int> contexts;  // by the frame
    std::map<int, std::string> frames;    // by the context
  };

  std::size_t most_;
  std::size_t size_ = 0;  // of all `contexts`
  std::map<std::string, OfSession> sessions_;
};

}  // namespace browser
