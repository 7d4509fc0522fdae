// The session store beside LevelDB's NewLRUCache, in one run: taking and giving back a pin (Lookup and Release there),
// and choosing a victim, at 100 and at 100,000 sessions and with 0, 50 and 99 % of them pinned.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <leveldb/cache.h>

#include "base/id.h"
#include "session/store.h"

namespace {

using session::Store;

// Ids in an order that neither side laid out in memory.
std::vector<std::string> shuffled_ids(std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t n = 0; n < count; ++n) ids.push_back(base::uuid_v4());
  std::shuffle(ids.begin(), ids.end(), std::mt19937(1));
  return ids;
}

struct Ours {
  Ours(std::size_t count, long pinned_percent) : store(count), ids(shuffled_ids(count)) {
    for (const std::string& id : ids) {
      Store::Pin pin = std::move(*store.add(id, nullptr, now, victims));
      if (static_cast<long>(pins.size()) * 100 < static_cast<long>(count) * pinned_percent)
        pins.push_back(std::move(pin));
      else
        store.unpin(std::move(pin), now, victims);
    }
    free_from = pins.size();
  }
  ~Ours() {
    for (Store::Pin& pin : pins) store.unpin(std::move(pin), now, victims);
  }
  Store store;
  std::vector<std::string> ids;
  std::vector<Store::Pin> pins;
  std::vector<Store::Victim> victims;
  std::size_t free_from = 0;
  base::TimePoint now{};
};

// The idle ones take turns, so that each release moves one from the front of the list to its end.
void pin_and_unpin(benchmark::State& state) {
  Ours ours(static_cast<std::size_t>(state.range(0)), state.range(1));
  std::size_t n = ours.free_from;
  for (auto _ : state) {
    auto pin = ours.store.pin(ours.ids[n]);
    ours.store.unpin(std::move(*pin), ours.now, ours.victims);
    if (++n == ours.ids.size()) n = ours.free_from;
  }
}

void leveldb_lookup_and_release(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  // Room for all in each of its 16 shards: ids do not spread evenly, and a lookup must find what was put in.
  const std::unique_ptr<leveldb::Cache> cache(leveldb::NewLRUCache(16 * count));
  const std::vector<std::string> ids = shuffled_ids(count);
  int value = 0;
  std::vector<leveldb::Cache::Handle*> pinned;
  for (const std::string& id : ids) {
    leveldb::Cache::Handle* handle = cache->Insert(id, &value, 1, [](const leveldb::Slice&, void*) {});
    if (static_cast<long>(pinned.size()) * 100 < static_cast<long>(count) * state.range(1))
      pinned.push_back(handle);
    else
      cache->Release(handle);
  }
  std::size_t n = pinned.size();
  for (auto _ : state) {
    cache->Release(cache->Lookup(ids[n]));
    if (++n == ids.size()) n = pinned.size();
  }
  for (leveldb::Cache::Handle* handle : pinned) cache->Release(handle);
}

// A start at capacity: the longest idle goes, the new one comes in and becomes idle.
void choose_a_victim(benchmark::State& state) {
  Ours ours(static_cast<std::size_t>(state.range(0)), state.range(1));
  const std::vector<std::string> more = shuffled_ids(ours.ids.size());
  std::size_t n = 0, round = 0;
  for (auto _ : state) {
    auto pin = ours.store.add(round % 2 == 0 ? more[n] : more[n] + "x", nullptr, ours.now, ours.victims);
    ours.store.unpin(std::move(*pin), ours.now, ours.victims);
    ours.victims.clear();
    if (++n == more.size()) n = 0, ++round;
  }
}

void shapes(benchmark::internal::Benchmark* bench) {
  for (const long count : {100L, 100'000L})
    for (const long pinned : {0L, 50L, 99L}) bench->Args({count, pinned});
  bench->ArgNames({"sessions", "pinned_percent"});
}

BENCHMARK(pin_and_unpin)->Apply(shapes);
BENCHMARK(leveldb_lookup_and_release)->Apply(shapes);
BENCHMARK(choose_a_victim)->Apply(shapes);

}  // namespace
