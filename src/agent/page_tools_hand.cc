// The tools that are gestures: by coordinates, by keys, by the history of the tab.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "agent/page_tools.h"
#include "json/write.h"

namespace agent {
namespace {

constexpr double kLongestWait = 30'000;  // ms
constexpr double kMostRepeats = 50;
constexpr std::size_t kMostTyped = 256 * 1024;  // bytes of a text, with its repeats

double clamped(const json::Value& arguments, std::string_view name, double otherwise, double low, double high) {
  return std::clamp(json::get_double(arguments, name).value_or(otherwise), low, high);
}

base::Milliseconds milliseconds(double count) { return base::Milliseconds(static_cast<std::int64_t>(count)); }

}  // namespace

// In the window's pixels, whatever the model counts in.
aio::Task<base::Result<At>> PageTools::point(const aio::Context& ctx, const json::Value& pair) {
  At at;
  if (const json::Array* two = pair.if_array()) {
    at = {(*two)[0].to_number<double>(), (*two)[1].to_number<double>()};
  } else {
    at = {json::get_double(pair, "x").value_or(0), json::get_double(pair, "y").value_or(0)};
  }
  CO_TRY(const WindowSize window, co_await hand_.window(ctx));
  if (settings_.thousandths) {
    at.x = std::floor(std::clamp(at.x, 0.0, 999.0) / 1000 * window.width);
    at.y = std::floor(std::clamp(at.y, 0.0, 999.0) / 1000 * window.height);
  }
  if (at.x < 0 || at.y < 0 || at.x >= window.width || at.y >= window.height)
    co_return base::fail(base::Kind::invalid,
                         fmt::format("the point [{}, {}] is outside of the window, which is {} x {}", at.x, at.y,
                                     window.width, window.height));
  co_return at;
}

aio::Task<base::Result<Gesture>> PageTools::scroll(const aio::Context& ctx, const json::Value& arguments) {
  CO_TRY(const WindowSize window, co_await hand_.window(ctx));
  const double part = clamped(arguments, "percentage", 80, 1, 1000) / 100;
  const std::string direction = *json::get_text(arguments, "direction");
  Scroll out{.at = {window.width / 2.0, window.height / 2.0}};
  if (const json::Value* where = json::find(arguments, "coordinates")) {
    CO_TRY(out.at, co_await point(ctx, *where));
  }
  if (direction == "up" || direction == "down")
    out.dy = std::round(window.height * part) * (direction == "up" ? -1 : 1);
  else
    out.dx = std::round(window.width * part) * (direction == "left" ? -1 : 1);
  co_return Gesture(out);
}

PageTools::Done PageTools::by_hand(const aio::Context& ctx, const llm::ToolCall& call, const json::Value& arguments) {
  const std::string& name = call.name;
  const auto at = [&](std::string_view member) { return point(ctx, *json::find(arguments, member)); };
  std::vector<Gesture> todo;
  json::Object told;
  if (name == "goto") {
    todo.emplace_back(GoTo{*json::get_text(arguments, "url")});
  } else if (name == "navback") {
    todo.emplace_back(Back{});
  } else if (name == "wait") {
    const double time = clamped(arguments, "timeMs", 1000, 0, kLongestWait);
    todo.emplace_back(Wait{milliseconds(time)});
    told["waited"] = time;
  } else if (name == "scroll") {
    CO_TRY(Gesture gesture, co_await scroll(ctx, arguments));
    const auto& wheel = std::get<Scroll>(gesture);
    told["scrolledPixels"] = std::abs(wheel.dx) + std::abs(wheel.dy);
    todo.push_back(std::move(gesture));
  } else if (name == "keys") {
    const bool press = *json::get_text(arguments, "method") == "press";
    const auto times = static_cast<int>(clamped(arguments, "repeat", 1, 1, kMostRepeats));
    const std::string value = *json::get_text(arguments, "value");
    if (const std::size_t all = value.size() * static_cast<std::size_t>(times); all > kMostTyped)
      co_return failed_use(
          call, fmt::format("{} times this value are {} bytes, more than the {} of one call", times, all, kMostTyped),
          false);
    for (int i = 0; i < times; ++i)
      if (press)
        todo.emplace_back(Press{value});
      else
        todo.emplace_back(TypeText{value});
    told["times"] = times;
  } else if (name == "click") {
    CO_TRY(const At where, co_await at("coordinates"));
    todo.emplace_back(Click{.at = where,
                            .button = json::get_text(arguments, "button").value_or("left"),
                            .count = static_cast<int>(clamped(arguments, "clicks", 1, 1, 3))});
  } else if (name == "hover") {
    CO_TRY(const At where, co_await at("coordinates"));
    todo.emplace_back(Move{where});
  } else if (name == "clickAndHold") {
    CO_TRY(const At where, co_await at("coordinates"));
    todo.emplace_back(PressAndHold{where, milliseconds(clamped(arguments, "duration", 1000, 0, kLongestWait))});
  } else if (name == "dragAndDrop") {
    CO_TRY(const At from, co_await at("startCoordinates"));
    CO_TRY(const At to, co_await at("endCoordinates"));
    todo.emplace_back(DragAlong{{from, to}});
  } else if (name == "type") {
    CO_TRY(const At where, co_await at("coordinates"));
    todo.emplace_back(Click{.at = where});
    todo.emplace_back(TypeText{*json::get_text(arguments, "text")});
  } else if (name == "fillFormVision") {
    for (const json::Value& field : *json::get_array(arguments, "fields")) {
      CO_TRY(const At where, co_await point(ctx, *json::find(field, "coordinates")));
      todo.emplace_back(Click{.at = where});
      todo.emplace_back(TypeText{.text = json::get_text(field, "value").value_or(""), .clear = true});
    }
    told["fieldsCount"] = json::get_array(arguments, "fields")->size();
  }
  co_return co_await gestures(ctx, call, std::move(todo), std::move(told));
}

PageTools::Done PageTools::gestures(const aio::Context& ctx, const llm::ToolCall& call, std::vector<Gesture> todo,
                                    json::Object told) {
  std::string wrong;
  for (Gesture& gesture : todo) {
    CO_TRY(const auto failure, co_await hand_.perform(ctx, std::move(gesture)));
    if (!failure) continue;
    wrong = *failure;
    break;
  }
  const bool waits = call.name == "wait";
  Used out{.failed = !wrong.empty(), .error = wrong, .changes_page = !waits, .lets_time_pass = waits};
  json::Object output{{"success", wrong.empty()}};
  if (!wrong.empty()) output["error"] = wrong;
  if (call.name == "goto" || call.name == "navback") output["url"] = place_.url();
  for (auto& [name, value] : told) output[name] = std::move(value);
  out.content.emplace_back(llm::Text{json::write(output)});
  json::Object entry = action_of(call);
  for (auto& [name, value] : output)
    if (name != "url") entry[name] = std::move(value);
  out.actions.push_back(std::move(entry));
  co_return out;
}

}  // namespace agent
