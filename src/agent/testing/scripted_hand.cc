#include "agent/testing/scripted_hand.h"

#include <fmt/format.h>

namespace agent::testing {
namespace {

std::string with(const std::vector<std::string>& held) {
  std::string out;
  for (const std::string& key : held) out += " +" + key;
  return out;
}

std::string show(const Click& g) {
  return fmt::format("click {},{} {} x{}{}", g.at.x, g.at.y, g.button, g.count, with(g.held));
}
std::string show(const PressAndHold& g) { return fmt::format("hold {},{} {}ms", g.at.x, g.at.y, g.time.count()); }
std::string show(const Move& g) { return fmt::format("move {},{}", g.at.x, g.at.y); }
std::string show(const DragAlong& g) {
  std::string out = "drag";
  for (const At& at : g.path) out += fmt::format(" {},{}", at.x, at.y);
  return out + with(g.held);
}
std::string show(const Button& g) { return fmt::format("button {} {}", g.button, g.down ? "down" : "up"); }
std::string show(const Scroll& g) {
  return fmt::format("scroll {},{} by {},{}{}", g.at.x, g.at.y, g.dx, g.dy, with(g.held));
}
std::string show(const TypeText& g) {
  return fmt::format("type {}{}{}", g.text, g.clear ? " (clear)" : "", g.enter ? " (enter)" : "");
}
std::string show(const Press& g) {
  return g.held.count() == 0 ? "press " + g.keys : fmt::format("press {} for {}ms", g.keys, g.held.count());
}
std::string show(const Wait& g) { return fmt::format("wait {}ms", g.time.count()); }
std::string show(const Look& g) {
  std::string out = "look";
  for (const At& at : g.region) out += fmt::format(" {},{}", at.x, at.y);
  return out;
}
std::string show(const Where& /*gesture*/) { return "where"; }
std::string show(const GoTo& g) { return "goto " + g.url; }
std::string show(const Back& /*gesture*/) { return "back"; }
std::string show(const Forward& /*gesture*/) { return "forward"; }

}  // namespace

std::string shown(const Gesture& gesture) {
  return std::visit([](const auto& each) { return show(each); }, gesture);
}

aio::Task<base::Result<std::optional<std::string>>> ScriptedHand::perform(const aio::Context& /*ctx*/,
                                                                          Gesture gesture) {
  if (end) co_return std::unexpected(*end);
  done.push_back(shown(gesture));
  if (!failure.empty()) co_return std::optional(failure);
  if (!address_after.empty()) address = std::exchange(address_after, {});
  co_return std::optional<std::string>();
}

aio::Task<base::Result<llm::Image>> ScriptedHand::picture(const aio::Context& /*ctx*/, std::vector<At> region) {
  if (blind) co_return std::unexpected(*blind);
  done.push_back(region.empty() ? "picture" : "picture of " + shown(Look{std::move(region)}).substr(5));
  co_return llm::Image{"image/png", fmt::format("cGljdHVyZQ{}==", done.size())};
}

aio::Task<base::Result<WindowSize>> ScriptedHand::window(const aio::Context& /*ctx*/) {
  co_return WindowSize{1000, 500};
}

}  // namespace agent::testing
