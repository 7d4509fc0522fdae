// A client that watches a run: what it is sent, when it leaves, and what a slow one costs.
#include "api/view.h"

#include <deque>

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "net/testing/fake_exchange.h"

namespace api {
namespace {

using aio::Task;
using net::testing::FakeExchange;

Task<Outcome> wait(aio::Latch& latch) {
  co_await latch.wait();
  co_return Succeeded{"null", ""};
}

const RunKey kKey{.generation = 1, .credentials = "me", .request = "digest"};

// One run under way on a seeded scheduler; the test plays the work.
struct ViewHouse {
  explicit ViewHouse(std::uint32_t seed = 1)
      : scheduler(seed), runs(scheduler.executor(), clock), viewers(scheduler.executor()) {
    run = runs.start(Operation::act, {.key = kKey}, [&](const std::shared_ptr<Run>&) { return wait(done); });
    scheduler.run();  // to its first wait, as on the loop
  }
  ~ViewHouse() {
    done.set();
    scheduler.run();
  }

  void json(FakeExchange& client, OnLeave leave = OnLeave::run_on) {
    viewers.spawn(answer_json(client, runs, run, leave));
  }
  void stream(FakeExchange& client, OnLeave leave = OnLeave::run_on, std::string last_event_id = {}) {
    viewers.spawn(answer_stream(client, runs, run, Framing::named, leave, std::move(last_event_id)));
  }
  void finish(Outcome outcome) {
    run->finish(std::move(outcome));
    done.set();
  }
  // Which run a retry of the request means now.
  std::shared_ptr<Run> retry() { return runs.find(kKey, "digest", {.attempt = 1}).run; }
  bool answered() const { return run->delivery().has_value(); }
  void progress(const std::string& message) { run->progress({.category = "c", .message = message}); }

  aio::testing::Scheduler scheduler;
  aio::testing::ManualClock clock;
  aio::Latch done;
  Runs runs;
  std::shared_ptr<Run> run;
  aio::Scope viewers;
};

// The names of the events in a stream, in order.
std::string events(const FakeExchange& client) {
  std::string out;
  for (const std::string& chunk : client.chunks) {
    const std::size_t end = chunk.find('\n');
    out += chunk.substr(7, end - 7) + " ";
  }
  return out;
}

TEST(View, JsonGetsTheOutcomeOnceItIsThere) {
  ViewHouse house;
  FakeExchange client;
  house.json(client);
  house.scheduler.run();
  EXPECT_FALSE(client.sent);
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
  ASSERT_TRUE(client.sent);
  EXPECT_EQ(client.sent->body, R"({"success":true,"data":{"result":1,"actionId":"id"}})");
  EXPECT_TRUE(house.answered());
  EXPECT_EQ(house.runs.kept(), 0U);  // answered: nothing left to join
}

TEST(View, StreamGetsEveryFrameInOrder) {
  ViewHouse house;
  FakeExchange client;
  house.progress("before anybody watched");
  house.stream(client);
  house.scheduler.run();
  house.run->connected();
  house.scheduler.run();
  house.progress("one");
  house.progress("two");
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
  EXPECT_EQ(events(client), "starting running connected running running finished ");
  EXPECT_TRUE(client.ended);
  EXPECT_TRUE(house.answered());
  EXPECT_EQ(house.runs.kept(), 1U);  // its client knows ids, and may ask by them
}

// Mutants: answered set without looking at what send said; the run forgotten by the viewer that left.
TEST(View, AClientThatLeavesStopsNothingAndLeavesTheRunToBeJoined) {
  for (const bool stream : {false, true}) {
    ViewHouse house;
    FakeExchange client;
    stream ? house.stream(client) : house.json(client);
    house.scheduler.run();
    client.leave();
    house.scheduler.run();
    EXPECT_TRUE(house.viewers.empty());
    EXPECT_FALSE(house.run->outcome());
    EXPECT_EQ(house.retry(), house.run);
    house.finish(Succeeded{"1", "id"});
    house.scheduler.run();
    EXPECT_FALSE(house.answered());
    EXPECT_EQ(house.retry(), house.run);
  }
}

// The client leaves in the moment in which the run settles: whatever comes first, there is one truth about whether it
// was answered, and a run that was not can be joined. Every order the scheduler knows.
TEST(View, LeavingAndSettlingAtOnceIsDecidedOneWay) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    ViewHouse house(seed);
    FakeExchange client;
    seed % 2 == 0 ? house.stream(client) : house.json(client);
    house.scheduler.run();
    if (seed % 3 == 0) client.leave();
    house.finish(Succeeded{"1", "id"});
    if (seed % 3 != 0) client.leave();
    house.scheduler.run();
    ASSERT_TRUE(house.viewers.empty());
    const bool whole = client.ended || client.sent.has_value();
    EXPECT_EQ(house.answered(), whole) << seed;
    EXPECT_EQ(house.retry() == nullptr, whole) << seed;
  }
}

TEST(View, AnAnswerThatDidNotArriveLeavesTheRunToBeJoined) {
  for (const bool stream : {false, true}) {
    ViewHouse house;
    FakeExchange client;
    stream ? house.stream(client) : house.json(client);
    house.scheduler.run();
    client.lost = true;
    house.finish(Failed{.status = 500, .message = "no"});
    house.scheduler.run();
    EXPECT_FALSE(house.answered());
    EXPECT_EQ(house.retry(), house.run);
  }
}

// Mutant: answered by what the write says. Writing to a client that closed its end a moment ago succeeds.
TEST(View, AnAnswerToAClientThatHasJustClosedLeavesTheRunToBeJoined) {
  for (const bool stream : {false, true}) {
    ViewHouse house;
    FakeExchange client;
    stream ? house.stream(client) : house.json(client);
    house.scheduler.run();
    client.silently_gone = true;
    house.finish(Succeeded{"1", "id"});
    house.scheduler.run();
    EXPECT_TRUE(client.ended || client.sent);
    EXPECT_EQ(house.retry(), house.run);
  }
}

TEST(View, JsonAndStreamJoinEachOther) {
  for (const bool stream_first : {false, true}) {
    ViewHouse house;
    FakeExchange first;
    FakeExchange second;
    stream_first ? house.stream(first) : house.json(first);
    house.scheduler.run();
    house.run->connected();
    house.progress("one");
    first.leave();
    house.scheduler.run();
    stream_first ? house.json(second) : house.stream(second);
    house.scheduler.run();
    house.finish(Succeeded{"1", "id"});
    house.scheduler.run();
    if (stream_first)
      EXPECT_TRUE(second.sent);
    else
      EXPECT_EQ(events(second), "starting connected running finished ");
    EXPECT_TRUE(house.answered());
  }
}

// The id of the frame in this chunk.
std::string frame_id_of(const std::string& chunk) {
  constexpr std::string_view kId = R"("id":")";
  return chunk.substr(chunk.rfind(kId) + kId.size(), 36);
}

// Wherever the connection broke, and whether the run has ended meanwhile: the two streams together are the whole one.
// Mutants: from the frame itself; another starting frame.
TEST(View, AStreamGoesOnAfterTheFrameOfTheGivenId) {
  for (std::size_t seen = 1; seen <= 5; ++seen)
    for (const bool over : {false, true}) {
      ViewHouse house;
      FakeExchange first;
      house.stream(first);
      house.run->connected();
      house.progress("one");
      house.progress("two");
      house.scheduler.run();
      if (over || seen == 5) house.finish(Succeeded{"1", "id"});
      first.leave();
      FakeExchange whole;  // what a client that lost nothing is sent
      house.stream(whole);
      house.scheduler.run();
      ASSERT_GE(whole.chunks.size(), seen);
      const std::string last = frame_id_of(whole.chunks[seen - 1]);
      EXPECT_EQ(house.run->after(last), seen - 1 > 3 ? 3U : seen - 1);

      FakeExchange second;
      house.stream(second, OnLeave::run_on, last);
      house.scheduler.run();
      house.progress("three");
      house.finish(Succeeded{"1", "id"});
      house.scheduler.run();
      std::vector<std::string> together(whole.chunks.begin(), whole.chunks.begin() + static_cast<std::ptrdiff_t>(seen));
      together.insert(together.end(), second.chunks.begin(), second.chunks.end());
      EXPECT_EQ(together, whole.chunks) << seen << over;
      EXPECT_TRUE(second.ended);
    }
}

// Mutant: the ids of dropped frames are forgotten with them, and a client that fell behind is refused.
TEST(View, AnIdOfADroppedFrameGetsWhatIsKept) {
  ViewHouse house;
  FakeExchange client;
  house.run->connected();
  const std::string first = house.run->frame(0).id;
  for (int i = 0; i < 1500; ++i) house.progress(std::to_string(i));
  house.stream(client, OnLeave::run_on, first);
  house.scheduler.run();
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
  EXPECT_EQ(client.chunks.size(), 1001U);
  EXPECT_NE(client.chunks[0].find(R"("message":"500")"), std::string::npos) << client.chunks[0];
}

TEST(View, OnlyAClientThatAskedForItCancelsByLeaving) {
  ViewHouse house;
  FakeExchange client;
  house.stream(client, OnLeave::cancel);
  house.scheduler.run();
  EXPECT_FALSE(house.run->outcome());
  client.leave();
  house.scheduler.run();
  ASSERT_TRUE(house.run->outcome());
  EXPECT_EQ(std::get<Failed>(*house.run->outcome()).message, "The operation was canceled");
}

// Mutant: cancel whoever else is watching.
TEST(View, ALeavingClientDoesNotCancelWhatARetryWaitsFor) {
  ViewHouse house;
  FakeExchange first;
  FakeExchange retry;
  house.json(first, OnLeave::cancel);
  house.scheduler.run();
  first.silently_gone = true;
  ASSERT_EQ(house.retry(), house.run);
  house.json(retry, OnLeave::cancel);
  first.leave();
  house.scheduler.run();
  EXPECT_FALSE(house.run->outcome());
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
  EXPECT_TRUE(retry.sent);
}

// Mutant: a queue for each reader. The work never waits for a reader, and a reader costs at most one frame beside
// those that the run keeps.
TEST(View, ASlowReaderMissesTheOldestFramesAndHoldsNothingUp) {
  ViewHouse house;
  FakeExchange client;
  client.stall();
  house.stream(client);
  house.scheduler.run();
  for (int i = 0; i < 5000; ++i) house.progress(std::to_string(i));
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
  EXPECT_TRUE(house.run->outcome());
  EXPECT_TRUE(client.chunks.empty());
  client.resume();
  house.scheduler.run();
  EXPECT_EQ(client.chunks.size(), 1002U);  // starting, the last thousand, finished
  EXPECT_NE(client.chunks[1].find(R"("message":"4000")"), std::string::npos) << client.chunks[1];
  EXPECT_TRUE(client.ended);
}

// Mutants: none at all; one a frame and not one for each silence; counted from the beginning and not from the last
// frame.
TEST(View, AStreamIsNeverSilentForLongerThanAHeartbeat) {
  ViewHouse house;
  FakeExchange client;
  house.stream(client);
  const auto pass = [&](base::Duration d) {
    house.clock.advance(d);
    house.scheduler.run();
  };
  house.scheduler.run();
  pass(kHeartbeat - base::Milliseconds(1));
  EXPECT_EQ(events(client), "starting ");
  pass(base::Milliseconds(1));
  EXPECT_EQ(events(client), "starting running ");
  EXPECT_NE(client.chunks[1].find(R"("message":"at work for 15 s","level":2)"), std::string::npos) << client.chunks[1];
  house.progress("one");
  house.scheduler.run();
  pass(kHeartbeat - base::Milliseconds(1));
  EXPECT_EQ(client.chunks.size(), 3U);
  for (int i = 0; i < 3; ++i) pass(kHeartbeat);
  EXPECT_EQ(client.chunks.size(), 6U);
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
  EXPECT_TRUE(client.ended);
  EXPECT_FALSE(house.clock.has_sleepers());
}

std::string id_in(const std::string& chunk) {
  const std::size_t at = chunk.find(R"("id":")") + 6;
  return chunk.substr(at, 36);
}

// Mutant: an id of its own, which nobody knows when it comes back as Last-Event-ID.
TEST(View, AStreamGoesOnAfterAHeartbeat) {
  ViewHouse house;
  FakeExchange client, again;
  house.stream(client);
  house.progress("one");
  house.scheduler.run();
  house.clock.advance(kHeartbeat);
  house.scheduler.run();
  ASSERT_EQ(client.chunks.size(), 3U);
  EXPECT_EQ(id_in(client.chunks[2]), id_in(client.chunks[1]));
  client.leave();
  house.scheduler.run();
  house.progress("two");
  house.stream(again, OnLeave::run_on, id_in(client.chunks[2]));
  house.scheduler.run();
  ASSERT_EQ(again.chunks.size(), 1U);
  EXPECT_NE(again.chunks[0].find(R"("message":"two")"), std::string::npos);
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
}

TEST(View, AHeartbeatIsFramedAsItsClientReadsThem) {
  const std::string named = heartbeat_frame("i", std::chrono::seconds(20), Framing::named);
  EXPECT_EQ(named,
            "event: running\ndata: {\"data\":{\"status\":\"running\",\"message\":{\"category\":\"session\","
            "\"message\":\"at work for 20 s\",\"level\":2}},\"type\":\"log\",\"id\":\"i\"}\n\n");
  EXPECT_TRUE(heartbeat_frame("i", {}, Framing::data_only).starts_with("data: {"));
}

// Mutants: any number; who has left counts until its own watch has had its turn.
TEST(View, OnlySoManyMayWatchOneRun) {
  ViewHouse house;
  std::deque<FakeExchange> clients(Run::kMostViewers);
  for (FakeExchange& client : clients) {
    EXPECT_FALSE(house.runs.crowded(*house.run));
    house.json(client);
    house.scheduler.run();
  }
  const auto full = house.runs.crowded(*house.run);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->reply.status, 429);
  EXPECT_GT(full->reply.retry_after_seconds, 0);
  clients.front().silently_gone = true;
  EXPECT_FALSE(house.runs.crowded(*house.run));
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
  for (const FakeExchange& client : clients) EXPECT_TRUE(client.sent);
}

// The longest there keeps its place. Mutants: nobody is told; the last there keeps its place; nobody moves up.
TEST(View, TellsEachHowManyWaitedBeforeIt) {
  ViewHouse house;
  std::deque<FakeExchange> clients(3);
  for (FakeExchange& client : clients) {
    &client == &clients[1] ? house.stream(client) : house.json(client);
    house.scheduler.run();
  }
  EXPECT_EQ(clients[0].behind, 0U);
  EXPECT_EQ(clients[1].behind, 1U);
  EXPECT_EQ(clients[2].behind, 2U);
  clients[0].leave();
  house.scheduler.run();
  EXPECT_EQ(clients[1].behind, 0U);
  EXPECT_EQ(clients[2].behind, 1U);
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
}

// It was told to come again, by whatever it came with. Mutants: an answer that another has read ends it; nobody is
// remembered; remembered for ever; the count of tries is looked at.
TEST(View, WhoGaveItsPlaceToOthersComesAgainToTheSameRun) {
  for (const bool ended : {false, true}) {
    ViewHouse house;
    FakeExchange first, second, again, third;
    house.json(first);
    house.json(second);
    house.scheduler.run();
    house.run->attempt = 7;  // somebody's
    second.give_way();
    house.scheduler.run();
    EXPECT_FALSE(second.sent);
    if (ended) house.finish(Succeeded{"1", "id"});
    house.scheduler.run();
    ASSERT_EQ(house.retry(), house.run);
    house.json(again);
    house.scheduler.run();
    EXPECT_NE(house.retry(), house.run) << "once for each";
    if (!ended) house.finish(Succeeded{"1", "id"});
    house.scheduler.run();
    EXPECT_TRUE(again.sent);
    EXPECT_TRUE(first.sent);
    EXPECT_EQ(house.runs.kept(), 0U);
  }
}

// Mutant: its place was taken, so it is cancelled.
TEST(View, WhoGaveItsPlaceToOthersDidNotLeave) {
  ViewHouse house;
  FakeExchange first, second;
  house.json(first);
  house.json(second, OnLeave::cancel);
  house.scheduler.run();
  first.leave();
  house.scheduler.run();
  second.give_way();  // chosen while the first one was there
  house.scheduler.run();
  EXPECT_FALSE(house.run->cancelled());
  EXPECT_EQ(house.retry(), house.run);
  house.finish(Succeeded{"1", "id"});
  house.scheduler.run();
}

// From when the last one leaves. Mutants: from when the first one left; from an earlier leaving.
TEST(View, TheMinuteForARetryBeginsWhenNobodyWatches) {
  ViewHouse house;
  FakeExchange first, second, third;
  house.json(first);
  house.json(second);
  house.scheduler.run();
  first.leave();
  house.scheduler.run();
  house.clock.advance(std::chrono::seconds(61));
  second.silently_gone = true;
  EXPECT_EQ(house.retry(), house.run);
  second.leave();
  house.scheduler.run();
  house.json(third);
  house.scheduler.run();
  house.clock.advance(std::chrono::seconds(61));
  third.silently_gone = true;
  EXPECT_EQ(house.retry(), house.run);
  third.leave();
  house.scheduler.run();
}

}  // namespace
}  // namespace api
