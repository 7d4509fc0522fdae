#include "session/store.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "session/hold_times.h"
#include "session/tombstones.h"

namespace session {
namespace {

using namespace std::chrono_literals;
using base::TimePoint;

constexpr TimePoint at(int seconds) { return TimePoint(std::chrono::seconds(seconds)); }

struct Fixture : ::testing::Test {
  Store store{2};
  std::vector<Store::Victim> victims;

  Store::Pin add(const std::string& id, TimePoint now = at(0)) {
    auto pin = store.add(id, nullptr, now, victims);
    EXPECT_TRUE(pin.has_value());
    return std::move(*pin);
  }
  void add_idle(const std::string& id, TimePoint now) { store.unpin(add(id, now), now, victims); }
  std::string ended() const {
    std::string out;
    for (const auto& victim : victims) out += victim.ref.id + ":" + std::string(to_string(victim.reason)) + " ";
    return out;
  }
};
using StoreTest = Fixture;

TEST_F(StoreTest, Clause1PinsAreCountedNotFlagged) {
  Store::Pin first = add("a");
  auto second = store.pin("a");
  store.unpin(std::move(first), at(1), victims);
  EXPECT_EQ(store.idle(), 0U);
  store.unpin(std::move(*second), at(2), victims);
  EXPECT_EQ(store.idle(), 1U);
}

TEST_F(StoreTest, Clause2AndClause15EvictsTheLongestIdleNeverThePinned) {
  Store::Pin busy = add("busy");
  add_idle("idle", at(1));
  add_idle("new", at(2));
  EXPECT_EQ(ended(), "idle:evicted ");
  store.unpin(std::move(busy), at(3), victims);
}

TEST_F(StoreTest, Clause2ThePinnedIsNeverExpired) {
  store.set_idle_ttl(10s);
  Store::Pin busy = add("busy");
  add_idle("idle", at(1));
  EXPECT_TRUE(store.sweep(at(10)).empty());
  const auto swept = store.sweep(at(1000));
  ASSERT_EQ(swept.size(), 1U);
  EXPECT_EQ(swept[0].ref.id, "idle");
  EXPECT_EQ(swept[0].reason, EndReason::idle);
  store.unpin(std::move(busy), at(1000), victims);
}

TEST_F(StoreTest, Clause7ReleaseAndTakeRefreshTtlAndOrder) {
  add_idle("a", at(1));
  add_idle("b", at(2));
  store.unpin(*store.pin("a"), at(3), victims);  // a is now the most recent
  add_idle("c", at(4));
  EXPECT_EQ(ended(), "b:evicted ");
}

TEST_F(StoreTest, Clause8ALateReleaseOfAnOldGenerationNeverTouchesTheNew) {
  Store::Pin old = add("a");
  ASSERT_TRUE(store.end("a", EndReason::client));
  Store::Pin fresh = add("a");
  EXPECT_NE(Store::ref(old).generation, Store::ref(fresh).generation);
  store.unpin(std::move(old), at(1), victims);
  EXPECT_EQ(store.pinned(), 1U);
  store.unpin(std::move(fresh), at(2), victims);
}

TEST_F(StoreTest, Clause8EndsByGenerationNeverTouchTheNew) {
  add_idle("a", at(1));
  const Ref old = store.find("a")->ref;
  ASSERT_TRUE(store.end(old, EndReason::crashed));
  add_idle("a", at(2));
  EXPECT_FALSE(store.end(old, EndReason::crashed));
  EXPECT_NE(store.find("a"), nullptr);
}

TEST_F(StoreTest, Clause9And10AnEndTakesAPinnedSessionOutAtOnceAndOnce) {
  Store::Pin pin = add("a");
  EXPECT_TRUE(store.end("a", EndReason::client));
  EXPECT_FALSE(store.end("a", EndReason::client));
  EXPECT_FALSE(store.pin("a"));
  store.unpin(std::move(pin), at(1), victims);
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(StoreTest, Clause17And18AllPinnedGrowsAboveAndShrinksByItself) {
  std::vector<Store::Pin> pins;
  for (const char* id : {"a", "b", "c", "d"}) pins.push_back(add(id));
  EXPECT_EQ(store.size(), 4U);
  for (Store::Pin& pin : pins) store.unpin(std::move(pin), at(1), victims);
  EXPECT_EQ(store.size(), 2U);
  EXPECT_EQ(ended(), "a:evicted b:evicted ");
}

TEST_F(StoreTest, Clause18AStartTakesOnlyWhatHasBeenIdleForLongEnough) {
  store.set_min_idle(5s);
  add_idle("a", at(1));
  add_idle("b", at(2));
  add_idle("c", at(5));
  EXPECT_EQ(ended(), "");
  EXPECT_EQ(store.size(), 3U);  // admitted above
  Store::Pin pin = add("d", at(6));
  EXPECT_EQ(ended(), "a:evicted ");
  store.unpin(std::move(pin), at(7), victims);
  EXPECT_EQ(ended(), "a:evicted b:evicted ");
}

TEST_F(StoreTest, Clause18TrimmingTakesOnlyWhatHasBeenIdleForLongEnough) {
  store.set_min_idle(5s);
  for (const char* id : {"a", "b", "c", "d"}) add_idle(id, at(*id - 'a'));  // last used at 0 to 3
  EXPECT_EQ(store.next_ripe(), at(5));
  store.trim(at(4), victims);
  EXPECT_EQ(ended(), "");
  store.trim(at(5), victims);
  EXPECT_EQ(ended(), "a:evicted ");
  EXPECT_EQ(store.next_ripe(), at(6));
  store.trim(at(1000), victims);
  EXPECT_EQ(ended(), "a:evicted b:evicted ");  // down to the capacity and no further
}

TEST_F(StoreTest, Clause18AtTheHardLimitAStartTakesAnyAgeOnlyWhileFewAreInWork) {
  store.set_min_idle(5s);
  std::vector<Store::Pin> starts, work;
  for (const char* id : {"a", "b"}) {
    starts.push_back(add(id));
    work.push_back(*store.pin(id));
  }
  starts.push_back(add("starting"));
  add_idle("idle", at(10));
  EXPECT_EQ(store.in_work(), 2U);
  EXPECT_FALSE(store.evict_for_start(at(11)));
  store.unpin(std::move(work.back()), at(11), victims);  // b is still held, but by its start alone
  work.pop_back();
  EXPECT_EQ(store.in_work(), 1U);
  const auto victim = store.evict_for_start(at(11));
  ASSERT_TRUE(victim);
  EXPECT_EQ(victim->ref.id, "idle");
  EXPECT_FALSE(store.evict_for_start(at(11)));
  work.push_back(*store.pin("b"));
  add_idle("idle", at(20));
  EXPECT_FALSE(store.evict_for_start(at(24)));
  EXPECT_TRUE(store.evict_for_start(at(25)));
  for (auto* pins : {&starts, &work})
    for (Store::Pin& pin : *pins) store.unpin(std::move(pin), at(30), victims);
  EXPECT_EQ(store.in_work(), 0U);
}

TEST_F(StoreTest, Clause18WhatEndedWhileInWorkIsInWorkNoMore) {
  std::vector<Store::Pin> pins;
  pins.push_back(add("a"));
  pins.push_back(*store.pin("a"));
  ASSERT_TRUE(store.end("a", EndReason::client));
  EXPECT_EQ(store.in_work(), 0U);
  for (Store::Pin& pin : pins) store.unpin(std::move(pin), at(1), victims);
  EXPECT_EQ(store.in_work(), 0U);
}

TEST_F(StoreTest, Clause18TtlLoweringEndAndDrainAskForNoAge) {
  store.set_min_idle(1h);
  store.set_idle_ttl(1s);
  add_idle("a", at(1));
  EXPECT_EQ(store.sweep(at(2)).size(), 1U);
  for (const char* id : {"b", "c", "d"}) add_idle(id, at(2));
  EXPECT_TRUE(store.set_max_sessions(3).empty());  // raised: nothing to do with age
  EXPECT_EQ(store.set_max_sessions(2).size(), 1U);
  EXPECT_TRUE(store.end("c", EndReason::client));
  EXPECT_EQ(store.end_all_idle(EndReason::drained).size(), 1U);
}

TEST_F(StoreTest, Clause25WhatOnlyItsStartHoldsEndsAtOnce) {
  static_cast<void>(store.set_max_sessions(3));
  std::vector<Store::Pin> pins;
  pins.push_back(add("starting"));
  pins.push_back(add("both"));
  pins.push_back(*store.pin("both"));
  add_idle("idle", at(1));
  pins.push_back(*store.pin("idle"));
  victims = store.end_all_starting(EndReason::drained);
  EXPECT_EQ(ended(), "starting:drained ");
  for (Store::Pin& pin : pins) store.unpin(std::move(pin), at(2), victims);
}

// How many entries are looked at in ten thousand uses of a store of `count` sessions, `pinned` of which are held all
// the while. The idle ones take turns; each tenth time a start comes at capacity, and a sweep and a trim find nothing.
std::uint64_t looks(std::size_t count, std::size_t pinned) {
  constexpr std::size_t kUses = 10'000;
  Store store(count, 100s, 1s);
  std::vector<Store::Pin> held;
  std::vector<Store::Victim> victims;
  std::vector<std::string> idle;
  for (std::size_t n = 0; n < count; ++n) {
    const std::string id = std::to_string(n);
    Store::Pin pin = *store.add(id, nullptr, at(0), victims);
    if (n < pinned) {
      held.push_back(std::move(pin));
    } else {
      store.unpin(std::move(pin), at(0), victims);
      idle.push_back(id);
    }
  }
  const std::uint64_t before = store.looks();
  for (std::size_t n = 0; n < kUses; ++n) {
    const TimePoint now = at(0) + std::chrono::milliseconds(2 * n);
    if (auto pin = store.pin(idle[n % idle.size()])) store.unpin(std::move(*pin), now, victims);
    if (n % 10 != 0) continue;
    EXPECT_TRUE(store.sweep(now).empty());
    store.trim(now, victims);
    const std::string id = "start " + std::to_string(n);
    store.unpin(*store.add(id, nullptr, now, victims), now, victims);
    static_cast<void>(store.end(id, EndReason::client));
  }
  const std::uint64_t after = store.looks();
  for (Store::Pin& pin : held) store.unpin(std::move(pin), at(0), victims);
  return after - before;
}

TEST(StoreCost, Clause26TheSameFewEntriesAreLookedAtWhateverTheNumberOfSessionsAndOfPins) {
  const std::uint64_t few = looks(100, 0);
  EXPECT_LE(few, 30'000U);  // two for a use, and ten for the rest each tenth time
  EXPECT_LE(looks(100, 99), 30'000U);
  EXPECT_LE(looks(20'000, 0), 30'000U);
  EXPECT_LE(looks(20'000, 10'000), 30'000U);
  EXPECT_LE(looks(20'000, 19'900), 30'000U);
}

// Each end while a drain waits asks again for what only starts.
TEST(StoreCost, Clause26ADrainLooksAtNoSessionInWork) {
  constexpr int kSessions = 20'000;
  Store store(kSessions);
  std::vector<Store::Pin> pins;
  std::vector<Store::Victim> victims;
  for (int n = 0; n < kSessions; ++n) {
    pins.push_back(*store.add(std::to_string(n), nullptr, at(0), victims));
    pins.push_back(*store.pin(std::to_string(n)));  // and its start goes on
  }
  pins.push_back(*store.add("starting", nullptr, at(0), victims));
  const std::uint64_t before = store.looks();
  EXPECT_EQ(store.end_all_starting(EndReason::drained).size(), 1U);
  for (int n = 0; n < 100; ++n) EXPECT_TRUE(store.end_all_starting(EndReason::drained).empty());
  EXPECT_LE(store.looks() - before, 1U);
  // Used by nobody else any more.
  for (int n = 0; n < kSessions; ++n) store.unpin(std::move(pins[static_cast<std::size_t>(2 * n + 1)]), at(1), victims);
  EXPECT_EQ(store.end_all_starting(EndReason::drained).size(), static_cast<std::size_t>(kSessions));
  for (Store::Pin& pin : pins)
    if (pin) store.unpin(std::move(pin), at(1), victims);
}

TEST_F(StoreTest, Clause19DownsizingEndsTheTwoLeastRecentAndKeepsTheThird) {
  Store roomy(3);
  for (const char* id : {"a", "b", "c"}) roomy.unpin(*roomy.add(id, nullptr, at(1), victims), at(1), victims);
  victims = roomy.set_max_sessions(1);
  EXPECT_EQ(ended(), "a:evicted b:evicted ");
  EXPECT_NE(roomy.find("c"), nullptr);
}

TEST_F(StoreTest, Clause21TheTtlHoldsForSessionsThatExist) {
  add_idle("a", at(1));
  EXPECT_EQ(store.next_expiry(), base::kNever);
  store.set_idle_ttl(5s);
  EXPECT_EQ(store.next_expiry(), at(6));
}

TEST_F(StoreTest, Clause23AnIdThatExistsIsRefused) {
  add_idle("a", at(1));
  EXPECT_FALSE(store.add("a", nullptr, at(1), victims).has_value());
}

// The same decisions from lists and loops, to be compared with after every operation.
struct Naive {
  struct Session {
    std::string id;
    int pins;
    TimePoint used;
    bool starting = true;
  };
  std::size_t max;
  base::Duration ttl;
  std::vector<Session> sessions;  // idle ones in the order of their last use, wherever the pinned stand
  base::Duration min_idle{};

  // What was idle for `age` goes, until `limit` are left.
  std::vector<std::string> evict(std::size_t limit, TimePoint now, base::Duration age) {
    std::vector<std::string> out;
    while (sessions.size() > limit) {
      const auto it = std::ranges::find_if(sessions, [](const Session& s) { return s.pins == 0; });
      if (it == sessions.end() || now - it->used < age) break;
      out.push_back(it->id);
      sessions.erase(it);
    }
    return out;
  }
  std::size_t in_work() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(sessions, [](const Session& s) { return s.pins > (s.starting ? 1 : 0); }));
  }
  Session* find(const std::string& id) {
    const auto it = std::ranges::find(sessions, id, &Session::id);
    return it == sessions.end() ? nullptr : &*it;
  }
};

std::vector<std::string> ids(const std::vector<Store::Victim>& victims) {
  std::vector<std::string> out;
  for (const auto& victim : victims) out.push_back(victim.ref.id);
  return out;
}

TEST(StoreModel, AgreesWithANaiveReferenceOverAMillionOperations) {
  constexpr int kRounds = 200;
  constexpr int kOperations = 5000;
  std::size_t evicted = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::mt19937 random(static_cast<unsigned>(round));
    Store store(1 + random() % 6);
    Naive naive{store.max_sessions(), {}, {}};
    struct Held {
      std::string id;
      Store::Pin pin;
      bool starts;
    };
    std::vector<Held> pins;
    int now = 1;
    for (int n = 0; n < kOperations; ++n) {
      const std::string id(1, static_cast<char>('a' + random() % 10));
      std::vector<Store::Victim> victims;
      std::vector<std::string> expected;
      now += static_cast<int>(random() % 3);
      switch (random() % 9) {
        case 0:
        case 1: {
          const bool fresh = naive.find(id) == nullptr;
          if (fresh) {
            expected = naive.evict(naive.max - 1, at(now), naive.min_idle);
            naive.sessions.push_back({id, 1, {}});
          }
          auto pin = store.add(id, nullptr, at(now), victims);
          ASSERT_EQ(pin.has_value(), fresh);
          if (pin) pins.push_back({id, std::move(*pin), true});
          break;
        }
        case 2:
        case 3: {
          auto* session = naive.find(id);
          auto pin = store.pin(id);
          ASSERT_EQ(pin.has_value(), session != nullptr);
          if (session) ++session->pins;
          if (pin) pins.push_back({id, std::move(*pin), false});
          break;
        }
        case 4:
        case 5: {
          if (pins.empty()) break;
          std::swap(pins[random() % pins.size()], pins.back());
          const Ref ref = Store::ref(pins.back().pin);
          const bool starts = pins.back().starts;
          const auto* entry = store.find(ref.id);
          const bool alive = entry != nullptr && entry->ref == ref;
          Store::Pin pin = std::move(pins.back().pin);
          pins.pop_back();
          store.unpin(std::move(pin), at(now), victims);
          if (alive && starts) naive.find(ref.id)->starting = false;
          if (alive && --naive.find(ref.id)->pins == 0) {
            Naive::Session moved = *naive.find(ref.id);
            moved.used = at(now);
            std::erase_if(naive.sessions, [&](const auto& s) { return s.id == ref.id; });
            naive.sessions.push_back(moved);
            expected = naive.evict(naive.max, at(now), naive.min_idle);
          }
          break;
        }
        case 6: {
          const auto ended = store.end(id, EndReason::client);
          ASSERT_EQ(ended.has_value(), naive.find(id) != nullptr);
          std::erase_if(naive.sessions, [&](const auto& s) { return s.id == id; });
          break;
        }
        case 7: {
          if (random() % 2 == 0) {
            const bool hungry = naive.in_work() < naive.max;
            expected = naive.evict(naive.sessions.empty() ? 0 : naive.sessions.size() - 1, at(now),
                                   hungry ? base::Duration{} : naive.min_idle);
            if (auto victim = store.evict_for_start(at(now))) victims.push_back(std::move(*victim));
          } else {
            expected = naive.evict(naive.max, at(now), naive.min_idle);
            store.trim(at(now), victims);
          }
          break;
        }
        default: {
          if (random() % 3 == 0) {
            const std::size_t before = std::exchange(naive.max, 1 + random() % 6);
            victims = store.set_max_sessions(naive.max);
            if (naive.max < before) expected = naive.evict(naive.max, at(now), {});
          } else if (random() % 2 == 0) {
            naive.min_idle = std::chrono::seconds(random() % 8);
            store.set_min_idle(naive.min_idle);
          } else {
            naive.ttl = std::chrono::seconds(random() % 20);
            store.set_idle_ttl(naive.ttl);
            victims = store.sweep(at(now));
            std::erase_if(naive.sessions, [&](const auto& s) {
              const bool old = naive.ttl.count() > 0 && s.pins == 0 && at(now) - s.used >= naive.ttl;
              if (old) expected.push_back(s.id);
              return old;
            });
          }
        }
      }
      ASSERT_EQ(ids(victims), expected) << "round " << round << " operation " << n;
      ASSERT_EQ(store.size(), naive.sessions.size()) << "round " << round << " operation " << n;
      ASSERT_EQ(store.in_work(), naive.in_work()) << "round " << round << " operation " << n;
      evicted += victims.size();
    }
    std::vector<Store::Victim> last;
    for (Held& held : pins) store.unpin(std::move(held.pin), at(now), last);
  }
  std::printf("%d operations, %zu sessions taken out\n", kRounds * kOperations, evicted);
}

TEST(Tombstones, Clause14KeepTheReasonForAnHour) {
  Tombstones stones;
  stones.add("a", EndReason::crashed, at(1));
  EXPECT_EQ(stones.state("a", at(3600)), "crashed");
  EXPECT_EQ(stones.state("a", at(3601)), "absent");
  EXPECT_EQ(stones.state("never", at(1)), "absent");
}

TEST(Tombstones, Clause14ALaterEndUnderTheSameIdIsKeptForItsOwnHour) {
  Tombstones stones;
  stones.add("a", EndReason::crashed, at(1));
  stones.add("a", EndReason::client, at(3000));
  EXPECT_EQ(stones.state("a", at(3000)), "client");
  EXPECT_EQ(stones.state("a", at(3601)), "client");  // the first end's hour is over, not this one's
  EXPECT_EQ(stones.state("a", at(6599)), "client");
  EXPECT_EQ(stones.state("a", at(6600)), "absent");
  EXPECT_EQ(stones.size(), 0U);
}

TEST(Tombstones, Clause14AFullYardForgetsTheOldestEndNotALaterOneUnderItsId) {
  Tombstones stones({.kept = std::chrono::hours(1), .count = 2});
  stones.add("a", EndReason::crashed, at(1));
  stones.add("b", EndReason::client, at(2));
  stones.add("a", EndReason::idle, at(3));
  stones.add("c", EndReason::client, at(4));
  EXPECT_EQ(stones.state("a", at(4)), "idle");
  EXPECT_EQ(stones.state("b", at(4)), "absent");
}

TEST(Tombstones, AreBounded) {
  Tombstones stones({.kept = std::chrono::hours(1), .count = 2});
  for (const char* id : {"a", "b", "c"}) stones.add(id, EndReason::client, at(1));
  EXPECT_EQ(stones.state("a", at(1)), "absent");
  EXPECT_EQ(stones.state("c", at(1)), "client");
}

TEST(HoldTimes, Clause17GiveAnHonestRetryAfter) {
  HoldTimes times;
  EXPECT_EQ(times.retry_after(at(0)), 5s);
  times.taken(at(0));
  times.given_back(at(0), at(0) + 100ms);
  EXPECT_EQ(times.retry_after(at(1)), 1s);
  times.taken(at(1));
  times.given_back(at(1), at(21));
  EXPECT_EQ(times.retry_after(at(21)), 11s);
}

TEST(HoldTimes, Clause17CountThePinsThatAreStillHeld) {
  HoldTimes times;
  for (int n = 0; n < 100; ++n) {
    times.taken(at(n));
    times.given_back(at(n), at(n) + 100ms);
  }
  times.taken(at(100));
  EXPECT_EQ(times.retry_after(at(100)), 1s);
  EXPECT_EQ(times.retry_after(at(104)), 4s);
  times.taken(at(104));
  EXPECT_EQ(times.retry_after(at(110)), 8s);  // the mean of 10 and 6
  times.given_back(at(100), at(110));
  times.given_back(at(104), at(110));
  EXPECT_EQ(times.retry_after(at(200)), 1s);  // 62 of 0.1 s, 10 s and 6 s
}

}  // namespace
}  // namespace session
