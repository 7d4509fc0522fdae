#include "browserbase/here.h"

#include <cmath>

#include <fmt/format.h>

namespace browserbase {
namespace {

constexpr int kMaxSide = 10'000'000;  // pixels; Emulation.setDeviceMetricsOverride takes no more

// Chromium has none of these.
constexpr std::string_view kNotHere[] = {"extensionId",
                                         "keepAlive",
                                         "proxies",
                                         "region",
                                         "timeout",
                                         "browserSettings.advancedStealth",
                                         "browserSettings.blockAds",
                                         "browserSettings.captchaImageSelector",
                                         "browserSettings.captchaInputSelector",
                                         "browserSettings.context",
                                         "browserSettings.extensionId",
                                         "browserSettings.fingerprint",
                                         "browserSettings.logSession",
                                         "browserSettings.os",
                                         "browserSettings.recordSession",
                                         "browserSettings.solveCaptchas",
                                         "browserSettings.verified"};

bool asks(const json::Value* value) { return value && !value->is_null() && !(value->is_bool() && !value->get_bool()); }

// 0 for what is no side.
int side(const json::Value& viewport, std::string_view name) {
  const auto n = json::get_double(viewport, name);
  return n && *n >= 1 && *n <= kMaxSide && std::floor(*n) == *n ? static_cast<int>(*n) : 0;
}

}  // namespace

std::optional<std::string> refuse_here(const json::Value* params) {
  if (!params) return std::nullopt;
  for (const std::string_view name : kNotHere)
    if (asks(json::find(*params, name)))
      return fmt::format(
          "browserbaseSessionCreateParams.{} is not available: this server gives Chromium of its own machine "
          "(--browserbase-local)",
          name);
  const json::Value* viewport = json::find(*params, "browserSettings.viewport");
  if (viewport && (side(*viewport, "width") == 0 || side(*viewport, "height") == 0))
    return fmt::format(
        "browserbaseSessionCreateParams.browserSettings.viewport must have a width and a height, whole numbers from 1 "
        "to {}",
        kMaxSide);
  return std::nullopt;
}

std::optional<engine::Viewport> viewport_here(const json::Value* params) {
  const json::Value* viewport = params ? json::find(*params, "browserSettings.viewport") : nullptr;
  if (!viewport) return std::nullopt;
  return engine::Viewport{side(*viewport, "width"), side(*viewport, "height")};
}

}  // namespace browserbase
