// FrameTree: which frames a page has, and which session and which world of ours each of them lives in now. Sans-I/O:
// fed with the events of all sessions of one page, each in its order; between sessions any order is taken.
//
// A frame keeps its id for life. It may move between processes, and so between sessions: one of another site than its
// parent's is a target of its own (CDP Target, type "iframe"), whose target id is the frame's id.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace browser {

class FrameTree {
 public:
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
  void forget_world(const std::string& session, int context);
  bool crashed(const std::string& id) const;  // until the renderer of its session is a new one

  std::size_t known() const { return frames_.size(); }  // also those that are not below the main frame (yet)

 private:
  using Key = std::pair<std::string, std::string>;  // session, frame

  Frame& make(const std::string& id, const std::string& parent, const std::string& session);
  std::string target_of(const std::string& id) const;
  void drop(const std::string& id);
  void drop_children(const std::string& id);
  void drop_orphans();
  void ask_parent_of(const Frame& frame);

  void target_attached(const json::Value& params);
  void frame_attached(const std::string& session, const json::Value& params);
  void frame_navigated(const std::string& session, const json::Value& params);
  void frame_detached(const std::string& session, const json::Value& params);
  void context_created(const std::string& session, const json::Value& params);
  void forget_worlds(const std::string& session);
  void restored(const std::string& session, const std::string& top);
  void take_tree(const std::string& session, const json::Value& node, const std::string& parent,
                 std::set<std::string>& seen);

  std::string main_id_;
  int next_ordinal_ = 1;
  std::map<std::string, Frame> frames_;
  std::map<std::string, std::string> targets_;  // session -> the frame at its top
  std::map<Key, int> worlds_;
  std::set<std::string> crashed_;  // sessions
  std::set<std::string> unsure_;   // sessions
};

}  // namespace browser
