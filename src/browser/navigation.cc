#include "browser/navigation.h"

#include <algorithm>

#include "base/text.h"
#include "cdp/limits.h"
#include "json/write.h"

namespace browser {
namespace {

json::Object lower_case_names(const json::Value* headers) {
  json::Object out;
  if (headers && headers->is_object())
    for (const auto& [name, value] : headers->get_object()) out[base::to_lower_ascii(name)] = value;
  return out;
}

// The event is kept whole with its part.
cdp::Payload kept_part(const cdp::Payload& params, const json::Value& part) {
  return json::takes_more_than(params, Navigation::kLargest) ? cdp::Payload() : params.part(part);
}

}  // namespace

void Navigation::on_event(std::string_view method, const cdp::Payload& params) {
  const std::string id = json::text_at(params, "requestId");
  if (id.size() > cdp::kMaxId) return;
  if (method == "Network.requestWillBeSent") {
    on_request(id, params);
  } else if (method == "Network.responseReceived") {
    if (json::text_at(params, "type") == "Document" && json::text_at(params, "frameId") == frame_id_)
      if (const json::Value* response = json::find(params, "response"))
        document(id).response = kept_part(params, *response);
  } else if (method == "Network.responseReceivedExtraInfo") {
    if (Document* of = find(id)) of->extra = kept_part(params, params);
  } else if (method == "Network.loadingFinished" || method == "Network.loadingFailed") {
    on_end(id);
    if (Document* of = find(id)) of->finished = true;
  } else if (method == "Page.lifecycleEvent") {
    if (json::text_at(params, "frameId") == frame_id_)
      on_lifecycle(json::text_at(params, "loaderId"), json::text_at(params, "name"));
  }
}

// Responses' extra information names neither loader nor frame. That of a document comes after its request, which has
// the loader's id.
void Navigation::on_request(const std::string& id, const json::Value& params) {
  const std::string type = json::text_at(params, "type");
  if (type == "EventSource" || type == "WebSocket") return;
  const std::string loader_id = json::text_at(params, "loaderId");
  if (loader_id.size() > cdp::kMaxId) return;
  ++requests_;
  if (id == loader_id && json::text_at(params, "frameId") == frame_id_) document(id);
  on_end(id);  // a redirect is told as the same request again
  if (in_flight_.size() >= kMostInFlight) return;
  in_flight_.emplace(id, loader_id);
  ++in_flight_by_loader_[loader_id];
}

void Navigation::on_end(const std::string& id) {
  const auto node = in_flight_.extract(id);
  if (!node) return;
  const auto it = in_flight_by_loader_.find(node.mapped());
  if (--it->second == 0) in_flight_by_loader_.erase(it);
}

const Navigation::Document* Navigation::find(const std::string& id) const {
  const auto it = std::ranges::find(documents_, id, &Document::id);
  return it == documents_.end() ? nullptr : &*it;
}

Navigation::Document& Navigation::document(const std::string& id) {
  if (Document* known = find(id)) return *known;
  if (documents_.size() >= kMostDocuments) {  // the one that is waited for stays
    const auto old = documents_.front().id == loader_id_ ? std::next(documents_.begin()) : documents_.begin();
    documents_.erase(old);
  }
  return documents_.emplace_back(Document{.id = id});
}

bool Navigation::began(const std::string& loader_id) const {
  const Document* known = find(loader_id);
  return known && known->began;
}

void Navigation::on_lifecycle(const std::string& loader_id, std::string_view name) {
  if (loader_id.size() > cdp::kMaxId) return;
  if (name == "init") {
    if (began(loader_id_)) loader_id_ = loader_id;
    latest_ = loader_id;
  }
  Document& of = document(loader_id);
  of.began = of.began || name == "init";
  of.content_loaded = of.content_loaded || name == "DOMContentLoaded";
  of.loaded = of.loaded || name == "load";
}

void Navigation::committed(std::string loader_id) {
  loader_id_ = std::move(loader_id);
  if (began(loader_id_)) loader_id_ = latest_;
}

bool Navigation::reached(engine::WaitUntil state) const {
  const Document* here = find(loader_id_);
  if (!here) return false;
  if (state == engine::WaitUntil::domcontentloaded) return here->content_loaded || here->loaded;
  return here->loaded && (state == engine::WaitUntil::load || network_quiet());
}

bool Navigation::without_content(const std::string& loader_id) const {
  const Document* asked = find(loader_id);
  if (!asked) return false;
  const auto status = json::get_int(asked->response, "status");
  return status == 204 || status == 205;
}

json::Value Navigation::response() const {
  const Document* here = find(loader_id_);
  if (!here) return nullptr;
  const json::Value& response = here->response;
  // A data: or blob: document came over no network; the wire has no response for it.
  const std::string url = json::get_text(response, "url").value_or("");
  if (!url.starts_with("http:") && !url.starts_with("https:")) return nullptr;
  const json::Value* extra_headers = json::find(here->extra, "headers");
  const auto extra_text = json::get_text(here->extra, "headersText");

  json::Object out;
  out["requestId"] = loader_id_;
  out["frameId"] = frame_id_;
  out["loaderId"] = loader_id_;
  out["response"] = response;
  out["fromServiceWorkerFlag"] = json::get_bool(response, "fromServiceWorker").value_or(false);
  const auto address = json::get_text(response, "remoteIPAddress");
  if (address)
    out["serverAddress"] =
        json::Object{{"ipAddress", *address}, {"port", json::get_int(response, "remotePort").value_or(0)}};
  else
    out["serverAddress"] = nullptr;
  out["headersObject"] = lower_case_names(extra_headers ? extra_headers : json::find(response, "headers"));
  out["headersArrayCache"] = nullptr;
  out["allHeadersCache"] = nullptr;
  out["headerValuesMap"] = json::Object();
  out["finishedDeferred"] = json::Object{{"promise", json::Object()}};
  out["finishedSettled"] = here->finished;
  out["extraInfoHeaders"] = extra_headers ? *extra_headers : json::Value(nullptr);
  out["extraInfoHeadersText"] = extra_text ? json::Value(*extra_text) : json::Value(nullptr);
  return out;
}

}  // namespace browser
