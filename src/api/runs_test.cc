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

RunKey run_key(std::uint64_t generation = 1, std::string request = "digest") {
  return {.generation = generation, .credentials = "me", .request = std::move(request)};
}

Task<Outcome> outcome_when(aio::Latch& latch, Outcome outcome) {
  co_await latch.wait();
  co_return outcome;
}

Task<Outcome> throw_when(aio::Latch& latch) {
  co_await latch.wait();
  throw std::length_error("too long");
}

Task<void> set_after(aio::Latch& latch, std::uint32_t turns) {
  for (std::uint32_t n = 0; n < turns; ++n) co_await aio::yield();
  latch.set();
}

Task<void> count_cancelled(Runs& runs, std::uint64_t generation, std::optional<std::size_t>& out) {
  out = co_await runs.cancel_session(generation);
}

Task<void> count(int& what) {
  ++what;
  co_return;
}

struct RunsHouse {
  explicit RunsHouse(OperationLimits limits = {}, std::uint32_t seed = 1)
      : scheduler(seed), runs(scheduler.executor(), clock, limits) {}
  ~RunsHouse() {
    done.set();
    aio::testing::run_on(scheduler, clock, runs.finish_all());
  }

  // A run that ends when `done` is set.
  std::shared_ptr<Run> start(RunKey with = run_key(), Outcome outcome = Succeeded{"1", "id"}) {
    auto run = runs.start(
        Operation::act, {.key = std::move(with), .caller = "me"},
        [&](const std::shared_ptr<Run>&) { return outcome_when(done, std::move(outcome)); },
        [this](const Run&, const Outcome&) { return count(settled); });
    scheduler.run();  // to its first wait, as on the loop
    return run;
  }
  // What a retry of this request joins now; null: nothing, or it cannot be said yet.
  std::shared_ptr<Run> retry(const RunKey& with = run_key(), int attempt = 1) {
    const Found found = runs.find(with, "", {.attempt = attempt});
    return found.how == Found::How::this_one ? found.run : nullptr;
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

TEST(RequestDigest, IsOfWhatTheRequestMeans) {
  const auto digest = [](std::string_view text) { return request_digest(Operation::act, body(text)); };
  EXPECT_EQ(digest(R"({"a":1,"b":"x"})"), digest(" { \"a\" : 1 , \"b\":\"\\u0078\" } "));
  EXPECT_EQ(digest(R"({"a":1,"streamResponse":true})"), digest(R"({"a":1})"));
  EXPECT_EQ(digest(R"({"streamResponse":false,"a":1})"), digest(R"({"a":1,"streamResponse":true})"));
  EXPECT_NE(digest(R"({"a":1})"), digest(R"({"a":2})"));
  EXPECT_NE(digest(R"({"a":{"streamResponse":true}})"), digest(R"({"a":{}})"));
  EXPECT_NE(digest("{}"), request_digest(Operation::extract, body("{}")));
  EXPECT_EQ(digest("{}").size(), 32U);
}

TEST(Runs, ARetryJoinsTheRunOfAClientThatLeft) {
  RunsHouse house;
  const auto run = house.start();
  EXPECT_EQ(house.retry(), run);
  house.settle();
  EXPECT_EQ(house.retry(), run);
}

TEST(Runs, AreFullOfWhatRunsAndNotOfWhatIsFinished) {
  RunsHouse house({.all = 2});
  house.start();
  EXPECT_FALSE(house.runs.full(1, "you"));
  house.start(run_key(2));
  const auto full = house.runs.full(1, "you");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->reply.status, 429);
  EXPECT_EQ(full->reply.message, "Too many operations are under way (2, --max-operations)");
  EXPECT_EQ(full->reply.retry_after_seconds, 5);
  house.settle();
  EXPECT_FALSE(house.runs.full(1, "you"));
}

// Mutants: one of the three not counted, or not given back by a cancelled run.
TEST(Runs, OneSessionAndOneCallerHaveLimitsOfTheirOwn) {
  RunsHouse house({.all = 10, .per_session = 2, .per_caller = 3});
  house.start(run_key(1));
  house.start(run_key(1));
  EXPECT_TRUE(house.runs.full(1, "you")->reply.message.contains("on this session (2, --max-operations-per-session)"));
  EXPECT_FALSE(house.runs.full(2, "me"));
  house.start(run_key(2));
  EXPECT_TRUE(house.runs.full(3, "me")->reply.message.contains(
      "of this caller are under way (3, --max-operations-per-caller)"));
  EXPECT_FALSE(house.runs.full(3, "you"));
  EXPECT_EQ(house.cancel(1), 2U);
  EXPECT_FALSE(house.runs.full(1, "me"));
}

TEST(Runs, AnAnswerThatItsClientHasIsForgottenAndOneWithIdsIsKept) {
  for (const bool stream : {false, true}) {
    RunsHouse house;
    const auto run = house.start();
    house.settle();
    run->resumable = stream;
    run->answered(nullptr);
    house.runs.left(*run);
    EXPECT_EQ(house.runs.kept(), stream ? 1U : 0U);
    EXPECT_EQ(house.retry(), nullptr);
  }
}

TEST(Runs, ACancelledRunFailsAndIsSettled) {
  RunsHouse house;
  const auto run = house.start();
  run->cancel();
  house.scheduler.run();
  ASSERT_TRUE(run->outcome());
  EXPECT_EQ(std::get<Failed>(*run->outcome()).message, "The operation was canceled");
  EXPECT_EQ(failed_reply(Operation::act, std::get<Failed>(*run->outcome())).headers.find("x-should-retry"), "false");
  EXPECT_EQ(house.runs.running(), 0U);
  EXPECT_EQ(house.settled, 1);
  EXPECT_EQ(house.retry(), nullptr);
}

TEST(Runs, ACancelTakesWhatRunsOnItsSessionAndNothingElse) {
  RunsHouse house;
  const auto first = house.start(run_key(1));
  const auto second = house.start(run_key(1, "other"));
  const auto other = house.start(run_key(2));
  EXPECT_EQ(house.cancel(1), 2U);
  EXPECT_TRUE(first->cancelled());
  EXPECT_TRUE(second->cancelled());
  EXPECT_FALSE(other->outcome());
  EXPECT_EQ(house.cancel(1), 0U);
  EXPECT_EQ(house.cancel(3), 0U);
}

// Mutant: a run that was told to stop is joined; the client that asks again would get the cancellation of another.
TEST(Runs, ARetryDoesNotJoinACancelledRun) {
  RunsHouse house;
  const auto run = house.start();
  run->cancel();
  EXPECT_EQ(house.retry(), nullptr);  // while it stops
  house.scheduler.run();
  EXPECT_EQ(house.retry(), nullptr);
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
  RunsHouse house;
  const auto note = std::make_shared<std::string>();
  const auto run = house.runs.start(Operation::act, {.key = run_key()}, [&](const std::shared_ptr<api::Run>& fresh) {
    fresh->when_cancelled([note]() -> Task<Outcome> { co_return Succeeded{"\"" + *note + "\"", ""}; });
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
  RunsHouse house;
  const auto run = house.runs.start(Operation::act, {.key = run_key()},
                                    [&](const std::shared_ptr<api::Run>&) { return stubborn(house.done); });
  std::optional<std::size_t> count;
  aio::testing::start(house.scheduler, count_cancelled(house.runs, 1, count));
  house.scheduler.run();
  EXPECT_FALSE(count);
  house.settle();
  EXPECT_EQ(count, 0U);
  EXPECT_TRUE(std::holds_alternative<Succeeded>(*run->outcome()));
  EXPECT_EQ(house.retry(), run);
}

// Whatever comes first: there is one outcome, it is told once, and a run that came to its end by itself is not counted.
TEST(Runs, ACancelAndAnEndInOneMomentAreDecidedOneWay) {
  int both[2] = {0, 0};
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    RunsHouse house({}, seed);
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
    ASSERT_EQ(house.retry() == nullptr, failed) << "seed " << seed;
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
  EXPECT_NE(run.frame(500).data->find(R"("message":"500")"), std::string::npos);
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
  EXPECT_EQ(*run.frame(0).data, R"({"status":"connected"})");
  EXPECT_EQ(run.frame(0).type, "system");
  EXPECT_EQ(*run.frame(1).data,
            R"({"status":"running","message":{"category":"action","message":"a \"b\"","level":2}})");
  EXPECT_EQ(run.frame(1).type, "log");
  EXPECT_EQ(*run.frame(2).data,
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

Task<void> wait_for(aio::Latch& latch) { co_await latch.wait(); }

Task<void> throw_at_once() {
  throw std::length_error("too long");
  co_return;
}

// Mutant: settled while its record is still being written.
TEST(Runs, IsUnderWayUntilWhatItEndsWithHasBeenWrittenDown) {
  RunsHouse house;
  aio::Latch written;
  const auto run = house.runs.start(
      Operation::act, {.key = run_key()}, [&](const auto&) { return outcome_when(house.done, Succeeded{"1", "id"}); },
      [&](const auto&, const auto&) { return wait_for(written); });
  house.settle();
  EXPECT_FALSE(run->outcome());
  std::optional<std::size_t> cancelled;
  aio::testing::start(house.scheduler, count_cancelled(house.runs, 1, cancelled));
  house.scheduler.run();
  EXPECT_EQ(cancelled, std::nullopt);
  written.set();
  house.scheduler.run();
  EXPECT_EQ(cancelled, 0U);  // it came too late
  ASSERT_TRUE(run->outcome());
  EXPECT_EQ(std::get<Succeeded>(*run->outcome()).result, "1");
  EXPECT_FALSE(run->cancelled());
}

// Mutant: whatever goes wrong with the record leaves the run without an outcome.
TEST(Runs, HasItsOutcomeAlsoWhenItCannotBeWrittenDown) {
  RunsHouse house;
  const auto run = house.runs.start(
      Operation::act, {.key = run_key()}, [&](const auto&) { return outcome_when(house.done, Succeeded{"1", "id"}); },
      [](const auto&, const auto&) { return throw_at_once(); });
  house.settle();
  ASSERT_TRUE(run->outcome());
  EXPECT_TRUE(std::holds_alternative<Succeeded>(*run->outcome()));
}

// Mutant: the URL is kept with the run, and counts nowhere.
TEST(Run, KeepsNothingOfItsAccountOnceItIsOver) {
  api::Run run(Operation::act);
  run.account({.page_url = std::string(1'000'000, 'u')});
  run.typed_password(base::Secret("hunter2"));
  EXPECT_EQ(run.accounted().page_url.size(), 1'000'000U);
  run.finish(Succeeded{"1", "id"});
  EXPECT_LT(run.accounted().page_url.capacity(), 100U);
  EXPECT_EQ(run.passwords().spellings(), 0U);
}

TEST(Runs, WorkThatThrowsIsAnsweredWith500AndSettled) {
  RunsHouse house;
  int settled = 0;
  const auto run = house.runs.start(
      Operation::act, {.key = run_key()}, [&](const auto&) { return throw_when(house.done); },
      [&](const auto&, const auto&) { return count(settled); });
  house.settle();
  ASSERT_TRUE(run->outcome());
  EXPECT_EQ(std::get<Failed>(*run->outcome()).status, 500);
  EXPECT_EQ(settled, 1);
  EXPECT_EQ(house.runs.running(), 0U);
}

// Mutants: it is kept like one that only a retry can mean; the count of the first try is not known.
TEST(Runs, KeepWhatTheRequestSaidOfItself) {
  RunsHouse house;
  FakeExchange client;
  const auto run = house.runs.start(
      Operation::act, {.key = run_key(), .attempt = 1, .idempotent = true},
      [&](const std::shared_ptr<api::Run>&) { return outcome_when(house.done, Succeeded{"1", "id"}); });
  run->viewers.push_back(&client);
  EXPECT_EQ(house.retry(run_key(), 1), nullptr);
  EXPECT_EQ(house.retry(run_key(), 2), run);
  run->viewers.clear();
  house.settle();
  run->answered(nullptr);
  house.runs.left(*run);
  EXPECT_EQ(house.runs.kept(), 1U);
}

TEST(Run, AddsUpWhatItsVerbsCostAndKnowsTheLastPage) {
  api::Run run(Operation::agent_execute);
  const engine::Account one{.page_url = "http://a/",
                            .input_tokens = 1,
                            .output_tokens = 2,
                            .reasoning_tokens = 3,
                            .cached_tokens = 4,
                            .model_calls = 5,
                            .model_time = 6ms,
                            .looks = {{7ms, 8}}};
  run.account(one);
  engine::Account two = one;
  two.page_url = "http://b/";
  run.account(two);
  const engine::Account& all = run.accounted();
  EXPECT_EQ(all.page_url, "http://b/");
  EXPECT_EQ(all.input_tokens, 2);
  EXPECT_EQ(all.output_tokens, 4);
  EXPECT_EQ(all.reasoning_tokens, 6);
  EXPECT_EQ(all.cached_tokens, 8);
  EXPECT_EQ(all.model_calls, 10);
  EXPECT_EQ(all.model_time, base::Duration(12ms));
  EXPECT_EQ(all.looks.size(), 2U);
}

// Mutant: the last one counts, so that a client that has read its answer could be answered again.
TEST(Run, IsDeliveredAsWellAsToTheClientItReachedBest) {
  using enum net::Delivery;
  api::Run run(Operation::act);
  EXPECT_FALSE(run.delivery());
  for (const auto what : {lost, read, lost, under_way}) run.answered(std::make_shared<net::testing::FakeReceipt>(what));
  EXPECT_EQ(run.delivery(), read);
}

// Mutant: they stay, with all that they hold, for as long as the run is kept.
TEST(Run, LetsGoOfWhatItWouldHaveTold) {
  api::Run run(Operation::act);
  const auto held = std::make_shared<int>(1);
  run.when_cancelled([held]() -> Task<Outcome> { co_return Failed{}; });
  run.when_cut_off([held](base::Error) -> Task<std::string> { co_return ""; });
  EXPECT_EQ(held.use_count(), 3);
  run.finish(Succeeded{"1", "id"});
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace api
