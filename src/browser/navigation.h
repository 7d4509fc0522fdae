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
  // loadingFailed, Page.lifecycleEvent, frameStoppedLoading,
  // frameScheduledNavigation and frameRequestedNavigation. Unknown ones do nothing.
  void on_event(std::string_view method, const cdp::Payload& params);
  // Page.navigate's reply named the new document's loader. A document that this one replaces itself with (a redirect by
  // script or by <meta>) takes its place from then on.
  void committed(std::string loader_id);

  // networkidle: loaded, and nothing in flight right now. A document that has stopped loading for good has reached what
  // it ever will: its parser is given up when it goes to a download, a 204 or a link to another program, or stops
  // itself.
  bool reached(engine::WaitUntil state) const;
  bool begun() const { return began(loader_id_); }  // the document is the one that the page shows
  bool loaded() const;                              // or stopped
  bool stopped() const;  // without being loaded; so it looks, too, just before a crash is told
  bool asked() const;    // some document was asked for since the start
  // Whether the document has begun to send its reader on at once, as far as was told.
  bool refreshes(const std::string& loader_id) const { return !loader_id.empty() && refreshing_ == loader_id; }
  bool leaving() const;  // a document is asked for in the place of the one that is waited for, and has not come
  const std::string& loader_id() const { return loader_id_; }

  // Chromium's net::ERR_… of a document whose body ended before it was complete, or could not be decoded. Nothing more
  // comes of it then, no event either.
  std::string broken() const;
  // Only what the document itself asked for counts: requests of the document before it never tell their end.
  bool network_quiet() const { return !in_flight_by_loader_.contains(loader_id_); }
  std::size_t requests() const { return requests_; }  // begun since the start, of whatever document

  // The server answered that there is nothing to show (204, 205): Chromium stays where it is.
  bool without_content(const std::string& loader_id) const;

  // The value of a header of the main document's response, or "".
  std::string header(std::string_view lower_case_name) const;
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
    bool stopped = false;
    bool requested = false;
    bool finished = false;                   // the request
    std::string failure = {};                // of the body
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
  void stop();
  bool leads_elsewhere(const json::Value& params) const;
  void on_failure(const std::string& id, const json::Value& params);

  std::string frame_id_;
  std::string loader_id_;
  std::string latest_;                                      // the loader of the document that began last
  std::string refreshing_;                                  // the loader of one that sends its reader on
  std::list<Document> documents_;                           // in the order in which they were first told of
  std::unordered_map<std::string, std::string> in_flight_;  // request id -> loader
  std::unordered_map<std::string, std::size_t> in_flight_by_loader_;
  std::size_t requests_ = 0;
};

}  // namespace browser
