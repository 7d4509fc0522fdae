#include "agent/screen/words.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace agent::screen {
namespace {

constexpr double kSlack = 0.02;  // of the screen, beyond its edge

std::optional<double> number_in(const json::Value* value) {
  if (!value) return {};
  if (value->is_number()) return value->to_number<double>();
  if (!value->is_string()) return {};
  const std::string_view text = base::trim(json::view(value->get_string()));
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

// JSON has no integers of its own; whole pixels are told as such.
json::Value pixel(double value) {
  if (value == std::floor(value)) return static_cast<std::int64_t>(value);
  return value;
}

}  // namespace

Grid pixels(const WindowSize& window) {
  return {static_cast<double>(window.width), static_cast<double>(window.height), window};
}

base::Result<At> Grid::place(double x, double y) const {
  const bool near = std::isfinite(x) && std::isfinite(y) && x >= -kSlack * width && y >= -kSlack * height &&
                    x <= width * (1 + kSlack) && y <= height * (1 + kSlack);
  if (!near)
    return base::fail(base::Kind::invalid, fmt::format("the point ({}, {}) is outside of the screen, which is {} x {}",
                                                       x, y, width, height));
  return At{std::clamp(x * window.width / width, 0.0, std::max(0.0, window.width - 1.0)),
            std::clamp(y * window.height / height, 0.0, std::max(0.0, window.height - 1.0))};
}

bool Arguments::has(std::string_view name) const {
  const json::Value* value = values_.if_contains(name);
  return value && !value->is_null();
}

std::optional<double> Arguments::number(std::string_view name) const { return number_in(values_.if_contains(name)); }

std::optional<std::string> Arguments::text(std::string_view name) const {
  const json::Value* value = values_.if_contains(name);
  if (!value || !value->is_string()) return {};
  return std::string(json::view(value->get_string()));
}

bool Arguments::flag(std::string_view name, bool otherwise) const {
  const json::Value* value = values_.if_contains(name);
  if (value && value->is_bool()) return value->get_bool();
  if (const auto word = text(name)) return base::to_lower_ascii(*word) == "true";
  return otherwise;
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  const json::Value* value = values_.if_contains(name);
  if (const auto word = text(name)) return split_keys(*word);
  std::vector<std::string> out;
  if (const json::Array* all = value ? value->if_array() : nullptr)
    for (const json::Value& each : *all)
      if (each.is_string())
        for (std::string& key : split_keys(json::view(each.get_string()))) out.push_back(std::move(key));
  return out;
}

std::unexpected<base::Error> Arguments::lacks(std::string_view what) const {
  return base::fail(base::Kind::invalid, fmt::format("{} needs {}", name_, what));
}

base::Result<std::string> Arguments::needed_text(std::string_view name) const {
  auto found = text(name);
  if (!found) return lacks(name);
  return std::move(*found);
}

base::Result<At> Arguments::point(std::string_view x, std::string_view y, const Grid& grid) const {
  const auto left = number(x);
  const auto top = number(y);
  if (!left || !top) return lacks(fmt::format("{} and {}", x, y));
  return grid.place(*left, *top);
}

base::Result<At> Arguments::pair(std::string_view name, const Grid& grid) const {
  const json::Value* value = values_.if_contains(name);
  const json::Array* two = value ? value->if_array() : nullptr;
  if (!two || two->size() != 2) return lacks(fmt::format("{}: [x, y]", name));
  const auto left = number_in(&(*two)[0]);
  const auto top = number_in(&(*two)[1]);
  if (!left || !top) return lacks(fmt::format("{}: [x, y]", name));
  return grid.place(*left, *top);
}

Wait wait_for(double seconds) {
  const double most = std::chrono::duration<double>(kLongestWait).count();
  const double taken = std::isfinite(seconds) ? std::clamp(seconds, 0.0, most) : 1;
  return {base::Milliseconds(static_cast<std::int64_t>(taken * 1000))};
}

std::string address(std::string_view text) {
  text = base::trim(text);
  const bool whole = text.find("://") != text.npos || text.starts_with("about:") || text.starts_with("data:");
  return whole ? std::string(text) : "https://" + std::string(text);
}

json::Object told(std::string_view type, std::optional<At> at, const json::Object& written) {
  json::Object out{{"type", type}};
  if (at) {
    out["x"] = pixel(at->x);
    out["y"] = pixel(at->y);
  }
  for (const auto& [name, value] : written)
    if (!out.contains(name)) out[name] = value;
  return out;
}

Deed refused(std::string_view name, const json::Object& written, std::string why) {
  return {.action = told(name, {}, written), .refusal = std::move(why)};
}

std::string not_an_action(std::string_view name, std::initializer_list<std::string_view> known) {
  return fmt::format("\"{}\" is not an action of this computer; use {}", name, fmt::join(known, ", "));
}

}  // namespace agent::screen
