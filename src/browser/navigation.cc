#include "browser/navigation.h"

#include <algorithm>

#include "base/text.h"

namespace browser {
namespace {

std::string text(const json::Value& v, std::string_view key) { return json::get_text(v, key).value_or(""); }

json::Object lower_case_names(const json::Value* headers) {
  json::Object out;
  if (headers && headers->is_object())
    for (const auto& [name, value] : headers->get_object()) out[base::to_lower_ascii(name)] = value;
  return out;
}

}  // namespace

void Navigation::on_event(std::string_view method, const json::Value& params) {
  const std::string id = text(params, "requestId");
  if (method == "Network.requestWillBeSent") {
    const std::string type = text(params, "type");
    if (type == "EventSource" || type == "WebSocket") return;
    in_flight_[id] = text(params, "loaderId");
    ++requests_;
  } else if (method == "Network.responseReceived") {
    if (text(params, "type") == "Document" && text(params, "frameId") == frame_id_)
      if (const json::Value* response = json::find(params, "response")) responses_[id] = *response;
  } else if (method == "Network.responseReceivedExtraInfo") {
    extra_[id] = params;
  } else if (method == "Network.loadingFinished" || method == "Network.loadingFailed") {
    in_flight_.erase(id);
    finished_.insert(id);
  } else if (method == "Page.lifecycleEvent") {
    if (text(params, "frameId") == frame_id_) on_lifecycle(text(params, "loaderId"), text(params, "name"));
  }
}

bool Navigation::began(const std::string& loader_id) const {
  return std::ranges::find(documents_, loader_id) != documents_.end();
}

void Navigation::on_lifecycle(const std::string& loader_id, std::string name) {
  if (name == "init") {
    if (began(loader_id_)) loader_id_ = loader_id;
    documents_.push_back(loader_id);
  }
  reached_[loader_id].insert(std::move(name));
}

void Navigation::committed(std::string loader_id) {
  loader_id_ = std::move(loader_id);
  if (began(loader_id_)) loader_id_ = documents_.back();
}

bool Navigation::network_quiet() const {
  return std::ranges::none_of(in_flight_, [this](const auto& entry) { return entry.second == loader_id_; });
}

bool Navigation::reached(engine::WaitUntil state) const {
  const auto it = reached_.find(loader_id_);
  if (it == reached_.end()) return false;
  if (state == engine::WaitUntil::domcontentloaded)
    return it->second.contains("DOMContentLoaded") || it->second.contains("load");
  if (state == engine::WaitUntil::load) return it->second.contains("load");
  return it->second.contains("load") && network_quiet();
}

bool Navigation::without_content(const std::string& loader_id) const {
  const auto it = responses_.find(loader_id);
  if (it == responses_.end()) return false;
  const auto status = json::get_int(it->second, "status");
  return status == 204 || status == 205;
}

json::Value Navigation::response() const {
  const auto it = responses_.find(loader_id_);
  if (it == responses_.end()) return nullptr;
  const json::Value& response = it->second;
  // A data: or blob: document came over no network; the wire has no response for it.
  const std::string url = json::get_text(response, "url").value_or("");
  if (!url.starts_with("http:") && !url.starts_with("https:")) return nullptr;
  const auto extra = extra_.find(loader_id_);
  const json::Value* extra_headers = extra == extra_.end() ? nullptr : json::find(extra->second, "headers");
  const auto extra_text = extra == extra_.end() ? std::nullopt : json::get_text(extra->second, "headersText");

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
  out["finishedSettled"] = finished_.contains(loader_id_);
  out["extraInfoHeaders"] = extra_headers ? *extra_headers : json::Value(nullptr);
  out["extraInfoHeadersText"] = extra_text ? json::Value(*extra_text) : json::Value(nullptr);
  return out;
}

}  // namespace browser
