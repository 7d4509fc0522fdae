#include "api/kept_runs.h"

#include <algorithm>
#include <iterator>

namespace api {

void KeptRuns::add(std::shared_ptr<Run> run) {
  // A client that asks the same all day must not make the looking slow.
  const auto [first, last] = runs_.equal_range(run->key());
  std::vector<const Run*> ended;
  for (auto it = first; it != last; ++it)
    if (it->second->outcome()) ended.push_back(it->second.get());
  if (ended.size() >= limits_.equal) forget(*ended.front());
  runs_.emplace(run->key(), std::move(run));
}

void KeptRuns::ended(const std::shared_ptr<Run>& run) {
  const auto [first, last] = runs_.equal_range(run->key());
  const bool known = std::any_of(first, last, [&](const auto& entry) { return entry.second == run; });
  if (!known) return;  // forgotten meanwhile
  const Place place{.resumable = run->resumable, .number = next_++};
  ended_.emplace(place, run);
  count(run->caller(), place, run->bytes(), true);
  prune(run->finished_at);  // not with the next request, which may never come
}

void KeptRuns::forget(const Run& run) {
  // Mostly one that ended a moment ago.
  for (const bool resumable : {false, true}) {
    const auto first = ended_.lower_bound({.resumable = resumable});
    for (auto entry = resumable ? ended_.end() : ended_.lower_bound({.resumable = true}); entry != first;)
      if ((--entry)->second.get() == &run) {
        drop(entry);
        return;
      }
  }
  take_out(run);
}

void KeptRuns::take_out(const Run& run) {
  const auto [first, last] = runs_.equal_range(run.key());
  const auto entry = std::find_if(first, last, [&](const auto& one) { return one.second.get() == &run; });
  if (entry != last) runs_.erase(entry);
}

void KeptRuns::count(const std::string& caller, Place place, std::size_t bytes, bool here) {
  const auto entry = callers_.try_emplace(caller).first;
  Caller& one = entry->second;
  greedy_.erase({one.bytes, entry->first});
  if (here) {
    one.places.insert(place);
    one.bytes += bytes;
    bytes_ += bytes;
  } else {
    one.places.erase(place);
    one.bytes -= bytes;
    bytes_ -= bytes;
  }
  if (one.places.empty())
    callers_.erase(entry);
  else
    greedy_.emplace(one.bytes, entry->first);
}

KeptRuns::Ended::iterator KeptRuns::drop(Ended::iterator entry) {
  const auto [place, run] = *entry;
  const auto next = ended_.erase(entry);
  count(run->caller(), place, run->bytes(), false);
  take_out(*run);
  return next;
}

void KeptRuns::prune(base::TimePoint now) {
  const auto trim = [&](bool resumable, base::Duration kept) {
    for (auto entry = ended_.lower_bound({.resumable = resumable});
         entry != ended_.end() && entry->first.resumable == resumable &&
         (entry->second->over() || now - entry->second->finished_at > kept);)
      entry = drop(entry);
  };
  trim(false, limits_.plain);
  trim(true, limits_.kept);
  if (too_many()) drop_arrived();
  while (too_many()) drop_of_who_has_most();
}

// Each is asked once: its connection's socket knows, which costs system calls.
void KeptRuns::drop_arrived() {
  for (auto entry = ended_.begin(); entry != ended_.end() && too_many();)
    entry = entry->second->sent_away == 0 && entry->second->has_arrived() ? drop(entry) : std::next(entry);
}

// REQUIRES: some have ended.
void KeptRuns::drop_of_who_has_most() {
  const auto most = callers_.find(std::string(greedy_.rbegin()->second));
  drop(ended_.find(*most->second.places.begin()));
}

KeptRuns::State KeptRuns::state(const Run& run, base::TimePoint now) const {
  if (run.refused() || run.cancelled()) return State::over;
  if (run.sent_away == 0 && run.has_arrived()) return State::over;
  if (run.watched()) return State::watched;
  return now - run.left_at.value_or(now) > limits_.joined ? State::over : State::abandoned;
}

Found KeptRuns::find(const RunKey& key, std::string_view request, const Again& again, base::TimePoint now) {
  prune(now);
  const auto [first, last] = runs_.equal_range(key);
  if (!again.last_event_id.empty()) {
    const auto sent = std::find_if(
        first, last, [&](const auto& entry) { return entry.second->after(again.last_event_id).has_value(); });
    if (sent == last) return {Found::How::unknown};
    return {Found::How::this_one, sent->second};
  }
  if (again.idempotent && first != last) {
    const std::shared_ptr<Run>& run = std::prev(last)->second;
    if (run->request != request) return {Found::How::mismatch};
    if (!run->refused()) return {Found::How::this_one, run};
  }
  if (again.attempt > 0) return retried(key, again.attempt, now);
  for (auto it = first; it != last; ++it)
    if (state(*it->second, now) == State::abandoned) it->second->retired = true;
  return {};
}

// The newest that was abandoned; else the newest that is watched by a client of fewer tries: its connection may be one
// that only we still believe in. Who comes with no higher count is somebody else, or was sent away.
Found KeptRuns::retried(const RunKey& key, int attempt, base::TimePoint now) const {
  const auto [first, last] = runs_.equal_range(key);
  Found out;
  for (auto it = last; it != first;) {
    const std::shared_ptr<Run>& run = (--it)->second;
    if (run->retired) continue;
    const State is = state(*run, now);
    if (is == State::abandoned) return {Found::How::this_one, run};
    const bool may_be_its_own = run->attempt < attempt || run->sent_away > 0;
    if (!out.run && is == State::watched && may_be_its_own) out = {Found::How::this_one, run};
  }
  return out;
}

std::vector<std::shared_ptr<Run>> KeptRuns::under_way(std::uint64_t generation) const {
  std::vector<std::shared_ptr<Run>> out;
  for (auto it = runs_.lower_bound({.generation = generation}); it != runs_.end() && it->first.generation == generation;
       ++it)
    if (!it->second->outcome()) out.push_back(it->second);
  return out;
}

}  // namespace api
