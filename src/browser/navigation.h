// Navigation: what the events of one page say about one navigation. Sans-I/O: fed by navigate.cc, asked by it. Keeps
// what it may be asked for and no more: a page has any number of requests.
#pragma once
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cdp/payload.h"
#include "engine_api/types.h"
#include "json/value.h"

namespace browser {

class Navigation {
 public:
  static constexpr std::size_t kMostDocuments = 16;     // the latest: of a page that goes on by itself
  static constexpr std::size_t kMostInFlight = 10'000;  // those beyond are not waited for
  // Bytes of an event, about, for what it says of a response to be kept. Chromium takes 256 KiB of headers, and some
  // stand in it twice.
  static constexpr std::size_t kLargest = 1 << 20;

  explicit Navigation(std::string frame_id) : frame_id_(std::move(frame_id)) {}

  // CDP events: Network.requestWillBeSent, responseReceived, responseReceivedExtraInfo, loadingFinished and
  // loadingFailed, Page.lifecycleEvent. Unknown ones do nothing.
  void on_event(std::string_view method, const cdp::Payload& params);
  // Page.navigate's reply named the new document's loader. A document that this one replaces itself with (a redirect by
  // script or by <meta>) takes its place from then on.
  void committed(std::string loader_id);

  bool reached(engine::WaitUntil state) const;  // networkidle: loaded, and nothing in flight right now
  // Only what the document itself asked for counts: requests of the document before it never tell their end.
  bool network_quiet() const { return !in_flight_by_loader_.contains(loader_id_); }
  std::size_t requests() const { return requests_; }  // begun since the start, of whatever document

  // The server answered that there is nothing to show (204, 205): Chromium stays where it is.
  bool without_content(const std::string& loader_id) const;

  // The portable response of the main document, or null: also where it was larger than kLargest.
  json::Value response() const;

  std::size_t kept() const { return documents_.size() + in_flight_.size(); }  // documents and requests

 private:
  // A document of the frame, or the request for one: both have the loader's id.
  struct Document {
    std::string id;
    bool began = false;
    bool content_loaded = false;
    bool loaded = false;
    bool finished = false;                   // the request
    cdp::Payload response = cdp::Payload();  // Network.Response; null before it
    cdp::Payload extra = cdp::Payload();     // the latest responseReceivedExtraInfo
  };
  const Document* find(const std::string& id) const;
  Document* find(const std::string& id) { return const_cast<Document*>(std::as_const(*this).find(id)); }
  Document& document(const std::string& id);  // makes it
  bool began(const std::string& loader_id) const;
  void on_lifecycle(const std::string& loader_id, std::string_view name);
  void on_request(const std::string& id, const json::Value& params);
  void on_end(const std::string& id);

  std::string frame_id_;
  std::string loader_id_;
  std::string latest_;                                      // the loader of the document that began last
  std::list<Document> documents_;                           // in the order in which they were first told of
  std::unordered_map<std::string, std::string> in_flight_;  // request id -> loader
  std::unordered_map<std::string, std::size_t> in_flight_by_loader_;
  std::size_t requests_ = 0;
};

}  // namespace browser
