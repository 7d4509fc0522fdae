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

  Store::Pin add(const std::string& id) {
    auto pin = store.add(id, nullptr, victims);
    EXPECT_TRUE(pin.has_value());
    return std::move(*pin);
  }
  void add_idle(const std::string& id, TimePoint now) { store.unpin(add(id), now, victims); }
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

TEST_F(StoreTest, Clause19DownsizingEndsTheTwoLeastRecentAndKeepsTheThird) {
  Store roomy(3);
  for (const char* id : {"a", "b", "c"}) roomy.unpin(*roomy.add(id, nullptr, victims), at(1), victims);
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
  EXPECT_FALSE(store.add("a", nullptr, victims).has_value());
}

// The same decisions from lists and loops, to be compared with after every operation.
struct Naive {
  struct Session {
    std::string id;
    int pins;
    TimePoint used;
  };
  std::size_t max;
  base::Duration ttl;
  std::vector<Session> sessions;  // idle ones in the order of their last use, wherever the pinned stand

  std::vector<std::string> evict(std::size_t limit) {
    std::vector<std::string> out;
    while (sessions.size() > limit) {
      const auto it = std::ranges::find_if(sessions, [](const Session& s) { return s.pins == 0; });
      if (it == sessions.end()) break;
      out.push_back(it->id);
      sessions.erase(it);
    }
    return out;
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
    std::vector<std::pair<std::string, Store::Pin>> pins;
    int now = 1;
    for (int n = 0; n < kOperations; ++n) {
      const std::string id(1, static_cast<char>('a' + random() % 10));
      std::vector<Store::Victim> victims;
      std::vector<std::string> expected;
      now += static_cast<int>(random() % 3);
      switch (random() % 8) {
        case 0:
        case 1: {
          const bool fresh = naive.find(id) == nullptr;
          if (fresh) {
            expected = naive.evict(naive.max - 1);
            naive.sessions.push_back({id, 1, {}});
          }
          auto pin = store.add(id, nullptr, victims);
          ASSERT_EQ(pin.has_value(), fresh);
          if (pin) pins.emplace_back(id, std::move(*pin));
          break;
        }
        case 2:
        case 3: {
          auto* session = naive.find(id);
          auto pin = store.pin(id);
          ASSERT_EQ(pin.has_value(), session != nullptr);
          if (session) ++session->pins;
          if (pin) pins.emplace_back(id, std::move(*pin));
          break;
        }
        case 4:
        case 5: {
          if (pins.empty()) break;
          std::swap(pins[random() % pins.size()], pins.back());
          const Ref ref = Store::ref(pins.back().second);
          const auto* entry = store.find(ref.id);
          const bool alive = entry != nullptr && entry->ref == ref;
          Store::Pin pin = std::move(pins.back().second);
          pins.pop_back();
          store.unpin(std::move(pin), at(now), victims);
          if (alive && --naive.find(ref.id)->pins == 0) {
            Naive::Session moved = *naive.find(ref.id);
            moved.used = at(now);
            std::erase_if(naive.sessions, [&](const auto& s) { return s.id == ref.id; });
            naive.sessions.push_back(moved);
            expected = naive.evict(naive.max);
          }
          break;
        }
        case 6: {
          const auto ended = store.end(id, EndReason::client);
          ASSERT_EQ(ended.has_value(), naive.find(id) != nullptr);
          std::erase_if(naive.sessions, [&](const auto& s) { return s.id == id; });
          break;
        }
        default: {
          if (random() % 2 == 0) {
            naive.max = 1 + random() % 6;
            victims = store.set_max_sessions(naive.max);
            expected = naive.evict(naive.max);
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
      evicted += victims.size();
    }
    std::vector<Store::Victim> last;
    for (auto& [id, pin] : pins) store.unpin(std::move(pin), at(now), last);
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

TEST(Tombstones, AreBounded) {
  Tombstones stones({.kept = std::chrono::hours(1), .count = 2});
  for (const char* id : {"a", "b", "c"}) stones.add(id, EndReason::client, at(1));
  EXPECT_EQ(stones.state("a", at(1)), "absent");
  EXPECT_EQ(stones.state("c", at(1)), "client");
}

TEST(HoldTimes, GiveAnHonestRetryAfter) {
  HoldTimes times;
  EXPECT_EQ(times.retry_after(), 5s);
  times.add(100ms);
  EXPECT_EQ(times.retry_after(), 1s);
  times.add(20s);
  EXPECT_EQ(times.retry_after(), 11s);
}

}  // namespace
}  // namespace session
