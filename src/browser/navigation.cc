#include "browser/navigation.h"

#include <algorithm>

#include "base/text.h"
#include "cdp/limits.h"
#include "json/write.h"

namespace browser {
namespace {

constexpr std::size_t kLongestFailure = 100;  // Chromium's names of errors are half of it

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
    if (method == "Network.loadingFailed") on_failure(id, params);
    on_end(id);
    if (Document* of = find(id)) of->finished = true;
  } else if (method == "Page.lifecycleEvent") {
    if (json::text_at(params, "frameId") == frame_id_)
      on_lifecycle(json::text_at(params, "loaderId"), json::text_at(params, "name"));
  } else if (method == "Page.frameStoppedLoading") {
    if (json::text_at(params, "frameId") != frame_id_ || leaving()) return;
    stop();
  } else if (method == "Page.frameScheduledNavigation" || method == "Page.frameRequestedNavigation") {
    if (json::get_double(params, "delay").value_or(0) > 0) return;
    const std::string reason = json::text_at(params, "reason");
    const bool refresh = reason == "metaTagRefresh" || reason == "httpHeaderRefresh";
    if (refresh && json::text_at(params, "frameId") == frame_id_ && leads_elsewhere(params)) refreshing_ = latest_;
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
  if (id == loader_id && json::text_at(params, "frameId") == frame_id_) document(id).requested = true;
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

// What ends before its document has begun has an error page in its place, under the same loader.
void Navigation::on_failure(const std::string& id, const json::Value& params) {
  Document* of = find(id);
  if (of && of->began && !json::get_bool(params, "canceled").value_or(false))
    of->failure = base::truncate(json::text_at(params, "errorText"), kLongestFailure);
}

// A document that only loads itself anew is no way to another one.
bool Navigation::leads_elsewhere(const json::Value& params) const {
  const Document* here = find(latest_);
  const auto own = here ? json::get_string(here->response, "url") : std::nullopt;
  const std::string_view url = json::get_string(params, "url").value_or("");
  return !own || url.substr(0, url.find('#')) != *own;
}

// A document that stops before it is loaded is not told the end of.
void Navigation::stop() {
  Document* here = find(latest_);
  if (!here) return;
  here->stopped = true;
  if (!here->loaded) on_end(latest_);
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
  if (!here || !broken().empty()) return false;
  if (state == engine::WaitUntil::domcontentloaded) return here->content_loaded || loaded();
  return loaded() && (state == engine::WaitUntil::load || network_quiet());
}

bool Navigation::asked() const { return std::ranges::any_of(documents_, &Document::requested); }

bool Navigation::loaded() const {
  const Document* here = find(loader_id_);
  return here && (here->loaded || here->stopped);
}

bool Navigation::leaving() const {
  return std::ranges::any_of(documents_, [this](const Document& other) {
    return other.id != latest_ && other.id != loader_id_ && other.requested && !other.began && !other.finished;
  });
}

bool Navigation::stopped() const {
  const Document* here = find(loader_id_);
  return here && here->stopped && !here->loaded;
}

std::string Navigation::broken() const {
  const Document* here = find(loader_id_);
  return here && !here->content_loaded ? here->failure : "";
}

bool Navigation::without_content(const std::string& loader_id) const {
  const Document* asked = find(loader_id);
  if (!asked) return false;
  const auto status = json::get_int(asked->response, "status");
  return status == 204 || status == 205;
}

std::string Navigation::header(std::string_view lower_case_name) const {
  const Document* here = find(loader_id_);
  const json::Value* headers = here ? json::find(here->response, "headers") : nullptr;
  if (!headers || !headers->is_object()) return "";
  for (const auto& [name, value] : headers->get_object())
    if (value.is_string() && base::to_lower_ascii(name) == lower_case_name) return std::string(value.get_string());
  return "";
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
