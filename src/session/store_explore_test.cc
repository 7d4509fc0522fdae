// Every state that three actors can bring the real Store into, each making any six calls out of add, pin, unpin, end,
// evict for a start, sweep (with a trim) and set capacity, in any interleaving. The Store cannot tell who calls, and
// two pins of one generation are alike; so an interleaving is a sequence of 18 calls, and all of those are explored
// (any pin may be given back next, which allows more than three actors could do). States are merged when they differ
// only in the numbers of generations, the time of day, or which id has which name. After each call the Store is
// compared with a naive model of what it must be.
#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <optional>
#include <unordered_set>

#include <gtest/gtest.h>

#include "session/store.h"

namespace session {
namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kCallsExplored = 3 * 4;  // a sanitizer is slow, and the release build sees all states
#else
constexpr int kCallsExplored = 3 * 6;
#endif
constexpr int kIds = 3;  // one more than the larger capacity, so that an order among the idle can show
constexpr int kTtl = 2;  // in ticks; a sweep comes one tick after whatever was before it
constexpr int kMinIdle = 1;

struct Call {
  enum Kind : std::uint8_t { add, pin, unpin, unpin_start, end, evict, sweep, set_capacity } kind;
  std::uint8_t argument;  // add, pin, end: id; unpin, unpin_start: generation; set_capacity: capacity
};

std::string name(int id) { return std::string(1, static_cast<char>('a' + id)); }

// What went out, as text, so that lists of it can be compared and read.
std::string outcome(const std::vector<Store::Victim>& victims) {
  std::string out;
  for (const auto& victim : victims)
    out += victim.ref.id + std::to_string(victim.ref.generation) + ":" + std::string(to_string(victim.reason)) + " ";
  return out;
}

struct Model {
  struct Session {
    std::uint8_t id = 0;
    std::uint8_t generation = 0;
    std::uint8_t pins = 0;
    std::uint8_t used = 0;
    bool starting = false;
    bool in_work() const { return pins > (starting ? 1 : 0); }
  };
  using Sessions = std::vector<Session>;
  std::uint8_t capacity = 2;
  std::uint8_t now = 0;
  std::uint8_t generations = 0;
  Sessions sessions;  // the idle ones stand in the order of their last use
  Sessions ghosts;    // ended while pinned

  static auto at(Sessions& all, auto member, int value) {
    return std::ranges::find_if(all, [&](const Session& s) { return s.*member == value; });
  }
  static bool is_idle(const Session& s) { return s.pins == 0; }
  std::size_t idle() const { return static_cast<std::size_t>(std::ranges::count_if(sessions, is_idle)); }

  std::string take(Sessions::iterator it, EndReason reason) {
    const Session gone = *it;
    sessions.erase(it);
    if (gone.pins > 0) ghosts.push_back(gone);
    return name(gone.id) + std::to_string(gone.generation) + ":" + std::string(to_string(reason)) + " ";
  }
  std::size_t in_work() const { return static_cast<std::size_t>(std::ranges::count_if(sessions, &Session::in_work)); }
  std::string evict_down_to(std::size_t limit, int age) {
    std::string out;
    while (sessions.size() > limit && idle() > 0) {
      const auto it = std::ranges::find_if(sessions, is_idle);
      if (now - it->used < age) break;
      out += take(it, EndReason::evicted);
    }
    return out;
  }
  std::string unpin(int generation, bool starts) {
    if (const auto ghost = at(ghosts, &Session::generation, generation); ghost != ghosts.end()) {
      if (starts) ghost->starting = false;
      if (--ghost->pins == 0) ghosts.erase(ghost);
      return "";
    }
    const auto it = at(sessions, &Session::generation, generation);
    if (starts) it->starting = false;
    if (--it->pins > 0) return "";
    it->used = now;
    std::rotate(it, it + 1, sessions.end());
    return evict_down_to(capacity, kMinIdle);
  }
  std::string apply(Call call) {
    const auto there = at(sessions, &Session::id, call.argument);
    switch (call.kind) {
      case Call::add: {
        if (there != sessions.end()) return "refused";
        const std::string out = evict_down_to(capacity - 1U, kMinIdle);
        sessions.push_back({call.argument, ++generations, 1, 0, true});
        return out;
      }
      case Call::pin:
        if (there == sessions.end()) return "refused";
        ++there->pins;
        return "";
      case Call::unpin:
        return unpin(call.argument, false);
      case Call::unpin_start:
        return unpin(call.argument, true);
      case Call::end:
        return there == sessions.end() ? "refused" : take(there, EndReason::client);
      case Call::evict:
        return idle() == 0 ? "" : evict_down_to(sessions.size() - 1, in_work() < capacity ? 0 : kMinIdle);
      case Call::set_capacity: {
        const bool lowered = call.argument < capacity;
        capacity = call.argument;
        return lowered ? evict_down_to(capacity, 0) : "";
      }
      case Call::sweep:
        break;
    }
    ++now;
    std::string out;
    const auto expired = [&](const Session& s) { return s.pins == 0 && now - s.used >= kTtl; };
    for (auto it = sessions.begin(); (it = std::ranges::find_if(sessions, expired)) != sessions.end();)
      out += take(it, EndReason::idle);
    return out + evict_down_to(capacity, kMinIdle);
  }

  // All there is to know about each id, whatever its name: so equal for states that may be merged.
  std::string key() const {
    std::array<std::string, kIds> ids;
    char place = 0;
    for (const Session& s : sessions)
      ids[s.id] += is_idle(s) ? std::string{'i', place++, static_cast<char>(now - s.used)}
                              : std::string{'p', static_cast<char>(s.pins), s.starting ? 's' : '-'};
    Sessions gone = ghosts;
    std::ranges::sort(gone, {}, [](const Session& s) { return std::pair(s.pins, s.starting); });
    for (const Session& s : gone) ids[s.id] += {'g', static_cast<char>(s.pins), s.starting ? 's' : '-'};
    std::ranges::sort(ids);
    std::string out(1, static_cast<char>(capacity));
    for (const std::string& id : ids) out += id + '|';
    return out;
  }
  std::vector<Call> calls() const {
    std::vector<Call> out{{Call::evict, 0}, {Call::sweep, 0}, {Call::set_capacity, 1}, {Call::set_capacity, 2}};
    for (std::uint8_t id = 0; id < kIds; ++id)
      for (const auto kind : {Call::add, Call::pin, Call::end}) out.push_back({kind, id});
    for (const auto* group : {&sessions, &ghosts})
      for (const Session& s : *group)
        for (const auto kind : {Call::unpin, Call::unpin_start})
          if (kind == Call::unpin ? s.in_work() : s.starting) out.push_back({kind, s.generation});
    return out;
  }
};

base::TimePoint tick(int n) { return base::TimePoint(std::chrono::seconds(n)); }

// The real thing, with the pins that are out.
struct Real {
  struct Held {
    Store::Pin pin;
    bool starts;
  };
  Store store{2, std::chrono::seconds(kTtl), std::chrono::seconds(kMinIdle)};
  std::vector<Held> pins;
  int now = 0;

  ~Real() {
    std::vector<Store::Victim> victims;
    for (Held& held : pins) store.unpin(std::move(held.pin), tick(now), victims);
  }
  std::string keep(std::optional<Store::Pin> pin, bool starts, const std::vector<Store::Victim>& victims) {
    if (!pin) return "refused";
    pins.push_back({std::move(*pin), starts});
    return outcome(victims);
  }
  std::string apply(Call call) {
    std::vector<Store::Victim> victims;
    switch (call.kind) {
      case Call::add: {
        auto pin = store.add(name(call.argument), nullptr, tick(now), victims);
        return keep(std::move(pin), true, victims);
      }
      case Call::pin:
        return keep(store.pin(name(call.argument)), false, victims);
      case Call::unpin:
      case Call::unpin_start: {
        const auto it = std::ranges::find_if(pins, [&](const Held& held) {
          return Store::ref(held.pin).generation == call.argument && held.starts == (call.kind == Call::unpin_start);
        });
        Store::Pin pin = std::move(it->pin);
        pins.erase(it);
        store.unpin(std::move(pin), tick(now), victims);
        return outcome(victims);
      }
      case Call::end: {
        auto victim = store.end(name(call.argument), EndReason::client);
        if (!victim) return "refused";
        victims.push_back(std::move(*victim));
        return outcome(victims);
      }
      case Call::evict:
        if (auto victim = store.evict_for_start(tick(now))) victims.push_back(std::move(*victim));
        return outcome(victims);
      case Call::sweep:
        victims = store.sweep(tick(++now));
        store.trim(tick(now), victims);
        return outcome(victims);
      case Call::set_capacity:
        return outcome(store.set_max_sessions(call.argument));
    }
    return "";
  }
};

// Every difference between the two, and every broken promise; "" when there is none.
std::string compare(const Model& model, const Real& real) {
  const Store& store = real.store;
  if (store.size() != model.sessions.size()) return "the number of sessions";
  if (store.idle() != model.idle()) return "the number of idle sessions";
  if (store.pinned() + store.idle() != store.size()) return "the sum of pinned and idle";
  if (store.in_work() != model.in_work()) return "the number of sessions in work";
  base::TimePoint expiry = base::kNever;
  base::TimePoint ripe = base::kNever;
  std::size_t pins = 0;
  for (const Model::Session& s : model.sessions) {
    const Store::Entry* entry = store.find(name(s.id));
    if (entry == nullptr) return name(s.id) + " is missing";
    if (entry->ref.generation != s.generation) return "the generation of " + name(s.id);
    if (entry->pins != s.pins) return "the pins of " + name(s.id);
    if (s.pins == 0) expiry = std::min(expiry, tick(s.used + kTtl));
    if (s.pins == 0) ripe = std::min(ripe, tick(s.used + kMinIdle));
    pins += s.pins;
  }
  for (const Model::Session& s : model.ghosts) pins += s.pins;
  if (real.pins.size() != pins) return "the number of pins that are out";
  if (store.next_expiry() != expiry) return "the next expiry";
  if (store.next_ripe() != ripe) return "when the next may be evicted";
  return "";
}

// The order in which the idle ones would go. Ends them.
std::string order(Real& real) { return outcome(real.store.end_all_idle(EndReason::drained)); }
std::string order(Model model) {
  std::string out;
  while (model.idle() > 0) out += model.take(std::ranges::find_if(model.sessions, Model::is_idle), EndReason::drained);
  return out;
}

struct Place {
  Model model;
  std::vector<Call> path;
};

std::string told(const std::vector<Call>& path) {
  static constexpr const char* kNames[] = {
      "add",   "pin",         "unpin generation", "unpin start of generation", "end", "evict for a start",
      "sweep", "set capacity"};
  std::string out;
  for (const Call call : path) {
    out += std::string(kNames[call.kind]) + " ";
    out += call.kind <= Call::pin || call.kind == Call::end ? name(call.argument) : std::to_string(call.argument);
    out += ", ";
  }
  return out;
}

TEST(StoreExplore, Clauses1To23HoldInEveryStateThatThreeActorsWithSixCallsEachCanReach) {
  std::deque<Place> open{Place{}};
  std::unordered_set<std::string> seen{Model{}.key()};
  std::size_t calls = 0, victims = 0;
  while (!open.empty()) {
    const Place place = std::move(open.front());
    open.pop_front();
    std::optional<Real> real;
    for (const Call call : place.model.calls()) {
      if (!real) {
        real.emplace();
        for (const Call before : place.path) real->apply(before);
      }
      Place next = place;
      next.path.push_back(call);
      const std::string expected = next.model.apply(call);
      ASSERT_EQ(real->apply(call), expected) << told(next.path);
      ASSERT_EQ(compare(next.model, *real), "") << told(next.path);
      ++calls;
      victims += static_cast<std::size_t>(std::ranges::count(expected, ':'));
      if (expected == "refused") continue;  // nothing has changed: `real` serves for the next call
      const bool fresh = seen.insert(next.model.key()).second;
      if (fresh) ASSERT_EQ(order(*real), order(next.model)) << told(next.path);
      real.reset();
      if (!fresh) continue;
      if (next.path.size() < kCallsExplored) open.push_back(std::move(next));
    }
  }
  std::printf("%zu states, %zu calls, %zu sessions taken out\n", seen.size(), calls, victims);
  EXPECT_GT(seen.size(), 1000U);
}

}  // namespace
}  // namespace session
