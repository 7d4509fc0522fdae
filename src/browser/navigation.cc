#include "browser/navigation.h"

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
    if (type != "EventSource" && type != "WebSocket") in_flight_.insert(id);
  } else if (method == "Network.responseReceived") {
    if (text(params, "type") == "Document" && text(params, "frameId") == frame_id_)
      if (const json::Value* response = json::find(params, "response")) responses_[id] = *response;
  } else if (method == "Network.responseReceivedExtraInfo") {
    extra_[id] = params;
  } else if (method == "Network.loadingFinished" || method == "Network.loadingFailed") {
    in_flight_.erase(id);
    finished_.insert(id);
  } else if (method == "Page.lifecycleEvent") {
    if (text(params, "frameId") == frame_id_) reached_[text(params, "loaderId")].insert(text(params, "name"));
  }
}

bool Navigation::reached(engine::WaitUntil state) const {
  const auto it = reached_.find(loader_id_);
  if (it == reached_.end()) return false;
  if (state == engine::WaitUntil::domcontentloaded)
    return it->second.contains("DOMContentLoaded") || it->second.contains("load");
  if (state == engine::WaitUntil::load) return it->second.contains("load");
  return it->second.contains("load") && in_flight_.empty();
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
