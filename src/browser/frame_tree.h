// FrameTree: which frames a page has, and which session and which world of ours each of them lives in now. Sans-I/O:
// fed with the events of all sessions of one page, each in its order; between sessions any order is taken.
//
// A frame keeps its id for life. It may move between processes, and so between sessions: one of another site than its
// parent's is a target of its own (CDP Target, type "iframe"), whose target id is the frame's id.
#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "browser/frame_worlds.h"
#include "browser/id_index.h"
#include "json/value.h"

namespace browser {

class FrameTree {
 public:
  static constexpr std::size_t kMostFrames = 2000;  // more are not known

  struct Frame {
    std::string id;
    std::string parent;   // "" of the main frame, and as long as nobody has told
    int ordinal = 0;      // of the main frame 0; then counted on by appearance, never used twice
    std::string session;  // "" while the frame is between two processes
    std::string url;
    bool told = false;  // by its parent's process, which knows of each frame before the frame can leave
  };

  // Chromium gives a page target the id of its main frame (CDP Target.TargetInfo).
  FrameTree(std::string main_id, std::string session);

  static const std::vector<std::string_view>& events();  // the methods that on_event understands
  void on_event(const std::string& session, std::string_view method, const json::Value& params);
  // A session that ended without an event of its own, as those of targets below one that detached do.
  void ended(const std::string& session);
  // Sessions of which events alone do not tell everything: each is to be asked for Page.getFrameTree. Its reply has to
  // be handed in, in its place among the events, or the tree would be set back to an earlier state.
  std::set<std::string> take_unsure();
  void answered(const std::string& session, const json::Value& reply);

  const std::string& main_id() const { return main_id_; }
  const Frame* find(const std::string& id) const;  // null when there is none (any more)
  const Frame* by_ordinal(int ordinal) const;
  // Parents before their children, siblings by ordinal.
  std::vector<const Frame*> frames() const;
  // The execution context of our world in the frame's document, in the frame's session; 0 between documents.
  int world(const std::string& id) const;
  void forget_world(const std::string& session, int context) { worlds_.forget(session, context); }
  bool crashed(const std::string& id) const;  // until the renderer of its session is a new one

  std::size_t known() const { return frames_.size(); }  // also those that are not below the main frame (yet)

 private:
  // Whether there is room for it: no page has so many frames, but a browser may be none.
  bool takes(const std::string& id) const;
  bool is_above(const std::string& id, const std::string& below) const;  // or the same
  std::string url_in(const std::string& id, const json::Value& told) const;
  Frame& make(const std::string& id, const std::string& parent, const std::string& session);
  void set_session(Frame& frame, const std::string& session);
  void erase(const std::string& id);
  void set_target(const std::string& session, const std::string& top);
  std::string drop_target(const std::string& session);
  std::string target_of(const std::string& id) const;
  void drop(const std::string& id);
  void drop_children(const std::string& id);
  void note_if_orphan(const Frame& frame);
  void drop_orphans();
  void ask_parent_of(const Frame& frame);

  void target_attached(const json::Value& params);
  void frame_attached(const std::string& session, const json::Value& params);
  void frame_navigated(const std::string& session, const json::Value& params);
  void frame_detached(const std::string& session, const json::Value& params);
  void context_created(const std::string& session, const json::Value& params);
  void restored(const std::string& session, const std::string& top);
  void take_tree(const std::string& session, const json::Value& node, const std::string& parent,
                 std::set<std::string>& seen, std::size_t& room);

  std::string main_id_;
  int next_ordinal_ = 1;
  // Changed by make(), set_session() and erase() alone, which keep the indexes: an event then costs what it changes,
  // not what there is.
  std::map<std::string, Frame> frames_;
  IdIndex children_;                            // parent -> its frames; "" -> those of whose parent nobody has told
  IdIndex in_session_;                          // session -> the frames in it
  std::set<std::string> orphans_;               // those that may be: no session, no parent
  std::map<std::string, std::string> targets_;  // session -> the frame at its top
  IdIndex sessions_of_top_;                     // the other way
  FrameWorlds worlds_;
  std::set<std::string> crashed_;  // sessions
  std::set<std::string> unsure_;   // sessions
};

}  // namespace browser
