// The handlers over an engine without a browser: what must hold between a client that leaves and work that settles.
#include "api/service.h"

#include <thread>

#include "api/testing/house.h"
#include "json/write.h"

namespace api {
namespace {

using namespace testing;

TEST(Service, AStartThatIsAnsweredLeavesASession) {
  House house;
  EXPECT_FALSE(house.start().empty());
  EXPECT_EQ(house.sessions.sessions(), 1U);
}

// Mutant: the start goes on to what hangs.
TEST(Service, AStartThatCannotBeCheckedIsToldToComeAgain) {
  House house(1, [](engine::LaunchOptions) -> aio::Task<base::Result<std::optional<engine::UnusableValue>>> {
    co_return base::fail(base::Kind::unavailable, "64 checks are under way");
  });
  const auto exchange = house.post("/v1/sessions/start", kStart);
  ASSERT_TRUE(exchange->sent);
  EXPECT_EQ(exchange->sent->status, 503);
  EXPECT_EQ(exchange->sent->headers.find("Retry-After"), "1");
  EXPECT_EQ(exchange->sent->body, R"({"success":false,"message":"64 checks are under way"})");
  EXPECT_EQ(house.sessions.sessions(), 0U);
}

// Mutant: its connection is kept, at work, for as long as the file system takes.
TEST(Service, AStartWhoseCheckHangsEndsWithItsClient) {
  aio::Latch never;
  House house(1, [&](engine::LaunchOptions) -> aio::Task<base::Result<std::optional<engine::UnusableValue>>> {
    co_await never.wait();
    co_return std::nullopt;
  });
  const auto exchange = house.post("/v1/sessions/start", kStart);
  EXPECT_EQ(house.requests.size(), 1U);
  exchange->leave();
  house.scheduler.run();
  EXPECT_TRUE(house.requests.empty());
  EXPECT_FALSE(exchange->sent);
}

// Mutant: the race's choice thrown away. When both come at once the lease that lost would be released, and its session
// stay, with an id that nobody knows.
TEST(Service, AStartWhoseClientLeavesInThatMomentLeavesNoSession) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    House house(seed);
    const auto exchange = house.post("/v1/sessions/start", kStart);
    EXPECT_EQ(house.sessions.sessions(), 1U);
    house.clock.advance(house.factory.next.open_time);  // the browser is open …
    exchange->leave();                                  // … and nobody there any more
    house.scheduler.run();
    house.pass(10s);
    EXPECT_FALSE(exchange->sent);
    ASSERT_EQ(house.sessions.sessions(), 0U) << "seed " << seed;
    ASSERT_TRUE(house.factory.alive.empty()) << "seed " << seed;
  }
}

// Mutant: only send is asked. It succeeds on a socket whose other end has just closed.
TEST(Service, AStartWhoseClientIsGoneUnnoticedLeavesNoSession) {
  House house;
  const auto exchange = house.post("/v1/sessions/start", kStart);
  exchange->silently_gone = true;
  house.pass(10s);
  house.pass(10s);  // the session closes
  EXPECT_EQ(house.sessions.sessions(), 0U);
}

TEST(Service, ARetryJoinsAndACountOfZeroOrNoNumberDoesNot) {
  House house;
  const std::string target = "/v1/sessions/" + house.start() + "/act";
  const auto abandon = [&] {
    const auto first = house.post(target, kAct);
    first->leave();
    house.scheduler.run();
  };
  abandon();
  for (const char* count : {"0", "00", "", "-1", "x", "1x"}) {
    const auto other = house.post(target, kAct, count);
    EXPECT_FALSE(house.joined(1)) << count;
    for (int turn = 0; turn < 3; ++turn) house.pass(1s);  // the first one's, then its own
    EXPECT_TRUE(other->sent) << count;
  }
  // Each of them was a wish of its own, so the first is what no retry means any more.
  const auto anew = house.post(target, kAct, "1");
  house.pass(10s);
  EXPECT_FALSE(house.joined(1));
  abandon();
  const auto retry = house.post(target, kAct, "1");
  EXPECT_TRUE(house.joined(1));
  house.pass(10s);
  ASSERT_TRUE(retry->sent);
  EXPECT_EQ(retry->sent->status, 200);
  // Answered now: the next one is done anew.
  const auto again = house.post(target, kAct, "2");
  house.pass(10s);
  EXPECT_TRUE(again->sent);
  EXPECT_TRUE(house.joined(1));
}

// Mutant: the count stays that of the first try, and the second click of somebody who retries it, too, joins.
TEST(Service, ARetryThatJoinedRaisesTheCountThatAnotherMustExceed) {
  House house;
  const std::string target = "/v1/sessions/" + house.start() + "/act";
  const auto first = house.post(target, kAct);
  first->leave();
  house.scheduler.run();
  const auto retry = house.post(target, kAct, "1");
  EXPECT_TRUE(house.joined(1));
  const auto other = house.post(target, kAct, "1");
  EXPECT_TRUE(house.joined(1));
  const auto again = house.post(target, kAct, "2");
  EXPECT_TRUE(house.joined(2));
  for (int turn = 0; turn < 3; ++turn) house.pass(1s);
}

// Under every order: the ones that wait begin nothing when the turn of the one before comes free, and the session is at
// rest when the cancel is answered.
TEST(Service, ACancelStopsWhatRunsAndWhatWaitsAndLeavesTheSession) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    House house(seed);
    const std::string path = "/v1/sessions/" + house.start();
    std::vector<std::unique_ptr<FakeExchange>> waiting;
    for (int i = 0; i < 3; ++i) waiting.push_back(house.post(path + "/act", kAct));
    const int begun = house.factory.begun;
    const auto cancel = house.post(path + "/cancel", "{}");
    ASSERT_TRUE(cancel->sent) << "seed " << seed;
    ASSERT_EQ(cancel->sent->status, 200);
    ASSERT_EQ(cancel->sent->body, R"({"success":true,"data":{"cancelled":3}})") << "seed " << seed;
    ASSERT_EQ(house.sessions.pinned(), 0U) << "seed " << seed;
    ASSERT_EQ(house.factory.begun, begun) << "seed " << seed;
    for (const auto& one : waiting) {
      ASSERT_TRUE(one->sent) << "seed " << seed;
      EXPECT_EQ(one->sent->status, 500);
      EXPECT_EQ(one->sent->body, R"({"success":false,"message":"The operation was canceled"})");
      EXPECT_EQ(one->sent->headers.find("x-should-retry"), "false");
    }
    const auto after = house.post(path + "/act", kAct);
    house.pass(1s);
    ASSERT_TRUE(after->sent && after->sent->status == 200) << "seed " << seed;
  }
}

TEST(Service, ACancelOfASessionThatOpensGivesTheOpeningUp) {
  House house;
  house.factory.next.open_time = 60s;
  const auto started = house.post("/v1/sessions/start", kLazy);
  ASSERT_TRUE(started->sent);
  const std::string path = "/v1/sessions/" + *json::get_text(*json::read(started->sent->body), "data.sessionId");
  const auto act = house.post(path + "/act", kAct);
  const auto cancel = house.post(path + "/cancel", "");
  ASSERT_TRUE(cancel->sent && act->sent);
  EXPECT_EQ(cancel->sent->body, R"({"success":true,"data":{"cancelled":1}})");
  EXPECT_EQ(act->sent->status, 500);
  house.pass(120s);
  EXPECT_EQ(house.factory.opened, 0);
  EXPECT_EQ(house.sessions.sessions(), 1U);
}

TEST(Service, ACancelNeedsASessionAndNoBody) {
  House house;
  const std::string path = "/v1/sessions/" + house.start() + "/cancel";
  EXPECT_EQ(house.post(path, "null")->sent->body, R"({"success":true,"data":{"cancelled":0}})");
  EXPECT_EQ(house.post(path, R"({"actionId":"x"})")->sent->status, 400);
  const auto unknown = house.post("/v1/sessions/nobody/cancel", "{}");
  EXPECT_EQ(unknown->sent->status, 404);
  EXPECT_EQ(unknown->sent->body, R"({"success":false,"message":"Session not found"})");
  EXPECT_EQ(unknown->sent->headers.find("x-session-state"), "absent");
}

// What nobody knows stays as it was captured; SDKs show their users the body and no headers.
TEST(Service, TellsInTheBodyWhyASessionEnded) {
  House house;
  const std::string id = house.start();
  const auto ended = house.post("/v1/sessions/" + id + "/end", "");
  house.pass(5s);
  ASSERT_TRUE(ended->sent);
  EXPECT_EQ(house.post("/v1/sessions/" + id + "/act", kAct)->sent->body,
            R"({"message":"Session not found","sessionState":"client"})");
  EXPECT_EQ(house.post("/v1/sessions/" + id + "/end", "")->sent->body,
            R"({"success":false,"message":"Session not found","sessionState":"client"})");
  EXPECT_EQ(house.post("/v1/sessions/nobody/act", kAct)->sent->body, R"({"message":"Session not found"})");
}

TEST(Service, SaysWhatElseThereIsThanBrowserbase) {
  House house;
  const auto refused = house.post("/v1/sessions/start", R"({"modelName":"openai/x"})");
  ASSERT_TRUE(refused->sent);
  EXPECT_EQ(refused->sent->status, 400);
  const json::Value body = *json::read(refused->sent->body);
  EXPECT_EQ(json::get_text(body, "message"), "Missing required headers for browserbase sessions");
  const std::string hint = json::get_text(body, "hint").value_or("");
  EXPECT_NE(hint.find(R"("browser":{"type":"local"})"), std::string::npos) << hint;
  EXPECT_NE(hint.find("--browserbase-local"), std::string::npos) << hint;
}

TEST(Service, ChangesTheCapacityOfARunningServer) {
  House house;
  const auto put = [&](std::string_view body) { return house.post("/v1/capacity", body, {}, "PUT"); };
  for (int i = 0; i < 3; ++i) house.start();
  const auto lowered = put(R"({"maxSessions":1})");
  EXPECT_EQ(lowered->sent->body,
            R"({"success":true,"data":{"maxSessions":1,"maxSessionsHard":2,"sessions":1,"inUse":0}})");
  house.pass(10s);
  EXPECT_EQ(house.factory.alive.size(), 1U);
  EXPECT_EQ(put(R"({"maxSessions":3,"maxSessionsHard":3})")->sent->status, 200);
  EXPECT_EQ(house.sessions.limits().max_sessions_hard, 3U);
}

TEST(Service, RefusesACapacityThatIsNone) {
  House house;
  const auto put = [&](std::string_view body) { return house.post("/v1/capacity", body, {}, "PUT")->sent; };
  for (const std::string_view body : {"{}", "[]", R"({"maxSessions":"2"})", R"({"maxSessions":2,"idleTtl":1})"})
    EXPECT_EQ(put(body)->status, 400) << body;
  for (const std::string_view body : {R"({"maxSessions":0})", R"({"maxSessions":-1})", R"({"maxSessions":1.5})",
                                      R"({"maxSessions":1e9})", R"({"maxSessions":2,"maxSessionsHard":0})"})
    EXPECT_EQ(put(body)->status, 422) << body;
  EXPECT_EQ(put(R"({"maxSessions":2,"maxSessionsHard":1})")->body,
            R"({"success":false,"message":"maxSessionsHard must not be below maxSessions"})");
  EXPECT_EQ(house.sessions.limits().max_sessions, 5U);
}

TEST(Service, TellsHowLongAnOperationWaitedForItsTurn) {
  House house;
  house.factory.next.verb_time = 2s;
  const std::string path = "/v1/sessions/" + house.start() + "/act";
  const std::string streaming = json::write([] {
    json::Value body = *json::read(kAct);
    body.as_object()["streamResponse"] = true;
    return body;
  }());
  const auto first = house.post(path, streaming);
  const auto second = house.post(path, streaming);
  const auto third = house.post(path, streaming);
  for (int i = 0; i < 3; ++i) house.pass(2s);
  const auto frames = [](const FakeExchange& client) {
    std::string all;
    for (const std::string& chunk : client.chunks) all += chunk;
    return all;
  };
  // Only who truly waits is told so.
  EXPECT_EQ(frames(*first).find("waiting for"), std::string::npos);
  const std::string line =
      R"({"category":"session","message":"waiting for 1 earlier operation on this session","level":2})";
  EXPECT_NE(frames(*second).find(line), std::string::npos) << frames(*second);
  EXPECT_NE(frames(*third).find("waiting for 2 earlier operations on this session"), std::string::npos);
  const std::string text = house.metrics.text();
  EXPECT_NE(text.find("belay_operation_queue_seconds_count 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("belay_operation_queue_seconds_sum 6\n"), std::string::npos) << text;
}

// Mutant: not counted; where nothing gets its turn, nothing would show it.
TEST(Service, CountsTheWaitOfWhatWasCancelledBeforeItsTurn) {
  House house;
  house.factory.next.verb_time = 2s;
  const std::string path = "/v1/sessions/" + house.start();
  const auto first = house.post(path + "/act", kAct);
  const auto second = house.post(path + "/act", kAct);
  house.pass(500ms);
  const auto cancel = house.post(path + "/cancel", "{}");
  const std::string text = house.metrics.text();
  EXPECT_NE(text.find("belay_operation_queue_seconds_count 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("belay_operation_queue_seconds_sum 0.5\n"), std::string::npos) << text;
}

// How much work of one request, and of what it led to, was given to the workers.
std::size_t offloaded_by(House& house, const std::string& target, std::string_view body, base::Duration wait = 1s) {
  const std::size_t before = house.service.offloaded();
  const auto client = house.post(target, body);
  house.pass(wait);
  EXPECT_TRUE(client->sent && client->sent->status == 200) << (client->sent ? client->sent->body : "");
  return house.service.offloaded() - before;
}

struct Verb {
  const char* name;
  std::string_view body;
};
constexpr Verb kVerbs[] = {{"act", kAct},
                           {"extract", "{}"},
                           {"observe", "{}"},
                           {"navigate", R"({"url":"http://a/"})"},
                           {"agentExecute", R"({"agentConfig":{},"executeOptions":{"instruction":"x"}})"}};

// Mutants: any of them written in place. A page decides how large a result is, and everybody else waited meanwhile.
TEST(Service, GivesLargeResultsToTheWorkersAndKeepsSmallOnes) {
  House house;
  const std::string small = "/v1/sessions/" + house.start() + "/";
  house.factory.next.text = std::string(100'000, 'x');
  const std::string large = "/v1/sessions/" + house.start() + "/";
  for (const Verb& verb : kVerbs) {
    EXPECT_EQ(offloaded_by(house, small + verb.name, verb.body), 0U) << verb.name;
    EXPECT_EQ(offloaded_by(house, large + verb.name, verb.body), 1U) << verb.name;
  }
}

// Mutants: parsed in place; taken over from the body in place; what has been parsed waits for the workers once more.
TEST(Service, GivesLargeBodiesToTheWorkers) {
  House house;
  const std::string session = "/v1/sessions/" + house.start() + "/";
  const std::string body = R"({"schema":{"type":"object","x":")" + std::string(100'000, 'x') + R"("}})";
  EXPECT_EQ(offloaded_by(house, session + "extract", body), 2U);
  const std::string start =
      R"({"modelName":"m","browser":{"type":"local"},"systemPrompt":")" + std::string(100'000, 'x') + R"("})";
  EXPECT_EQ(offloaded_by(house, "/v1/sessions/start", start), 1U);
}

// Mutant: what a cut-off run came to is written in place.
TEST(Service, GivesWhatACancelledRunCameToToTheWorkers) {
  House house;
  house.factory.next.text = std::string(100'000, 'x');
  house.factory.next.verb_time = 1h;
  const std::string session = "/v1/sessions/" + house.start() + "/";
  const auto client = house.post(session + "agentExecute", kVerbs[4].body);
  house.pass(1s);
  const std::size_t before = house.service.offloaded();
  const auto cancel = house.post(session + "cancel", "{}");
  house.pass(1s);
  ASSERT_TRUE(client->sent);
  EXPECT_EQ(house.service.offloaded() - before, 1U);
}

// Mutant: written down in place. Each byte of it may begin each of the values that are not to be shown.
TEST(Service, GivesTheMaskingOfWhatIsKeptToTheWorkers) {
  House house;
  house.factory.next.text = std::string(10'000, 'x');
  const std::string session = "/v1/sessions/" + house.start() + "/";
  const auto body = [](std::size_t variables) {
    std::string out;
    for (std::size_t n = 0; n < variables; ++n) out += fmt::format(R"({}"v{}":"value {}")", n == 0 ? "" : ",", n, n);
    return R"({"instruction":"x","options":{"variables":{)" + out + "}}}";
  };
  EXPECT_EQ(offloaded_by(house, session + "extract", body(0)), 0U);
  EXPECT_EQ(offloaded_by(house, session + "extract", body(10)), 1U);
  EXPECT_EQ(offloaded_by(house, session + "extract", body(0)), 1U);  // what was hidden before is hidden again
}

// Mutant: a replay is written out in place, which may be 64 MiB.
TEST(Service, GivesLargeReplaysToTheWorkers) {
  House house;
  house.factory.next.text = std::string(40'000, 'x');
  const std::string session = "/v1/sessions/" + house.start() + "/";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(offloaded_by(house, session + "extract", "{}"), 0U);
  const std::size_t before = house.service.offloaded();
  const auto replay = house.post(session + "replay", "", {}, "GET");
  ASSERT_TRUE(replay->sent);
  EXPECT_GT(replay->sent->body.size(), 120'000U);
  EXPECT_EQ(house.service.offloaded() - before, 1U);
}

// The signal's thread says it, whatever the loop is at: no turn of the loop lies between the two.
TEST(Service, IsNotReadyFromTheSignalOn) {
  House house;
  EXPECT_EQ(house.post("/readyz", "", {}, "GET")->sent->status, 200);
  std::thread([&] { house.service.begin_drain(); }).join();
  EXPECT_EQ(house.post("/readyz", "", {}, "GET")->sent->status, 503);
}

// Clients that leave bound nothing by their connections: each abandoned operation waits for its session's turn.
TEST(Service, RefusesOperationsBeyondItsLimitAndGoesOnAfterwards) {
  House house;
  const std::string target = "/v1/sessions/" + house.start() + "/act";
  const std::string elsewhere = "/v1/sessions/" + house.start() + "/act";
  for (int i = 0; i < 100; ++i) {
    const auto abandoned = house.post(target, kAct);
    ASSERT_FALSE(abandoned->sent);
    abandoned->leave();
    house.scheduler.run();
  }
  const auto refused = house.post(target, kAct);
  ASSERT_TRUE(refused->sent);
  EXPECT_EQ(refused->sent->status, 429);
  EXPECT_EQ(refused->sent->headers.find("Retry-After"), "5");
  EXPECT_TRUE(refused->sent->body.contains("on this session (100, --max-operations-per-session)"))
      << refused->sent->body;
  EXPECT_NE(house.metrics.text().find("belay_operations_refused_total{limit=\"session\"} 1"), std::string::npos);
  // Others are served all the while. Mutant: one limit for all, which one session used up.
  const auto other = house.post(elsewhere, kAct);
  house.pass(house.factory.next.verb_time);
  ASSERT_TRUE(other->sent);
  EXPECT_EQ(other->sent->status, 200);
  for (int i = 0; i < 101; ++i) house.pass(house.factory.next.verb_time);
  const auto served = house.post(target, kAct);
  house.pass(10s);
  ASSERT_TRUE(served->sent);
  EXPECT_EQ(served->sent->status, 200);
}

// Each that waits holds a connection, also where many wait for one operation. Mutants: no limit of one caller; who has
// its answer still counts; what frees places is refused; starts are not.
TEST(Service, OneCallersRequestsTakeHalfOfThePlaces) {
  House house(1, {}, {}, 6);
  house.factory.next.verb_time = 1h;
  const std::string session = "/v1/sessions/" + house.start() + "/";
  std::vector<std::unique_ptr<FakeExchange>> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(house.post(session + "act", kAct, std::to_string(i)));
    EXPECT_FALSE(waiting.back()->sent);
  }
  EXPECT_TRUE(house.joined(2));
  for (const auto& refused : {house.post(session + "act", kAct, "3"), house.post("/v1/sessions/start", kLazy)}) {
    ASSERT_TRUE(refused->sent);
    EXPECT_EQ(refused->sent->status, 429);
    EXPECT_EQ(refused->sent->body,
              R"({"success":false,"message":"Too many requests of this caller wait for their answers (3, half of the )"
              R"(connections that this server takes); wait for some to end"})");
    EXPECT_EQ(refused->sent->headers.find("Retry-After"), "5");
  }
  EXPECT_NE(house.metrics.text().find("belay_operations_refused_total{limit=\"caller_requests\"} 2"),
            std::string::npos);
  const auto health = house.post("/healthz", "", {}, "GET");
  ASSERT_TRUE(health->sent);
  EXPECT_EQ(health->sent->status, 200);
  const auto cancel = house.post(session + "cancel", "{}");
  ASSERT_TRUE(cancel->sent);
  EXPECT_EQ(cancel->sent->status, 200);
  const auto again = house.post("/v1/sessions/start", kLazy);
  ASSERT_TRUE(again->sent);
  EXPECT_EQ(again->sent->status, 200);
}

// Mutant: nothing is brief.
TEST(Service, WhatProbesAskIsBrief) {
  House house;
  const auto brief = [&](std::string_view method, std::string_view target) {
    return house.service.is_brief(
        {.method = std::string(method), .target = std::string(target), .headers = {}, .body = {}});
  };
  for (const std::string_view target : {"/healthz", "/readyz", "/metrics", "/healthz?x"})
    EXPECT_TRUE(brief("GET", target));
  EXPECT_TRUE(brief("HEAD", "/readyz"));
  EXPECT_FALSE(brief("POST", "/healthz"));
  EXPECT_FALSE(brief("GET", "/"));
  EXPECT_FALSE(brief("POST", "/v1/sessions/x/act"));
}

// Mutants: an end, or a cancellation, is work like any other.
TEST(Service, WhatEndsWorkFreesPlaces) {
  House house;
  const auto frees = [&](std::string_view method, std::string_view target) {
    return house.service.frees_places(
        {.method = std::string(method), .target = std::string(target), .headers = {}, .body = {}});
  };
  EXPECT_TRUE(frees("POST", "/v1/sessions/x/end"));
  EXPECT_TRUE(frees("POST", "/v1/sessions/x/cancel"));
  for (const std::string_view target : {"/v1/sessions/start", "/v1/sessions/x/act", "/v1/sessions/x/nothing"})
    EXPECT_FALSE(frees("POST", target)) << target;
  EXPECT_FALSE(frees("GET", "/v1/sessions/x/replay"));
  EXPECT_FALSE(frees("GET", "/v1/sessions/x/end"));
  EXPECT_FALSE(frees("GET", "/healthz"));
}

// Mutant: it counts from when it was asked for, or not at all: what runs for long will not end the next second.
TEST(Service, TellsHowLongOperationsHaveRunWhereThereAreTooMany) {
  House house;
  house.factory.next.verb_time = 10min;
  const std::string target = "/v1/sessions/" + house.start() + "/act";
  for (int i = 0; i < 100; ++i) {
    const auto abandoned = house.post(target, kAct);
    abandoned->leave();
    house.scheduler.run();
  }
  house.pass(90s);
  const auto refused = house.post(target, kAct);
  ASSERT_TRUE(refused->sent);
  EXPECT_EQ(refused->sent->headers.find("Retry-After"), "90");
}

}  // namespace
}  // namespace api
