// Which request joins which run. The time is the test's.
#include "api/kept_runs.h"

#include <gtest/gtest.h>

#include "net/testing/fake_exchange.h"

namespace api {
namespace {

using namespace std::chrono_literals;
using net::Delivery;
using net::testing::FakeExchange;
using net::testing::FakeReceipt;
using How = Found::How;

RunKey kept_key(std::uint64_t generation = 1, std::string credentials = "me", std::string request = "click") {
  return {.generation = generation, .credentials = std::move(credentials), .request = std::move(request)};
}

struct KeptRunsHouse {
  explicit KeptRunsHouse(KeptRunsLimits limits = {}) : kept(limits) {}

  // A run whose client leaves at once.
  std::shared_ptr<Run> abandoned(RunKey with = kept_key(), std::string caller = "me") {
    auto run = std::make_shared<Run>(Operation::act, std::move(with), std::move(caller));
    run->request = "click";
    run->left_at = now;
    kept.add(run);
    return run;
  }
  void end(const std::shared_ptr<Run>& run, Outcome outcome = Succeeded{"1", "id"}) {
    run->finish(std::move(outcome));
    run->finished_at = now;
    kept.ended(run);
  }
  Found find(const Again& again, const RunKey& with = kept_key(), std::string_view request = "click") {
    return kept.find(with, request, again, now);
  }
  std::shared_ptr<Run> retry(const RunKey& with = kept_key()) {
    const Found found = find({.attempt = 1}, with);
    EXPECT_TRUE(found.how == How::this_one || !found.run);
    return found.run;
  }

  base::TimePoint now = base::TimePoint{} + 1h;
  KeptRuns kept;
};

TEST(KeptRuns, ARetryJoinsWhatItsClientAbandoned) {
  KeptRunsHouse house;
  const auto run = house.abandoned();
  EXPECT_EQ(house.retry(), run);
  house.end(run);
  EXPECT_EQ(house.retry(), run);
}

// Mutants: one part of the key not compared.
TEST(KeptRuns, ARetryJoinsOnlyTheSameRequestOfTheSameCredentials) {
  KeptRunsHouse house;
  house.abandoned();
  EXPECT_EQ(house.retry(kept_key(2)), nullptr);
  EXPECT_EQ(house.retry(kept_key(1, "you")), nullptr);
  EXPECT_EQ(house.retry(kept_key(1, "me", "another click")), nullptr);
}

// A page was read, then another; the retry means the second. Mutant: the oldest.
TEST(KeptRuns, ARetryJoinsTheNewest) {
  KeptRunsHouse house;
  house.end(house.abandoned());
  const auto second = house.abandoned();
  EXPECT_EQ(house.retry(), second);
  house.end(second);
  EXPECT_EQ(house.retry(), second);
}

// A click was abandoned; a later one is asked for, whose first try never arrives. Mutant: nothing is retired, so the
// retry of the later one gets the answer of the earlier.
TEST(KeptRuns, TheSameAskedForAnewRetiresWhatWasAbandoned) {
  for (const bool ended : {false, true}) {
    KeptRunsHouse house;
    const auto run = house.abandoned();
    if (ended) house.end(run);
    EXPECT_EQ(house.find({}).how, How::none);
    EXPECT_EQ(house.retry(), nullptr);
  }
  KeptRunsHouse house;
  const auto run = house.abandoned();
  house.find({}, kept_key(1, "you"));
  house.find({}, kept_key(1, "me", "another click"));
  EXPECT_EQ(house.retry(), run);
}

TEST(KeptRuns, ARetryComesWithinAMinuteOfTheClientsLeaving) {
  for (const bool ended : {false, true}) {
    KeptRunsHouse house;
    const auto run = house.abandoned();
    if (ended) house.end(run);
    house.now += 60s;
    EXPECT_EQ(house.retry(), run);
    house.now += 1ms;
    EXPECT_EQ(house.retry(), nullptr);
  }
}

TEST(KeptRuns, WhatItsClientHasIsNotJoinedAndWhatWasLostOnTheWayIs) {
  for (const auto delivery : {Delivery::read, Delivery::taken, Delivery::lost, Delivery::under_way}) {
    KeptRunsHouse house;
    const auto run = house.abandoned();
    house.end(run);
    run->answered(std::make_shared<FakeReceipt>(delivery));
    const Found found = house.find({.attempt = 1});
    const bool arrived = delivery == Delivery::read || delivery == Delivery::taken;
    EXPECT_EQ(found.how, arrived ? How::none : How::this_one);
  }
}

// A connection that only we still believe in, or that something between us keeps open, looks like a client that is
// there. Mutant: acts at once, which is twice.
TEST(KeptRuns, ARetryJoinsItsOwnRunThoughItSeemsToBeWatched) {
  KeptRunsHouse house;
  const auto run = house.abandoned();
  FakeExchange client;
  run->viewers.push_back(&client);
  run->left_at.reset();
  house.now += 1h;
  EXPECT_EQ(house.retry(), run);
  // And what is asked for anew while somebody watches is a wish beside theirs.
  EXPECT_EQ(house.find({}).how, How::none);
  EXPECT_FALSE(run->retired);
  run->viewers.clear();
}

// Mutant: the count not looked at. A second retry of this run comes with a higher one; this is a second click.
TEST(KeptRuns, WhoComesWithNoHigherCountThanTheClientThatIsThereIsAnother) {
  KeptRunsHouse house;
  const auto run = house.abandoned();
  FakeExchange client;
  run->viewers.push_back(&client);
  run->attempt = 1;
  EXPECT_EQ(house.find({.attempt = 1}).how, How::none);
  EXPECT_EQ(house.find({.attempt = 2}).run, run);
  // It has closed its end, and its own watch has not yet had its turn. Mutant: the viewers counted and not asked.
  client.silently_gone = true;
  EXPECT_EQ(house.retry(), run);
  run->viewers.clear();
}

TEST(KeptRuns, WhatWasAbandonedGoesBeforeWhatIsWatched) {
  KeptRunsHouse house;
  const auto first = house.abandoned();
  const auto second = house.abandoned();
  FakeExchange client;
  second->viewers.push_back(&client);
  EXPECT_EQ(house.retry(), first);
  second->viewers.clear();
}

TEST(KeptRuns, ARefusedOrCancelledRunIsNeverJoinedByARetry) {
  for (const Failed& refusal : {Failed{.status = 429, .message = "full", .retry_after_seconds = 5},
                                Failed{.status = 503, .message = "draining", .retry_after_seconds = 1},
                                Failed{.status = 404, .message = "unknown", .session_state = "absent"}}) {
    KeptRunsHouse house;
    house.end(house.abandoned(), refusal);
    EXPECT_EQ(house.retry(), nullptr) << refusal.status;
  }
  KeptRunsHouse house;
  const auto failed = house.abandoned();
  house.end(failed, Failed{.status = 500, .message = "it ran and failed"});
  EXPECT_EQ(house.retry(), failed);
  KeptRunsHouse cancelled;
  const auto run = cancelled.abandoned();
  run->cancel();
  EXPECT_EQ(cancelled.retry(), nullptr);
}

// Whoever knows a frame's id has had a frame: acting again is never right. Mutants: not when it was answered in full;
// not while somebody watches; not when it was retired; an unknown id acts.
TEST(KeptRuns, AFramesIdIsTheRunThatSentItWhateverBecameOfIt) {
  KeptRunsHouse house;
  const auto first = house.abandoned();
  const auto second = house.abandoned();
  first->connected();
  second->connected();
  const std::string id = first->frame(0).id;
  EXPECT_EQ(house.find({.last_event_id = id}).run, first);
  EXPECT_EQ(house.find({.last_event_id = second->starting_id()}).run, second);
  FakeExchange client;
  first->viewers.push_back(&client);
  EXPECT_EQ(house.find({.last_event_id = id}).run, first);
  first->viewers.clear();
  first->resumable = true;
  house.end(first);
  first->answered(nullptr);
  first->retired = true;
  house.now += 10min;
  EXPECT_EQ(house.find({.last_event_id = first->final_id()}).run, first);
  EXPECT_EQ(house.find({.attempt = 1, .last_event_id = "another's"}).how, How::unknown);
  EXPECT_EQ(house.find({.last_event_id = id}, kept_key(1, "you")).how, How::unknown);
  house.now += 1ms;
  EXPECT_EQ(house.find({.last_event_id = id}).how, How::unknown);
}

TEST(KeptRuns, AnIdempotencyKeyIsOneWishHoweverOftenItComes) {
  KeptRunsHouse house;
  EXPECT_EQ(house.find({.idempotent = true}).how, How::none);
  const auto run = house.abandoned();
  FakeExchange client;
  run->viewers.push_back(&client);
  EXPECT_EQ(house.find({.idempotent = true}).run, run);
  run->viewers.clear();
  run->resumable = true;
  house.end(run);
  run->answered(nullptr);
  EXPECT_EQ(house.find({.idempotent = true}).run, run);
  EXPECT_EQ(house.find({.idempotent = true}, kept_key(), "another request").how, How::mismatch);
}

TEST(KeptRuns, ARunUnderWayIsKeptHoweverLongItTakes) {
  KeptRunsHouse house;
  const auto run = house.abandoned();
  house.now += 24h;
  run->left_at = house.now;
  EXPECT_EQ(house.retry(), run);
}

TEST(KeptRuns, OnlySoManyEndedRunsAreKeptAndWhatIsAnsweredGoesFirst) {
  KeptRunsHouse house({.ended = 2});
  std::shared_ptr<api::Run> runs[4];
  for (std::uint64_t i = 0; i < 4; ++i) runs[i] = house.abandoned(kept_key(i));
  EXPECT_EQ(house.kept.size(), 4U);  // all under way
  for (const auto& run : runs) {
    house.end(run);
    if (run == runs[2]) run->answered(std::make_shared<FakeReceipt>(Delivery::taken));
  }
  EXPECT_EQ(house.kept.size(), 2U);
  EXPECT_EQ(house.retry(kept_key(0)), nullptr);  // the oldest
  EXPECT_NE(house.retry(kept_key(1)), nullptr);
  EXPECT_NE(house.retry(kept_key(3)), nullptr);
}

// Mutants: the count alone; 4096 results of megabytes are a lot. The oldest alone: one caller's would push out all
// others'. Only when the next request comes: until then what clients have left behind is held.
TEST(KeptRuns, OnlySoManyBytesAreKeptAndWhoHasMostLosesFirst) {
  KeptRunsHouse house({.bytes = 350});
  const auto add = [&](std::uint64_t generation, const std::string& caller) {
    const auto run = house.abandoned(kept_key(generation), caller);
    house.end(run, Succeeded{std::string(100, 'x'), "id"});
  };
  add(1, "modest");
  for (std::uint64_t generation = 2; generation <= 6; ++generation) add(generation, "greedy");
  EXPECT_EQ(house.kept.size(), 3U);
  EXPECT_NE(house.retry(kept_key(1)), nullptr);
  EXPECT_EQ(house.retry(kept_key(4)), nullptr);
  EXPECT_NE(house.retry(kept_key(6)), nullptr);
}

struct CountingReceipt final : net::Receipt {
  explicit CountingReceipt(std::size_t& count) : asked(count) {}
  Delivery delivery() const override {
    ++asked;
    return Delivery::under_way;
  }
  std::size_t& asked;
};

// What a receipt says costs system calls. Mutant: all of them are asked again for each that goes.
TEST(KeptRuns, OneEndAsksEachOfTheOthersOnceWhetherItHasArrived) {
  constexpr std::uint64_t kRuns = 4096;
  KeptRunsHouse house({.ended = kRuns, .bytes = 2 * kRuns});
  std::size_t asked = 0;
  for (std::uint64_t i = 0; i < kRuns; ++i) {
    const auto run = house.abandoned(kept_key(i));
    house.end(run);
    run->answered(std::make_shared<CountingReceipt>(asked));
  }
  asked = 0;
  const auto large = house.abandoned(kept_key(kRuns));
  house.end(large, Succeeded{std::string(2 * kRuns - 10, 'x'), "id"});
  EXPECT_LE(house.kept.size(), 11U);
  EXPECT_LE(asked, kRuns + 10);
}

// Of each caller the longest ended goes first, what only a retry can mean before what may be asked for by id.
TEST(KeptRuns, WhoHasMostLosesTheLongestEndedFirst) {
  KeptRunsHouse house({.ended = 3});
  const auto resumable = house.abandoned(kept_key(1));
  resumable->resumable = true;
  house.end(resumable);
  for (std::uint64_t i = 2; i <= 4; ++i) house.end(house.abandoned(kept_key(i)));
  EXPECT_EQ(house.retry(kept_key(2)), nullptr);
  for (const std::uint64_t i : {1, 3, 4}) EXPECT_NE(house.retry(kept_key(i)), nullptr) << i;
}

TEST(KeptRuns, OfOneRequestOnlyTheLastAreKept) {
  KeptRunsHouse house({.equal = 2});
  const auto first = house.abandoned();
  house.end(first);
  house.end(house.abandoned());
  house.end(house.abandoned());
  EXPECT_EQ(house.kept.size(), 2U);
  EXPECT_EQ(house.find({.last_event_id = first->starting_id()}).how, How::unknown);
}

// Mutant: kept like a stream. A busy server would hold tens of megabytes that nobody can ask for.
TEST(KeptRuns, WhatItsClientHasReadIsKeptOnlyForWhoKnowsItsIds) {
  for (const bool resumable : {false, true}) {
    KeptRunsHouse house;
    const auto run = house.abandoned();
    run->resumable = resumable;
    house.end(run);
    run->answered(std::make_shared<FakeReceipt>(Delivery::taken));  // its client may yet close without reading
    house.kept.prune(house.now);
    EXPECT_EQ(house.kept.size(), 1U);
    run->answered(std::make_shared<FakeReceipt>(Delivery::read));
    house.kept.prune(house.now);
    EXPECT_EQ(house.kept.size(), resumable ? 1U : 0U);
  }
}

TEST(KeptRuns, OfASessionThoseThatHaveNoOutcomeAreUnderWay) {
  KeptRunsHouse house;
  const auto one = house.abandoned(kept_key(1, "a"));
  const auto two = house.abandoned(kept_key(1, "b"));
  house.abandoned(kept_key(2));
  house.end(two);
  EXPECT_EQ(house.kept.under_way(1), std::vector{one});
  house.kept.forget(*one);
  EXPECT_TRUE(house.kept.under_way(1).empty());
}

// Nothing was done under it. Mutants: the refusal is the answer for ever; of two runs of one key the first.
TEST(KeptRuns, AnIdempotencyKeyWhoseRunWasRefusedIsStillAWish) {
  KeptRunsHouse house;
  house.end(house.abandoned(), Failed{.status = 429, .message = "full", .retry_after_seconds = 5});
  EXPECT_EQ(house.find({.idempotent = true}).how, How::none);
  const auto second = house.abandoned();
  EXPECT_EQ(house.find({.idempotent = true}).run, second);
}

// Mutant: kept as long as what may be asked for by id.
TEST(KeptRuns, WhatOnlyARetryCanMeanIsKeptForTwoMinutes) {
  for (const bool resumable : {false, true}) {
    KeptRunsHouse house;
    const auto run = house.abandoned();
    run->resumable = resumable;
    house.end(run);
    house.now += 2min;
    house.kept.prune(house.now);
    EXPECT_EQ(house.kept.size(), 1U);
    house.now += 1ms;
    house.kept.prune(house.now);
    EXPECT_EQ(house.kept.size(), resumable ? 1U : 0U);
  }
}

TEST(KeptRuns, WhatWasForgottenWhileItRanTakesNoPlaceWhenItEnds) {
  KeptRunsHouse house({.ended = 1});
  house.end(house.abandoned());
  const auto other = house.abandoned(kept_key(2));
  house.kept.forget(*other);
  house.end(other);
  EXPECT_NE(house.retry(), nullptr);
}

// Mutant: what is gone counts for ever, so that whoever had much once loses all.
TEST(KeptRuns, WhatIsGoneCountsForItsCallerNoMore) {
  KeptRunsHouse house({.bytes = 250});
  const auto add = [&](std::uint64_t generation, const std::string& caller, std::size_t size) {
    const auto run = house.abandoned(kept_key(generation), caller);
    house.end(run, Succeeded{std::string(size, 'x'), "id"});
    return run;
  };
  add(2, "greedy once", 2);
  house.kept.forget(*add(1, "greedy once", 238));
  add(3, "modest", 102);
  add(4, "greedy now", 150);
  EXPECT_NE(house.retry(kept_key(2)), nullptr);
  EXPECT_NE(house.retry(kept_key(3)), nullptr);
  EXPECT_EQ(house.retry(kept_key(4)), nullptr);
}

}  // namespace
}  // namespace api
