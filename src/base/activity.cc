#include "base/activity.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace base {
namespace {

struct Spent {
  const char* what = nullptr;
  std::chrono::steady_clock::duration time{};
};

// What does not fit any more is left out: a turn that does more different things than this is not what is looked for.
struct Recent {
  std::array<Spent, 8> spent;
  std::size_t count = 0;
};
thread_local Recent recent_of_thread;

}  // namespace

Activity::~Activity() {
  Recent& all = recent_of_thread;
  const auto took = std::chrono::steady_clock::now() - began_;
  for (std::size_t i = 0; i < all.count; ++i) {
    if (all.spent[i].what != what_) continue;
    all.spent[i].time += took;
    return;
  }
  if (all.count < all.spent.size()) all.spent[all.count++] = {what_, took};
}

std::string Activity::recent() {
  Recent all = recent_of_thread;
  std::sort(all.spent.begin(), all.spent.begin() + static_cast<std::ptrdiff_t>(all.count),
            [](const Spent& a, const Spent& b) { return a.time > b.time; });
  std::string out;
  for (std::size_t i = 0; i < all.count; ++i)
    out += fmt::format("{}{} {} ms", i == 0 ? "" : ", ", all.spent[i].what,
                       std::chrono::duration_cast<std::chrono::milliseconds>(all.spent[i].time).count());
  return out;
}

void Activity::forget() noexcept { recent_of_thread.count = 0; }

}  // namespace base
