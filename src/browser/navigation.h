// Navigation: what the events of one page say about one navigation. Sans-I/O: fed by navigate.cc, asked by it.
#pragma once
#include <set>
#include <string>

#include "engine_api/types.h"
#include "json/value.h"

namespace browser {

class Navigation {
 public:
  explicit Navigation(std::string frame_id) : frame_id_(std::move(frame_id)) {}

  // CDP events: Network.requestWillBeSent, responseReceived, responseReceivedExtraInfo, loadingFinished and
  // loadingFailed, Page.lifecycleEvent, Page.navigatedWithinDocument. Unknown ones do nothing.
  void on_event(std::string_view method, const json::Value& params);
  // Page.navigate's reply named the new document's loader.
  void committed(std::string loader_id) { loader_id_ = std::move(loader_id); }

  bool reached(engine::WaitUntil state) const;  // networkidle: loaded, and nothing in flight right now
  bool network_quiet() const { return in_flight_.empty(); }

  // The portable response of the main document, or null.
  json::Value response() const;

 private:
  std::string frame_id_;
  std::string loader_id_;
  std::set<std::string> in_flight_;
  std::map<std::string, std::set<std::string>> reached_;  // loader -> lifecycle names
  std::map<std::string, json::Value> responses_;          // request id (of documents: the loader's) -> Network.Response
  std::map<std::string, json::Value> extra_;              // request id -> the latest responseReceivedExtraInfo
  std::set<std::string> finished_;
};

}  // namespace browser
