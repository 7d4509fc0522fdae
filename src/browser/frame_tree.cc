#include "browser/frame_tree.h"

#include <algorithm>
#include <utility>

#include "browser/page_script.h"

namespace browser {
namespace {

std::string text(const json::Value& v, std::string_view path) { return json::get_text(v, path).value_or(""); }

std::string url_of(const json::Value& frame) { return text(frame, "url") + text(frame, "urlFragment"); }

}  // namespace

FrameTree::FrameTree(std::string main_id, std::string session) : main_id_(std::move(main_id)) {
  targets_[session] = main_id_;
  frames_[main_id_] = Frame{.id = main_id_, .parent = "", .ordinal = 0, .session = session, .url = "about:blank"};
}

const std::vector<std::string_view>& FrameTree::events() {
  static const std::vector<std::string_view> kEvents = {"Target.attachedToTarget",
                                                        "Target.detachedFromTarget",
                                                        "Page.frameAttached",
                                                        "Page.frameNavigated",
                                                        "Page.navigatedWithinDocument",
                                                        "Page.frameDetached",
                                                        "Runtime.executionContextCreated",
                                                        "Runtime.executionContextDestroyed",
                                                        "Runtime.executionContextsCleared",
                                                        "Inspector.targetCrashed"};
  return kEvents;
}

void FrameTree::on_event(const std::string& session, std::string_view method, const json::Value& params) {
  if (!targets_.contains(session)) return;
  if (method == "Target.attachedToTarget") {
    target_attached(params);
  } else if (method == "Target.detachedFromTarget") {
    ended(text(params, "sessionId"));
  } else if (method == "Page.frameAttached") {
    frame_attached(session, params);
  } else if (method == "Page.frameNavigated") {
    frame_navigated(session, params);
  } else if (method == "Page.navigatedWithinDocument") {
    const auto it = frames_.find(text(params, "frameId"));
    if (it != frames_.end()) it->second.url = text(params, "url");
  } else if (method == "Page.frameDetached") {
    frame_detached(session, params);
  } else if (method == "Runtime.executionContextCreated") {
    context_created(session, params);
  } else if (method == "Runtime.executionContextDestroyed") {
    forget_world(session, static_cast<int>(json::get_int(params, "executionContextId").value_or(0)));
  } else if (method == "Runtime.executionContextsCleared") {
    forget_worlds(session);
  } else if (method == "Inspector.targetCrashed") {
    forget_worlds(session);
    crashed_.insert(session);
  }
}

FrameTree::Frame& FrameTree::make(const std::string& id, const std::string& parent, const std::string& session) {
  const auto [it, made] = frames_.try_emplace(id);
  Frame& frame = it->second;
  if (made) {
    frame.id = id;
    frame.ordinal = next_ordinal_++;
  }
  if (!parent.empty()) frame.parent = parent;
  frame.session = session;
  return frame;
}

// The living session that has the frame at its top; "" when there is none.
std::string FrameTree::target_of(const std::string& id) const {
  const auto it = std::ranges::find(targets_, id, [](const auto& entry) { return entry.second; });
  return it == targets_.end() ? "" : it->first;
}

void FrameTree::drop_children(const std::string& id) {
  std::vector<std::string> gone{id};
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const std::string parent = gone[i];
    std::erase_if(frames_, [&](const auto& entry) {
      if (entry.second.parent != parent || entry.first == main_id_) return false;
      gone.push_back(entry.first);
      return true;
    });
  }
}

void FrameTree::drop(const std::string& id) {
  drop_children(id);
  if (id != main_id_) frames_.erase(id);
}

// Frames without a process whose parent went by itself: nobody will tell of their end.
void FrameTree::drop_orphans() {
  while (std::erase_if(frames_, [&](const auto& entry) {
           return entry.first != main_id_ && entry.second.session.empty() && !frames_.contains(entry.second.parent);
         }) > 0) {
  }
}

void FrameTree::ask_parent_of(const Frame& frame) {
  const Frame* parent = find(frame.parent);
  if (parent && targets_.contains(parent->session)) unsure_.insert(parent->session);
}

// Comes before or after the parent's own news of the frame, and for a page that is restored from the back/forward cache
// even before the page's frameNavigated.
void FrameTree::target_attached(const json::Value& params) {
  const std::string id = text(params, "targetInfo.targetId");
  const std::string session = text(params, "sessionId");
  if (text(params, "targetInfo.type") != "iframe" || id.empty() || session.empty()) return;
  targets_[session] = id;
  drop_children(id);
  make(id, text(params, "targetInfo.parentFrameId"), session);
  unsure_.insert(session);  // it may have had a document, and frames in it, for long
}

void FrameTree::ended(const std::string& session) {
  const auto node = targets_.extract(session);
  if (!node) return;
  forget_worlds(session);
  crashed_.erase(session);
  unsure_.erase(session);
  const std::string& top = node.mapped();
  std::erase_if(frames_, [&](const auto& entry) {
    return entry.second.session == session && entry.first != top && entry.first != main_id_;
  });
  drop_orphans();
  const auto it = frames_.find(top);
  if (it == frames_.end() || it->second.session != session || top == main_id_) return;
  // The frame is gone, or on its way back into its parent's process: that process knows.
  drop_children(top);
  it->second.session.clear();
  if (!find(it->second.parent))
    frames_.erase(it);
  else
    ask_parent_of(it->second);
}

void FrameTree::frame_attached(const std::string& session, const json::Value& params) {
  const std::string id = text(params, "frameId");
  const std::string parent = text(params, "parentFrameId");
  if (id == main_id_) return;
  const Frame* known = find(id);
  const std::string target = target_of(id);
  if (!target.empty() && !(known && known->told)) {
    make(id, parent, target).told = true;  // late news: it has left already
    return;
  }
  // One that has a target is on its way back; the end of its target comes as an event of another pipe.
  if (!target.empty()) {
    targets_.erase(target);
    forget_worlds(target);
    drop_children(id);
  }
  make(id, parent, session).told = true;
}

void FrameTree::frame_navigated(const std::string& session, const json::Value& params) {
  const json::Value* frame = json::find(params, "frame");
  const std::string id = frame ? text(*frame, "id") : "";
  if (id.empty()) return;
  const std::string target = target_of(id);
  const bool top = target == session;
  // What its parent's process has to say about a frame that has a target of its own by now is old news.
  if (!top && !target.empty()) return;
  if (text(params, "type") == "BackForwardCacheRestore")
    restored(session, id);
  else
    drop_children(id);
  make(id, text(*frame, "parentId"), session).url = url_of(*frame);
}

// The frames of the document that was left go; those of the one that came back are not told of one by one, except by
// their targets, which came first.
void FrameTree::restored(const std::string& session, const std::string& top) {
  std::erase_if(frames_, [&](const auto& entry) { return entry.second.session == session && entry.first != top; });
  drop_orphans();
  unsure_.insert(session);
}

void FrameTree::frame_detached(const std::string& session, const json::Value& params) {
  const std::string id = text(params, "frameId");
  const auto it = frames_.find(id);
  if (it == frames_.end() || id == main_id_) return;
  if (text(params, "reason") != "swap") return drop(id);
  if (it->second.session != session) return;
  drop_children(id);
  it->second.session = target_of(id);
}

void FrameTree::context_created(const std::string& session, const json::Value& params) {
  const json::Value* context = json::find(params, "context");
  if (!context || json::get_string(*context, "name") != kWorld) return;
  const std::string frame = text(*context, "auxData.frameId");
  worlds_[{session, frame}] = static_cast<int>(json::get_int(*context, "id").value_or(0));
  crashed_.erase(session);
  if (!find(frame)) unsure_.insert(session);
}

void FrameTree::forget_world(const std::string& session, int context) {
  std::erase_if(worlds_, [&](const auto& entry) { return entry.first.first == session && entry.second == context; });
}

void FrameTree::forget_worlds(const std::string& session) {
  std::erase_if(worlds_, [&](const auto& entry) { return entry.first.first == session; });
}

std::set<std::string> FrameTree::take_unsure() { return std::exchange(unsure_, {}); }

void FrameTree::answered(const std::string& session, const json::Value& reply) {
  const json::Value* tree = json::find(reply, "frameTree");
  if (!tree || !targets_.contains(session)) return;
  std::set<std::string> seen;
  take_tree(session, *tree, "", seen);
  // The session's frames that it does not name are gone, and so are children of its frames that are in no process.
  std::vector<std::string> gone;
  for (const auto& [id, frame] : frames_) {
    const Frame* parent = find(frame.parent);
    const bool left = frame.session == session || (frame.session.empty() && parent && parent->session == session);
    if (left && !seen.contains(id) && id != targets_.at(session)) gone.push_back(id);
  }
  for (const std::string& id : gone) drop(id);
}

void FrameTree::take_tree(const std::string& session, const json::Value& node, const std::string& parent,
                          std::set<std::string>& seen) {
  const json::Value* frame = json::find(node, "frame");
  const std::string id = frame ? text(*frame, "id") : "";
  if (id.empty()) return;
  const std::string target = target_of(id);
  if (target != session && !target.empty()) return;  // asked before it moved away
  Frame& known = make(id, parent.empty() ? text(*frame, "parentId") : parent, session);
  known.url = url_of(*frame);
  if (target.empty()) known.told = true;
  seen.insert(id);
  const json::Array* children = json::get_array(node, "childFrames");
  if (!children) return;
  for (const json::Value& child : *children) take_tree(session, child, id, seen);
}

const FrameTree::Frame* FrameTree::find(const std::string& id) const {
  const auto it = frames_.find(id);
  return it == frames_.end() ? nullptr : &it->second;
}

const FrameTree::Frame* FrameTree::by_ordinal(int ordinal) const {
  for (const auto& [id, frame] : frames_)
    if (frame.ordinal == ordinal) return &frame;
  return nullptr;
}

std::vector<const FrameTree::Frame*> FrameTree::frames() const {
  std::map<std::string_view, std::vector<const Frame*>> children;
  for (const auto& [id, frame] : frames_)
    if (id != main_id_) children[frame.parent].push_back(&frame);
  for (auto& [parent, list] : children) std::ranges::sort(list, {}, &Frame::ordinal);
  std::vector<const Frame*> out;
  std::vector<const Frame*> next{find(main_id_)};
  while (!next.empty()) {
    const Frame* frame = next.back();
    next.pop_back();
    out.push_back(frame);
    if (const auto it = children.find(frame->id); it != children.end())
      next.insert(next.end(), it->second.rbegin(), it->second.rend());
  }
  return out;
}

int FrameTree::world(const std::string& id) const {
  const Frame* frame = find(id);
  if (!frame) return 0;
  const auto it = worlds_.find({frame->session, id});
  return it == worlds_.end() ? 0 : it->second;
}

bool FrameTree::crashed(const std::string& id) const {
  const Frame* frame = find(id);
  return frame && crashed_.contains(frame->session);
}

}  // namespace browser
