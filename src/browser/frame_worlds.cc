#include "browser/frame_worlds.h"

namespace browser {

void FrameWorlds::add(const std::string& session, const std::string& frame, int context) {
  forget(session, context);  // an id has one frame
  const auto known = sessions_.find(session);
  const bool again = known != sessions_.end() && known->second.contexts.contains(frame);
  if (!again && size_ >= most_) return;
  OfSession& all = sessions_[session];
  if (again)
    all.frames.erase(all.contexts.at(frame));
  else
    ++size_;
  all.contexts[frame] = context;
  all.frames[context] = frame;
}

void FrameWorlds::forget(const std::string& session, int context) {
  const auto known = sessions_.find(session);
  if (known == sessions_.end()) return;
  const auto node = known->second.frames.extract(context);
  if (!node) return;
  size_ -= known->second.contexts.erase(node.mapped());
  if (known->second.contexts.empty()) sessions_.erase(known);
}

void FrameWorlds::forget_all(const std::string& session) {
  const auto node = sessions_.extract(session);
  if (node) size_ -= node.mapped().contexts.size();
}

int FrameWorlds::of(const std::string& session, const std::string& frame) const {
  const auto known = sessions_.find(session);
  if (known == sessions_.end()) return 0;
  const auto it = known->second.contexts.find(frame);
  return it == known->second.contexts.end() ? 0 : it->second;
}

}  // namespace browser
