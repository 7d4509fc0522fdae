// Frame: one frame of a page, named by its id. What it is at the moment (its process, its document) is looked up each
// time, so one may be kept across waits; it must not outlive its page.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aio/context.h"
#include "browser/frame_tree.h"
#include "browser/handle.h"
#include "cdp/session.h"

namespace browser {

class Page;
class RootRounds;

// The message of an error that says: the frame, or one around it, went away meanwhile. Looking anew may help.
inline constexpr std::string_view kFrameGone = "the frame is gone";

class Frame {
 public:
  Frame(Page& page, std::string id) : page_(&page), id_(std::move(id)) {}

  const std::string& id() const { return id_; }
  bool is_main() const;
  bool exists() const { return info() != nullptr; }
  int ordinal() const;  // FrameTree::Frame; -1 of one that is gone
  std::string url() const;
  std::optional<Frame> parent() const;  // none of the main frame
  // The session of its process: what is said of its objects and of points in its process's own coordinates goes here.
  // Null while it is between two processes or gone.
  std::shared_ptr<cdp::Session> session() const;
  Page& page() const { return *page_; }

  // Calls a function of our script in the frame's current document: awaited there, by value. A document that goes away
  // under it is followed into the next one until ctx.deadline. Where something was not found, our script is handed the
  // closed shadow roots that it has not asked about yet, in so many rounds (root_rounds.h), and is called again.
  aio::Task<base::Result<cdp::Payload>> script(const aio::Context& ctx, std::string function,
                                               json::Array arguments) const;
  // The same for a function that gives a node, or {error}, which becomes ours.
  aio::Task<base::Result<std::shared_ptr<Handle>>> element(const aio::Context& ctx, std::string function,
                                                           json::Array arguments) const;
  // The same with a node of the frame's document as first argument, by value. A document that is gone is an error.
  aio::Task<base::Result<cdp::Payload>> script_on(const aio::Context& ctx, const Handle& node, std::string function,
                                                  json::Array arguments) const;
  // The element of this frame's document that holds the child.
  aio::Task<base::Result<std::shared_ptr<Handle>>> owner_of(const aio::Context& ctx, const Frame& child) const;

  // The session and the execution context of our script in the frame's document; waits while there is none.
  struct World {
    std::shared_ptr<cdp::Session> session;
    int context = 0;

    bool operator==(const World&) const = default;
  };
  aio::Task<base::Result<World>> world(const aio::Context& ctx, base::Duration patience = kDocument) const;
  static constexpr base::Duration kDocument = std::chrono::seconds(10);
  // Calls a function of our script in that document and in no other, by value; none where the document has gone.
  aio::Task<base::Result<std::optional<cdp::Payload>>> script_in(const aio::Context& ctx, World at,
                                                                 std::string function, json::Array arguments) const;

  // Why a command has had no answer: the page is busy, or on its way elsewhere. `why` becomes the detail.
  base::Error unanswered(const base::Error& why) const;

  bool operator==(const Frame& other) const { return id_ == other.id_; }

 private:
  const FrameTree::Frame* info() const;
  static aio::Task<base::Result<cdp::Payload>> call_on(const aio::Context& ctx, const Handle& object, std::string code,
                                                       json::Array arguments);
  base::Result<void> usable() const;
  bool has_left(const World& at, const base::Error& why) const;
  aio::Task<base::Result<void>> adopt_closed_roots(const aio::Context& ctx, RootRounds& rounds,
                                                   json::Array& arguments) const;
  // Shortens the timeouts among the arguments by the time that it took itself. What it gives that is no value is kept
  // alive in the group.
  aio::Task<base::Result<cdp::Payload>> call(const aio::Context& ctx, std::string declaration, json::Array& arguments,
                                             bool by_value, std::string group = {}) const;

  Page* page_;
  std::string id_;
};

}  // namespace browser
