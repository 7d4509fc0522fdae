// WaitingLine: what clause 17 promises to starts that wait: first come first served for each caller, callers in turn.
// Told who waits and who was let in; what happens at one moment has no order, so it judges when nothing is ready.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace session::testing {

class WaitingLine {
 public:
  // It waits at this moment; said again at each.
  void waits(std::uint64_t call, const std::string& caller) {
    if (std::ranges::find(line_, call, &Waiter::call) == line_.end()) line_.push_back({call, caller});
  }
  // It has a session now, whether it waited or not.
  void let_in(std::uint64_t call, const std::string& caller) {
    leaves(call);
    let_in_.push_back({call, caller});
  }
  // It has an answer, or was cancelled: perhaps after a place was promised to it, which was its caller's turn.
  void leaves(std::uint64_t call) {
    const auto it = std::ranges::find(line_, call, &Waiter::call);
    if (it == line_.end()) return;
    served_since_.erase(it->caller);
    line_.erase(it);
  }
  std::size_t size() const { return line_.size(); }

  // What was unfair since the last time, or "".
  std::string settle() {
    std::string out;
    for (const Waiter& in : let_in_) {
      for (const Waiter& waiter : line_)
        if (waiter.caller == in.caller && waiter.call < in.call) out = "17: a later start of one caller came first";
      for (auto& [caller, others] : served_since_)
        if (caller != in.caller) ++others[in.caller];
    }
    for (const Waiter& in : let_in_)  // what it waits for now may have come after the others were served
      if (const auto own = served_since_.find(in.caller); own != served_since_.end()) own->second.clear();
    let_in_.clear();
    for (const Waiter& waiter : line_)
      for (const auto& [other, times] : served_of(waiter.caller))
        if (times > 1) out = "17: one caller was served twice while another waited";
    std::erase_if(served_since_, [&](const auto& entry) {
      return std::ranges::none_of(line_, [&](const Waiter& waiter) { return waiter.caller == entry.first; });
    });
    for (const Waiter& waiter : line_) served_since_.try_emplace(waiter.caller);  // from the next moment on
    return out;
  }

 private:
  struct Waiter {
    std::uint64_t call;
    std::string caller;
  };
  const std::map<std::string, int>& served_of(const std::string& caller) const {
    static const std::map<std::string, int> kNone;
    const auto it = served_since_.find(caller);
    return it == served_since_.end() ? kNone : it->second;
  }

  std::vector<Waiter> line_;
  std::vector<Waiter> let_in_;                                      // since the last settle
  std::map<std::string, std::map<std::string, int>> served_since_;  // for each caller that waits, how often others were
};

}  // namespace session::testing
