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
    if (it == line_.end()) {
      newcomer_left_ = true;
      return;
    }
    served_since_.erase(it->caller);
    line_.erase(it);
    ++left_;
  }
  // It was sent away before its time, for the start of another caller.
  void displaced(std::uint64_t call, const std::string& caller) {
    if (std::ranges::find(line_, call, &Waiter::call) != line_.end()) displaced_.push_back({call, caller});
  }
  std::size_t size() const { return line_.size(); }

  // What was unfair since the last time, or "".
  std::string settle() {
    std::string out = unfairly_displaced();
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
    for (Waiter& waiter : line_) {
      waiter.waited = true;
      served_since_.try_emplace(waiter.caller);  // from the next moment on
    }
    return out;
  }

 private:
  struct Waiter {
    std::uint64_t call;
    std::string caller;
    bool waited = false;  // at the last moment already
  };
  std::size_t starts_of(const std::string& caller) const {
    return static_cast<std::size_t>(std::ranges::count(line_, caller, &Waiter::caller));
  }
  // A caller gives up its newest, to one that then has no more than it. How many each has is known where nothing else
  // happened to the line; of several that came at this moment one is enough that may have taken the place.
  std::string unfairly_displaced() {
    const bool nothing_else = let_in_.empty() && left_ == displaced_.size() && !newcomer_left_;
    std::string out;
    for (const Waiter& gone : displaced_) {
      bool fair = false, unfair = false;
      for (const Waiter& waiter : line_) {
        const bool same = waiter.caller == gone.caller;
        if (same && waiter.waited && waiter.call > gone.call) out = "17: not the newest of its caller was sent away";
        if (!same && !waiter.waited) (starts_of(waiter.caller) > starts_of(gone.caller) ? unfair : fair) = true;
      }
      if (nothing_else && unfair && !fair) out = "17: a start was sent away for a caller with more";
    }
    displaced_.clear();
    left_ = 0;
    newcomer_left_ = false;
    return out;
  }
  const std::map<std::string, int>& served_of(const std::string& caller) const {
    static const std::map<std::string, int> kNone;
    const auto it = served_since_.find(caller);
    return it == served_since_.end() ? kNone : it->second;
  }

  std::vector<Waiter> line_;
  std::vector<Waiter> displaced_;                                   // since the last settle
  std::size_t left_ = 0;                                            // the same
  bool newcomer_left_ = false;                                      // the same: one that came at this moment
  std::vector<Waiter> let_in_;                                      // since the last settle
  std::map<std::string, std::map<std::string, int>> served_since_;  // for each caller that waits, how often others were
};

}  // namespace session::testing
