#include "browserbase/here.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "browserbase/create_params.h"

namespace browserbase {
namespace {

constexpr int kMaxSide = 10'000'000;  // pixels; Emulation.setDeviceMetricsOverride takes no more

// The first member, other than these, that asks for something.
std::optional<std::string> first_asked(const json::Object& params, std::initializer_list<std::string_view> others) {
  for (const auto& [name, value] : params) {
    const bool asks = !value.is_null() && !(value.is_bool() && !value.get_bool());
    if (asks && std::ranges::find(others, std::string_view(name)) == others.end()) return std::string(name);
  }
  return std::nullopt;
}

// 0 for what is no side.
int side(const json::Value& viewport, std::string_view name) {
  const auto n = json::get_double(viewport, name);
  return n && *n >= 1 && *n <= kMaxSide && std::floor(*n) == *n ? static_cast<int>(*n) : 0;
}

}  // namespace

std::optional<std::string> refuse_here(const json::Value* params) {
  if (!params) return std::nullopt;
  const json::Object known = known_params(*params);
  auto name = first_asked(known, {"projectId", "userMetadata", "browserSettings"});
  if (const json::Value* settings = known.if_contains("browserSettings"); settings && !name)
    if (const auto inner = first_asked(settings->get_object(), {"viewport"})) name = "browserSettings." + *inner;
  if (name)
    return fmt::format(
        "browserbaseSessionCreateParams.{} is not available: this server gives Chromium of its own machine "
        "(--browserbase-local)",
        *name);
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
