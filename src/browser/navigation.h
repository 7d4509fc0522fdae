// Navigation: what the events of one page say about one navigation. Sans-I/O: fed by navigate.cc, asked by it.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine_api/types.h"
#include "json/value.h"

namespace browser {

class Navigation {
 public:
  explicit Navigation(std::string frame_id) : frame_id_(std::move(frame_id)) {}

  // CDP events: Network.requestWillBeSent, responseReceived, responseReceivedExtraInfo, loadingFinished and
  // loadingFailed, Page.lifecycleEvent. Unknown ones do nothing.
  void on_event(std::string_view method, const json::Value& params);
  // Page.navigate's reply named the new document's loader. A document that this one replaces itself with (a redirect by
  // script or by <meta>) takes its place from then on.
  void committed(std::string loader_id);

  bool reached(engine::WaitUntil state) const;  // networkidle: loaded, and nothing in flight right now
  // Only what the document itself asked for counts: requests of the document before it never tell their end.
  bool network_quiet() const;
  std::size_t requests() const { return requests_; }  // begun since the start, of whatever document

  // The server answered that there is nothing to show (204, 205): Chromium stays where it is.
  bool without_content(const std::string& loader_id) const;

  // The portable response of the main document, or null.
  json::Value response() const;

 private:
  bool began(const std::string& loader_id) const;
  void on_lifecycle(const std::string& loader_id, std::string name);

  std::string frame_id_;
  std::string loader_id_;
  std::vector<std::string> documents_;            // loaders of the frame, in the order in which they began
  std::map<std::string, std::string> in_flight_;  // request id -> loader
  std::size_t requests_ = 0;
  std::map<std::string, std::set<std::string>> reached_;  // loader -> lifecycle names
  std::map<std::string, json::Value> responses_;          // request id (of documents: the loader's) -> Network.Response
  std::map<std::string, json::Value> extra_;              // request id -> the latest responseReceivedExtraInfo
  std::set<std::string> finished_;
};

}  // namespace browser
