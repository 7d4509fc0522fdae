#include "browser/frame_tree.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "browser/page_script.h"
#include "cdp/limits.h"

namespace browser {
namespace {

// Chromium has a thousand frames in a page and ids of 32 bytes; what is beyond is no Chromium, or an attack.
constexpr std::size_t kMostWorlds = 4 * FrameTree::kMostFrames;
constexpr std::size_t kMaxUrl = 2 * 1024 * 1024;  // Chromium's own limit
constexpr std::size_t kMaxInnerUrl = 16 * 1024;

// "" for an id that is longer than ids are.
std::string short_text(const json::Value& v, std::string_view path) {
  const auto found = json::get_string(v, path);
  return found && found->size() <= cdp::kMaxId ? std::string(*found) : "";
}

}  // namespace

FrameTree::FrameTree(std::string main_id, std::string session) : main_id_(std::move(main_id)), worlds_(kMostWorlds) {
  set_target(session, main_id_);
  frames_[main_id_] = Frame{.id = main_id_, .parent = "", .ordinal = 0, .session = session, .url = "about:blank"};
  in_session_.add(session, main_id_);
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
    ended(short_text(params, "sessionId"));
  } else if (method == "Page.frameAttached") {
    frame_attached(session, params);
  } else if (method == "Page.frameNavigated") {
    frame_navigated(session, params);
  } else if (method == "Page.navigatedWithinDocument") {
    const auto it = frames_.find(short_text(params, "frameId"));
    if (it != frames_.end()) it->second.url = url_in(it->first, params);
  } else if (method == "Page.frameDetached") {
    frame_detached(session, params);
  } else if (method == "Runtime.executionContextCreated") {
    context_created(session, params);
  } else if (method == "Runtime.executionContextDestroyed") {
    worlds_.forget(session, static_cast<int>(json::get_int(params, "executionContextId").value_or(0)));
  } else if (method == "Runtime.executionContextsCleared") {
    worlds_.forget_all(session);
  } else if (method == "Inspector.targetCrashed") {
    worlds_.forget_all(session);
    crashed_.insert(session);
  }
}

// No more of it is copied than is kept: an event may have megabytes of it.
std::string FrameTree::url_in(const std::string& id, const json::Value& told) const {
  const std::size_t most = id == main_id_ ? kMaxUrl : kMaxInnerUrl;
  std::string url(json::get_string(told, "url").value_or("").substr(0, most + 1));
  url += json::get_string(told, "urlFragment").value_or("").substr(0, most + 1);
  return base::truncate(url, most);
}

bool FrameTree::takes(const std::string& id) const {
  return !id.empty() && (frames_.contains(id) || frames_.size() < kMostFrames);
}

bool FrameTree::is_above(const std::string& id, const std::string& below) const {
  const std::string* at = &below;
  for (std::size_t steps = 0; steps <= kMostFrames; ++steps) {
    if (*at == id) return true;
    const Frame* frame = find(*at);
    if (!frame || frame->parent.empty()) return false;
    at = &frame->parent;
  }
  return true;
}

FrameTree::Frame& FrameTree::make(const std::string& id, const std::string& parent, const std::string& session) {
  const auto [it, made] = frames_.try_emplace(id);
  Frame& frame = it->second;
  if (made) {
    frame.id = id;
    frame.ordinal = next_ordinal_++;
    children_.add("", id);
    in_session_.add("", id);
  }
  const bool moves = !parent.empty() && id != main_id_ && parent != frame.parent;
  if (moves && !(children_.has(id) ? is_above(id, parent) : id == parent)) {
    children_.remove(frame.parent, id);
    frame.parent = parent;
    children_.add(parent, id);
  }
  set_session(frame, session);
  return frame;
}

void FrameTree::set_session(Frame& frame, const std::string& session) {
  if (frame.session != session) {
    in_session_.remove(frame.session, frame.id);
    in_session_.add(session, frame.id);
    frame.session = session;
  }
  note_if_orphan(frame);
}

void FrameTree::erase(const std::string& id) {
  const auto node = frames_.extract(id);
  if (!node) return;
  const Frame& frame = node.mapped();
  children_.remove(frame.parent, frame.id);
  in_session_.remove(frame.session, frame.id);
  orphans_.erase(frame.id);
  for (const std::string& child : children_.of(frame.id)) note_if_orphan(frames_.at(child));
}

void FrameTree::set_target(const std::string& session, const std::string& top) {
  drop_target(session);
  targets_[session] = top;
  sessions_of_top_.add(top, session);
}

// The frame at its top; "" when the session is not known.
std::string FrameTree::drop_target(const std::string& session) {
  auto node = targets_.extract(session);
  if (!node) return "";
  sessions_of_top_.remove(node.mapped(), session);
  return std::move(node.mapped());
}

// The living session that has the frame at its top; "" when there is none.
std::string FrameTree::target_of(const std::string& id) const { return sessions_of_top_.first(id); }

void FrameTree::drop_children(const std::string& id) {
  std::vector<std::string> gone = children_.of(id);
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const std::vector<std::string> below = children_.of(gone[i]);
    gone.insert(gone.end(), below.begin(), below.end());
  }
  // From below, so that nobody on the way looks like an orphan.
  for (auto it = gone.rbegin(); it != gone.rend(); ++it) erase(*it);
}

void FrameTree::drop(const std::string& id) {
  drop_children(id);
  if (id != main_id_) erase(id);
}

void FrameTree::note_if_orphan(const Frame& frame) {
  if (frame.session.empty() && frame.id != main_id_ && !frames_.contains(frame.parent)) orphans_.insert(frame.id);
}

// Frames without a process whose parent went by itself: nobody will tell of their end. Some have found a process or a
// parent since they were noted; those that go make orphans of others.
void FrameTree::drop_orphans() {
  while (!orphans_.empty()) {
    const std::string id = std::move(orphans_.extract(orphans_.begin()).value());
    const Frame* frame = find(id);
    if (frame && frame->session.empty() && !frames_.contains(frame->parent)) erase(id);
  }
}

void FrameTree::ask_parent_of(const Frame& frame) {
  const Frame* parent = find(frame.parent);
  if (parent && targets_.contains(parent->session)) unsure_.insert(parent->session);
}

// Comes before or after the parent's own news of the frame, and for a page that is restored from the back/forward cache
// even before the page's frameNavigated.
void FrameTree::target_attached(const json::Value& params) {
  const std::string id = short_text(params, "targetInfo.targetId");
  const std::string session = short_text(params, "sessionId");
  if (short_text(params, "targetInfo.type") != "iframe" || !takes(id) || session.empty()) return;
  set_target(session, id);
  drop_children(id);
  make(id, short_text(params, "targetInfo.parentFrameId"), session);
  unsure_.insert(session);  // it may have had a document, and frames in it, for long
}

void FrameTree::ended(const std::string& session) {
  const std::string top = drop_target(session);
  if (top.empty()) return;
  worlds_.forget_all(session);
  crashed_.erase(session);
  unsure_.erase(session);
  for (const std::string& id : in_session_.of(session))
    if (id != top && id != main_id_) erase(id);
  drop_orphans();
  const auto it = frames_.find(top);
  if (it == frames_.end() || it->second.session != session || top == main_id_) return;
  // The frame is gone, or on its way back into its parent's process: that process knows.
  drop_children(top);
  set_session(it->second, "");
  if (!find(it->second.parent))
    erase(top);
  else
    ask_parent_of(it->second);
}

void FrameTree::frame_attached(const std::string& session, const json::Value& params) {
  const std::string id = short_text(params, "frameId");
  const std::string parent = short_text(params, "parentFrameId");
  if (id == main_id_ || !takes(id)) return;
  const Frame* known = find(id);
  const std::string target = target_of(id);
  if (!target.empty() && !(known && known->told)) {
    make(id, parent, target).told = true;  // late news: it has left already
    return;
  }
  // One that has a target is on its way back; the end of its target comes as an event of another pipe.
  if (!target.empty()) {
    drop_target(target);
    worlds_.forget_all(target);
    drop_children(id);
  }
  make(id, parent, session).told = true;
}

void FrameTree::frame_navigated(const std::string& session, const json::Value& params) {
  const json::Value* frame = json::find(params, "frame");
  const std::string id = frame ? short_text(*frame, "id") : "";
  if (!takes(id)) return;
  const std::string target = target_of(id);
  const bool top = target == session;
  // What its parent's process has to say about a frame that has a target of its own by now is old news.
  if (!top && !target.empty()) return;
  if (short_text(params, "type") == "BackForwardCacheRestore")
    restored(session, id);
  else
    drop_children(id);
  make(id, short_text(*frame, "parentId"), session).url = url_in(id, *frame);
}

// The frames of the document that was left go; those of the one that came back are not told of one by one, except by
// their targets, which came first.
void FrameTree::restored(const std::string& session, const std::string& top) {
  for (const std::string& id : in_session_.of(session))
    if (id != top && id != main_id_) erase(id);
  drop_orphans();
  unsure_.insert(session);
}

void FrameTree::frame_detached(const std::string& session, const json::Value& params) {
  const std::string id = short_text(params, "frameId");
  const auto it = frames_.find(id);
  if (it == frames_.end() || id == main_id_) return;
  if (short_text(params, "reason") != "swap") return drop(id);
  if (it->second.session != session) return;
  drop_children(id);
  set_session(it->second, target_of(id));
}

void FrameTree::context_created(const std::string& session, const json::Value& params) {
  const json::Value* context = json::find(params, "context");
  if (!context || json::get_string(*context, "name") != kWorld) return;
  const std::string frame = short_text(*context, "auxData.frameId");
  worlds_.add(session, frame, static_cast<int>(json::get_int(*context, "id").value_or(0)));
  crashed_.erase(session);
  if (!find(frame)) unsure_.insert(session);
}

std::set<std::string> FrameTree::take_unsure() { return std::exchange(unsure_, {}); }

void FrameTree::answered(const std::string& session, const json::Value& reply) {
  const json::Value* tree = json::find(reply, "frameTree");
  if (!tree || !targets_.contains(session)) return;
  std::set<std::string> seen;
  std::size_t room = kMostFrames;
  take_tree(session, *tree, "", seen, room);
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
                          std::set<std::string>& seen, std::size_t& room) {
  if (room == 0) return;
  --room;
  const json::Value* frame = json::find(node, "frame");
  const std::string id = frame ? short_text(*frame, "id") : "";
  if (!takes(id)) return;
  const std::string target = target_of(id);
  if (target != session && !target.empty()) return;  // asked before it moved away
  Frame& known = make(id, parent.empty() ? short_text(*frame, "parentId") : parent, session);
  known.url = url_in(id, *frame);
  if (target.empty()) known.told = true;
  seen.insert(id);
  const json::Array* children = json::get_array(node, "childFrames");
  if (!children) return;
  for (const json::Value& child : *children) take_tree(session, child, id, seen, room);
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
  return frame ? worlds_.of(frame->session, id) : 0;
}

bool FrameTree::crashed(const std::string& id) const {
  const Frame* frame = find(id);
  return frame && crashed_.contains(frame->session);
}

}  // namespace browser
