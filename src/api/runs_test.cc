// Which retry joins which run, and what is kept for it. The clock is the test's.
#include "api/runs.h"

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "json/read.h"
#include "net/testing/fake_exchange.h"

namespace api {
namespace {

using namespace std::chrono_literals;
using aio::Task;
using net::testing::FakeExchange;

json::Value body(std::string_view text) { return *json::read(text); }

RunKey key(std::uint64_t generation = 1, Operation operation = Operation::act,
           std::string_view text = R"({"input":1})") {
  return {generation, operation, body_digest(body(text))};
}

Task<Outcome> outcome_when(aio::Latch& latch, Outcome outcome) {
  co_await latch.wait();
  co_return outcome;
}

Task<void> set_after(aio::Latch& latch, std::uint32_t turns) {
  for (std::uint32_t n = 0; n < turns; ++n) co_await aio::yield();
  latch.set();
}

Task<void> count_cancelled(Runs& runs, std::uint64_t generation, std::optional<std::size_t>& out) {
  out = co_await runs.cancel_session(generation);
}

struct House {
  explicit House(RunsLimits limits = {}, std::uint32_t seed = 1)
      : scheduler(seed), runs(scheduler.executor(), clock, limits) {}
  ~House() {
    done.set();
    aio::testing::run_on(scheduler, clock, runs.finish_all());
  }

  // A run that ends when `done` is set.
  std::shared_ptr<Run> start(RunKey with = key(), Outcome outcome = Succeeded{"1", "id"}) {
    auto run = runs.start(
        std::move(with), [&](const std::shared_ptr<Run>&) { return outcome_when(done, std::move(outcome)); },
        [this](const Run&) { ++settled; });
    scheduler.run();  // to its first wait, as on the loop
    return run;
  }
  void settle() {
    done.set();
    scheduler.run();
  }

  // What a cancel of this generation answers, once it has.
  std::optional<std::size_t> cancel(std::uint64_t generation) {
    std::optional<std::size_t> out;
    aio::testing::start(scheduler, count_cancelled(runs, generation, out));
    scheduler.run();
    return out;
  }

  aio::testing::Scheduler scheduler;
  aio::testing::ManualClock clock;
  aio::Latch done;
  int settled = 0;
  Runs runs;
};

TEST(BodyDigest, IsOfWhatTheRequestMeans) {
  EXPECT_EQ(body_digest(body(R"({"a":1,"b":"x"})")), body_digest(body(" { \"a\" : 1 , \"b\":\"\\u0078\" } ")));
  EXPECT_EQ(body_digest(body(R"({"a":1,"streamResponse":true})")), body_digest(body(R"({"a":1})")));
  EXPECT_EQ(body_digest(body(R"({"streamResponse":false,"a":1})")),
            body_digest(body(R"({"a":1,"streamResponse":true})")));
  EXPECT_NE(body_digest(body(R"({"a":1})")), body_digest(body(R"({"a":2})")));
  EXPECT_NE(body_digest(body(R"({"a":{"streamResponse":true}})")), body_digest(body(R"({"a":{}})")));
  EXPECT_EQ(body_digest(body("{}")).size(), 32U);
}

TEST(Runs, ARetryJoinsTheRunOfAClientThatLeft) {
  House house;
  const auto run = house.start();
  EXPECT_EQ(house.runs.join(key()), run);
}

// Mutants: one part of the key not compared.
TEST(Runs, ARetryJoinsOnlyTheSameGenerationRouteAndBody) {
  House house;
  house.start();
  EXPECT_EQ(house.runs.join(key(2)), nullptr);
  EXPECT_EQ(house.runs.join(key(1, Operation::navigate)), nullptr);
  EXPECT_EQ(house.runs.join(key(1, Operation::act, R"({"input":2})")), nullptr);
}

TEST(Runs, ARetryDoesNotJoinARunWhoseClientIsStillThere) {
  House house;
  const auto run = house.start();
  FakeExchange client;
  run->viewers.push_back(&client);
  EXPECT_EQ(house.runs.join(key()), nullptr);
  // It has closed its end, and its own watch has not yet had its turn. Mutant: the viewers counted and not asked.
  client.silently_gone = true;
  EXPECT_EQ(house.runs.join(key()), run);
  FakeExchange other;
  run->viewers.push_back(&other);
  EXPECT_EQ(house.runs.join(key()), nullptr);
  run->viewers.clear();
}

TEST(Runs, ARetryJoinsTheOldestOfSeveral) {
  House house;
  const auto first = house.start();
  house.start();
  EXPECT_EQ(house.runs.join(key()), first);
}

TEST(Runs, OfSeveralTheOneThatSentTheFrameIsJoined) {
  House house;
  const auto first = house.start();
  const auto second = house.start();
  second->connected();
  EXPECT_EQ(house.runs.join(key(), second->frame(0).id), second);
  EXPECT_EQ(house.runs.join(key(), second->starting_id()), second);
  EXPECT_EQ(house.runs.join(key(), "another's"), first);
  // The same rule as for retries: not of another request, not while its client is there.
  EXPECT_EQ(house.runs.join(key(2), second->frame(0).id), nullptr);
  FakeExchange client;
  second->viewers.push_back(&client);
  EXPECT_EQ(house.runs.join(key(), second->frame(0).id), first);
  second->viewers.clear();
}

TEST(Runs, AnAnsweredRunIsForgottenAndNeverJoined) {
  House house;
  const auto run = house.start();
  house.settle();
  run->answered = true;
  EXPECT_EQ(house.runs.join(key()), nullptr);
  house.runs.left(*run);
  EXPECT_EQ(house.runs.kept(), 0U);
}

TEST(Runs, ARefusedRunIsNeverJoined) {
  for (const Failed& refusal : {Failed{.status = 429, .message = "full", .retry_after_seconds = 5},
                                Failed{.status = 503, .message = "draining", .retry_after_seconds = 1},
                                Failed{.status = 404, .message = "unknown", .session_state = "absent"}}) {
    House house;
    house.start(key(), refusal);
    house.settle();
    EXPECT_EQ(house.runs.join(key()), nullptr) << refusal.status;
  }
  House house;
  const auto failed = house.start(key(), Failed{.status = 500, .message = "it ran and failed"});
  house.settle();
  EXPECT_EQ(house.runs.join(key()), failed);
}

TEST(Runs, AFinishedRunIsKeptForTenMinutes) {
  House house;
  house.clock.advance(1h);
  const auto run = house.start();
  house.clock.advance(1h);  // from its end, not from its beginning
  house.settle();
  house.clock.advance(10min);
  EXPECT_EQ(house.runs.join(key()), run);
  house.clock.advance(1ms);
  EXPECT_EQ(house.runs.join(key()), nullptr);
  EXPECT_EQ(house.runs.kept(), 0U);
}

TEST(Runs, ARunUnderWayIsKeptHoweverLongItTakes) {
  House house;
  const auto run = house.start();
  house.clock.advance(24h);
  EXPECT_EQ(house.runs.join(key()), run);
}

TEST(Runs, OnlySoManyFinishedRunsAreKeptTheLatest) {
  House house({.finished = 3});
  for (std::uint64_t generation = 1; generation <= 5; ++generation) house.start(key(generation));
  EXPECT_EQ(house.runs.kept(), 5U);  // all under way
  house.settle();
  EXPECT_EQ(house.runs.join(key(1)), nullptr);
  EXPECT_EQ(house.runs.join(key(2)), nullptr);
  EXPECT_NE(house.runs.join(key(3)), nullptr);
  EXPECT_EQ(house.runs.kept(), 3U);
}

// Mutant: the count alone; 256 results of megabytes are a lot.
TEST(Runs, OnlySoManyBytesOfFinishedRunsAreKept) {
  House house({.finished_bytes = 250});
  for (std::uint64_t generation = 1; generation <= 4; ++generation)
    house.start(key(generation), Succeeded{std::string(100, 'x'), "id"});
  house.settle();
  EXPECT_EQ(house.runs.join(key(2)), nullptr);
  EXPECT_NE(house.runs.join(key(3)), nullptr);
  EXPECT_EQ(house.runs.kept(), 2U);
}

TEST(Runs, AreFullOfWhatRunsAndNotOfWhatIsFinished) {
  House house({.running = 2});
  house.start();
  EXPECT_FALSE(house.runs.full());
  house.start();
  EXPECT_TRUE(house.runs.full());
  house.settle();
  EXPECT_FALSE(house.runs.full());
}

TEST(Runs, ACancelledRunFailsIsSettledAndIsForgotten) {
  House house;
  const auto run = house.start();
  run->cancel();
  house.scheduler.run();
  ASSERT_TRUE(run->outcome());
  EXPECT_EQ(std::get<Failed>(*run->outcome()).message, "The operation was canceled");
  EXPECT_EQ(failed_reply(Operation::act, std::get<Failed>(*run->outcome())).headers.find("x-should-retry"), "false");
  EXPECT_EQ(house.runs.running(), 0U);
  EXPECT_EQ(house.settled, 1);
  EXPECT_EQ(house.runs.kept(), 0U);
}

TEST(Runs, ACancelTakesWhatRunsOnItsSessionAndNothingElse) {
  House house;
  const auto first = house.start(key(1));
  const auto second = house.start(key(1, Operation::navigate));
  const auto other = house.start(key(2));
  EXPECT_EQ(house.cancel(1), 2U);
  EXPECT_TRUE(first->cancelled());
  EXPECT_TRUE(second->cancelled());
  EXPECT_FALSE(other->outcome());
  EXPECT_EQ(house.cancel(1), 0U);
  EXPECT_EQ(house.cancel(3), 0U);
}

// Mutant: a run that was told to stop is joined; the client that asks again would get the cancellation of another.
TEST(Runs, ARetryDoesNotJoinACancelledRun) {
  House house;
  const auto run = house.start();
  run->cancel();
  EXPECT_EQ(house.runs.join(key()), nullptr);  // while it stops
  house.scheduler.run();
  EXPECT_EQ(house.runs.join(key()), nullptr);
}

Task<Outcome> work_and_note(aio::Latch& latch, std::shared_ptr<std::string> note) {
  struct Last {
    std::string& text;
    ~Last() { text += " unwound"; }
  } const last{*note};
  *note += "begun";
  co_await latch.wait();
  co_return Succeeded{"1", ""};
}

// Mutant: told before the work has stopped, or not at all.
TEST(Runs, TheWorkSaysWhatACancelledRunAnswersAfterItWasUnwound) {
  House house;
  const auto note = std::make_shared<std::string>();
  const auto run = house.runs.start(key(), [&](const std::shared_ptr<api::Run>& fresh) {
    fresh->when_cancelled([note] { return Succeeded{"\"" + *note + "\"", ""}; });
    return work_and_note(house.done, note);
  });
  EXPECT_EQ(house.cancel(1), 1U);
  EXPECT_EQ(std::get<Succeeded>(*run->outcome()).result, "\"begun unwound\"");
  EXPECT_TRUE(run->cancelled());
}

// Work that hears of nothing until it is done.
Task<Outcome> stubborn(aio::Latch& latch) {
  co_await aio::asio::this_coro::reset_cancellation_state(aio::asio::disable_cancellation());
  co_await latch.wait();
  co_return Succeeded{"1", ""};
}

// Mutants: the cancel waits for nobody; work that was done is told as cancelled.
TEST(Runs, ACancelIsAnsweredWhenTheWorkHasStoppedAndTellsWhatItDid) {
  House house;
  const auto run = house.runs.start(key(), [&](const std::shared_ptr<api::Run>&) { return stubborn(house.done); });
  std::optional<std::size_t> count;
  aio::testing::start(house.scheduler, count_cancelled(house.runs, 1, count));
  house.scheduler.run();
  EXPECT_FALSE(count);
  house.settle();
  EXPECT_EQ(count, 0U);
  EXPECT_TRUE(std::holds_alternative<Succeeded>(*run->outcome()));
  EXPECT_EQ(house.runs.join(key()), run);
}

// Whatever comes first: there is one outcome, it is told once, and a run that came to its end by itself is not counted.
TEST(Runs, ACancelAndAnEndInOneMomentAreDecidedOneWay) {
  int both[2] = {0, 0};
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    House house({}, seed);
    const auto run = house.start();
    std::optional<std::size_t> count;
    aio::testing::start(house.scheduler, set_after(house.done, seed % 8));
    aio::testing::start(house.scheduler, count_cancelled(house.runs, 1, count));
    house.scheduler.run();
    ASSERT_TRUE(count) << "seed " << seed;
    const bool failed = std::holds_alternative<Failed>(*run->outcome());
    ASSERT_EQ(*count, failed ? 1U : 0U) << "seed " << seed;
    ASSERT_EQ(run->cancelled(), failed) << "seed " << seed;
    ASSERT_EQ(house.settled, 1) << "seed " << seed;
    ASSERT_EQ(house.runs.join(key()) == nullptr, failed) << "seed " << seed;
    ++both[failed ? 1 : 0];
  }
  EXPECT_GT(both[0], 0);  // both orders were seen
  EXPECT_GT(both[1], 0);
}

TEST(Run, KeepsTheFirstOutcome) {
  api::Run run(Operation::act);
  run.finish(Succeeded{"1", ""});
  run.finish(Failed{.message = "late"});
  EXPECT_TRUE(std::holds_alternative<Succeeded>(*run.outcome()));
}

TEST(Run, DropsItsOldestFramesByCount) {
  api::Run run(Operation::act);
  for (int i = 0; i < 1500; ++i) run.progress({.category = "c", .message = std::to_string(i)});
  EXPECT_EQ(run.first_frame(), 500U);
  EXPECT_EQ(run.after(run.frame(700).id), 701U);
  EXPECT_EQ(run.end_frame(), 1500U);
  EXPECT_NE(run.frame(500).data.find(R"("message":"500")"), std::string::npos);
}

// Mutant: no limit on bytes; a page that logs much would grow a run without bound.
TEST(Run, DropsItsOldestFramesByBytesButNeverTheLast) {
  api::Run run(Operation::act);
  for (int i = 0; i < 100; ++i) run.progress({.category = "c", .message = std::string(100'000, 'x')});
  EXPECT_LE(run.bytes(), 1024U * 1024U);
  EXPECT_GT(run.bytes(), 800'000U);
  EXPECT_EQ(run.end_frame(), 100U);
  run.progress({.category = "c", .message = std::string(3'000'000, 'x')});
  EXPECT_EQ(run.end_frame() - run.first_frame(), 1U);
}

TEST(Run, WritesProgressAsTheWireHasIt) {
  api::Run run(Operation::act);
  run.connected();
  run.progress({.category = "action", .message = "a \"b\"", .level = 2});
  run.progress({.category = "c", .message = "m", .auxiliary = {{"k", "v", "string"}, {"n", "1", "integer"}}});
  EXPECT_EQ(run.frame(0).data, R"({"status":"connected"})");
  EXPECT_EQ(run.frame(0).type, "system");
  EXPECT_EQ(run.frame(1).data, R"({"status":"running","message":{"category":"action","message":"a \"b\"","level":2}})");
  EXPECT_EQ(run.frame(1).type, "log");
  EXPECT_EQ(run.frame(2).data,
            R"({"status":"running","message":{"category":"c","message":"m","level":1,)"
            R"("auxiliary":{"k":{"value":"v","type":"string"},"n":{"value":"1","type":"integer"}}}})");
}

TEST(OutcomeReply, IsTheEnvelopeOfTheWire) {
  EXPECT_EQ(outcome_reply(Operation::act, Succeeded{R"({"a":1})", "id-1"}).body,
            R"({"success":true,"data":{"result":{"a":1},"actionId":"id-1"}})");
  EXPECT_EQ(outcome_reply(Operation::agent_execute, Succeeded{"null", ""}).body,
            R"({"success":true,"data":{"result":null}})");
  const auto failed = outcome_reply(Operation::act, Failed{.status = 500, .message = "no"});
  EXPECT_EQ(failed.body, R"({"success":false,"message":"no"})");
  EXPECT_EQ(failed.headers.find("x-should-retry"), "false");
}

}  // namespace
}  // namespace api
