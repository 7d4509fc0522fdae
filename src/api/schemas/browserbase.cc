#include "api/schemas/shapes.h"

namespace api::schemas {
namespace {

using namespace json;

Shape fingerprint() {
  const Shape screen = object({{"maxHeight", optional(number())},
                               {"maxWidth", optional(number())},
                               {"minHeight", optional(number())},
                               {"minWidth", optional(number())}});
  return object({{"browsers", optional(array_of(one_of({"chrome", "edge", "firefox", "safari"})))},
                 {"devices", optional(array_of(one_of({"desktop", "mobile"})))},
                 {"httpVersion", optional(one_of({"1", "2"}))},
                 {"locales", optional(array_of(string()))},
                 {"operatingSystems", optional(array_of(one_of({"android", "ios", "linux", "macos", "windows"})))},
                 {"screen", optional(screen)}});
}

Shape browser_settings() {
  const Shape context = object({{"id", string()}, {"persist", optional(boolean())}});
  const Shape viewport = object({{"width", optional(number())}, {"height", optional(number())}});
  return object({{"advancedStealth", optional(boolean())},
                 {"blockAds", optional(boolean())},
                 {"captchaImageSelector", optional(string())},
                 {"captchaInputSelector", optional(string())},
                 {"context", optional(context)},
                 {"extensionId", optional(string())},
                 {"fingerprint", optional(fingerprint())},
                 {"logSession", optional(boolean())},
                 {"os", optional(one_of({"windows", "mac", "linux", "mobile", "tablet"}))},
                 {"recordSession", optional(boolean())},
                 {"solveCaptchas", optional(boolean())},
                 {"verified", optional(boolean())},
                 {"viewport", optional(viewport)}});
}

Shape proxies() {
  const Shape place = object({{"country", string()}, {"city", optional(string())}, {"state", optional(string())}});
  const Shape ours = object(
      {{"type", literal("browserbase")}, {"domainPattern", optional(string())}, {"geolocation", optional(place)}});
  const Shape external = object({{"type", literal("external")},
                                 {"server", string()},
                                 {"domainPattern", optional(string())},
                                 {"username", optional(string())},
                                 {"password", optional(string())}});
  return either({boolean(), array_of(by_word("type", {{"browserbase", ours}, {"external", external}}))});
}

}  // namespace

const json::Shape& browserbase_create_params() {
  static const Shape shape =
      object({{"projectId", optional(string())},
              {"browserSettings", optional(browser_settings())},
              {"extensionId", optional(string())},
              {"keepAlive", optional(boolean())},
              {"proxies", optional(proxies())},
              {"region", optional(one_of({"us-west-2", "us-east-1", "eu-central-1", "ap-southeast-1"}))},
              {"timeout", optional(number())},
              {"userMetadata", optional(map_of(any()))}});
  return shape;
}

}  // namespace api::schemas
