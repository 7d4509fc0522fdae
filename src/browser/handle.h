// Handle: an object of a page that is kept alive for us, until this dies.
#pragma once
#include <memory>
#include <string>

#include "cdp/session.h"

namespace browser {

class Handle {
 public:
  Handle(std::shared_ptr<cdp::Session> session, std::string id) : session_(std::move(session)), id_(std::move(id)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { session_->post("Runtime.releaseObject", {{"objectId", id_}}); }

  const std::shared_ptr<cdp::Session>& session() const { return session_; }
  const std::string& id() const { return id_; }  // CDP Runtime.RemoteObjectId

 private:
  std::shared_ptr<cdp::Session> session_;
  std::string id_;
};

}  // namespace browser
