#include "browserbase/create_params.h"

#include "json/read.h"

namespace browserbase {
namespace {

constexpr int kWidth = 1288;
constexpr int kHeight = 711;

// The members that Browserbase is sent, at every level. An empty object stands for any value; one element of an array
// for all of them.
const json::Value& known_members() {
  static const json::Value kKnown = *json::read(R"({
    "projectId": {},
    "browserSettings": {
      "advancedStealth": {}, "blockAds": {}, "captchaImageSelector": {}, "captchaInputSelector": {},
      "context": {"id": {}, "persist": {}}, "extensionId": {},
      "fingerprint": {"browsers": {}, "devices": {}, "httpVersion": {}, "locales": {}, "operatingSystems": {},
                      "screen": {"maxHeight": {}, "maxWidth": {}, "minHeight": {}, "minWidth": {}}},
      "logSession": {}, "os": {}, "recordSession": {}, "solveCaptchas": {}, "verified": {},
      "viewport": {"width": {}, "height": {}}
    },
    "extensionId": {}, "keepAlive": {},
    "proxies": [{"type": {}, "domainPattern": {}, "geolocation": {"city": {}, "country": {}, "state": {}},
                 "server": {}, "username": {}, "password": {}}],
    "region": {}, "timeout": {}, "userMetadata": {}
  })");
  return kKnown;
}

json::Value known_part(const json::Value& given, const json::Value& known) {
  if (known.is_array() && given.is_array()) {
    json::Array out;
    for (const json::Value& item : given.get_array()) out.push_back(known_part(item, known.get_array().front()));
    return out;
  }
  if (!known.is_object() || known.get_object().empty() || !given.is_object()) return given;
  json::Object out;
  for (const auto& [name, below] : known.get_object())
    if (const json::Value* value = given.get_object().if_contains(name)) out[name] = known_part(*value, below);
  return out;
}

// The object at that name, made when it is not there.
json::Object& object_at(json::Object& parent, std::string_view name) {
  json::Value& value = parent[name];
  if (!value.is_object()) value = json::Object();
  return value.get_object();
}

}  // namespace

json::Object known_params(const json::Value& given) { return known_part(given, known_members()).get_object(); }

json::Object create_params(const json::Value* given) {
  json::Object out;
  if (given) out = known_params(*given);
  json::Object& settings = object_at(out, "browserSettings");
  if (!settings.contains("viewport")) settings["viewport"] = json::Object{{"width", kWidth}, {"height", kHeight}};
  object_at(out, "userMetadata")["stagehand"] = "true";
  return out;
}

}  // namespace browserbase
