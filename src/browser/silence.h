// Silence: the frames of a page that do not answer, and how long each is waited for. Sans-I/O: moving.cc asks it.
#pragma once
#include <algorithm>
#include <map>
#include <string>

#include "base/time.h"

namespace browser {

// A frame is given a moment to answer, or to get a document that can. One that has let it pass (a script of its own
// keeps it busy, its next document does not come) is hardly waited for again until it has answered.
class Silence {
 public:
  static constexpr auto kPatience = std::chrono::milliseconds(500);
  static constexpr auto kGlance = std::chrono::milliseconds(20);

  void begins(const std::string& frame, base::TimePoint now) {
    if (since_.size() >= kMostFrames) since_.clear();
    since_.try_emplace(frame, now);
  }
  void ends(const std::string& frame) { since_.erase(frame); }

  // Whether the frame may still answer in its time.
  bool is_young(const std::string& frame, base::TimePoint now) const { return left(frame, now).count() > 0; }
  // For an answer that is asked for now.
  base::Duration patience(const std::string& frame, base::TimePoint now) const {
    return std::max<base::Duration>(left(frame, now), kGlance);
  }

 private:
  static constexpr std::size_t kMostFrames = 1000;  // frames that are gone are not told of, and forgotten like this

  base::Duration left(const std::string& frame, base::TimePoint now) const {
    const auto it = since_.find(frame);
    return it == since_.end() ? base::Duration(kPatience) : it->second + kPatience - now;
  }

  std::map<std::string, base::TimePoint> since_;
};

}  // namespace browser
