// What operations and starts hold of their bodies, for how long, and when that is too much.
#include "api/testing/house.h"

namespace api {
namespace {

using namespace testing;

// As JSON about 60 KB, as values more than a megabyte.
std::string wide_schema() {
  std::string out = R"({"schema":{"x":[)";
  for (int i = 0; i < 10'000; ++i) out += "[[1]],";
  return out + "1]}}";
}

// Mutants: bodies do not count; by their text; not given back.
TEST(ServiceHeld, RefusesOperationsWhoseBodiesTakeTooMuch) {
  House house(1, {}, {.bytes = 10 << 20});
  house.factory.next.verb_time = 1h;
  const std::string session = "/v1/sessions/" + house.start() + "/";
  std::vector<std::unique_ptr<FakeExchange>> abandoned;
  for (int i = 0; i < 10; ++i) {
    abandoned.push_back(house.post(session + "extract", wide_schema()));
    if (abandoned.back()->sent) break;
    abandoned.back()->leave();
    house.scheduler.run();
  }
  const FakeExchange& refused = *abandoned.back();
  ASSERT_TRUE(refused.sent);
  EXPECT_GE(abandoned.size(), 3U);
  EXPECT_EQ(refused.sent->status, 429);
  EXPECT_EQ(refused.sent->body,
            R"({"success":false,"message":"Too large bodies are under way from this caller: with this one, those of )"
            R"(operations and starts would take more than 5242880 bytes of memory; wait for some to end"})");
  EXPECT_EQ(refused.sent->headers.find("Retry-After"), "5");
  EXPECT_NE(house.metrics.text().find("belay_operations_refused_total{limit=\"caller_bytes\"} 1"), std::string::npos);
  // A small one has room, and what was cancelled gives its own back.
  const auto small = house.post(session + "act", kAct);
  EXPECT_FALSE(small->sent);
  const auto cancel = house.post(session + "cancel", "{}");
  ASSERT_TRUE(cancel->sent && cancel->sent->status == 200);
  const auto again = house.post(session + "extract", wide_schema());
  EXPECT_FALSE(again->sent);
  const auto end = house.post(session + "end", "{}");
  house.pass(1s);
}

// Mutant: a start holds nothing.
TEST(ServiceHeld, RefusesStartsWhoseBodiesTakeTooMuch) {
  House house(1, {}, {.bytes = 3 * kStart.size()});
  house.factory.next.open_time = 1min;
  const auto first = house.post("/v1/sessions/start", kStart);
  const auto second = house.post("/v1/sessions/start", kStart);
  EXPECT_FALSE(first->sent);
  ASSERT_TRUE(second->sent);
  EXPECT_EQ(second->sent->status, 429);
  EXPECT_TRUE(second->sent->body.contains("Too large bodies are under way from this caller"));
  house.pass(1min);
  ASSERT_TRUE(first->sent && first->sent->status == 200);
  const auto third = house.post("/v1/sessions/start", kStart);
  EXPECT_FALSE(third->sent);
  house.pass(1min);
  EXPECT_TRUE(third->sent && third->sent->status == 200);
}

// Mutant: the text is kept as long as the answer takes.
TEST(ServiceHeld, KeepsNoTextOfABodyThatHasBeenRead) {
  House house;
  house.factory.next.open_time = 1min;
  const auto start = house.post("/v1/sessions/start", kStart);
  EXPECT_FALSE(start->sent);
  EXPECT_EQ(start->request().body, "");
  house.pass(1min);
  const std::string id = *json::get_text(*json::read(start->sent->body), "data.sessionId");
  const auto act = house.post("/v1/sessions/" + id + "/act", kAct);
  EXPECT_FALSE(act->sent);
  EXPECT_EQ(act->request().body, "");
  house.pass(1s);
}

// Mutant: freed on the loop, with everybody waiting for it.
TEST(ServiceHeld, GivesTheFreeingOfLargeBodiesToTheWorkers) {
  House house;
  house.factory.next.verb_time = 1h;
  const std::string session = "/v1/sessions/" + house.start() + "/";
  const std::string body = R"({"schema":{"type":"object","x":")" + std::string(100'000, 'x') + R"("}})";
  const auto first = house.post(session + "extract", body);
  const auto second = house.post(session + "extract", body);
  EXPECT_EQ(house.service.offloaded(), 3U);  // both read, and the first one's taken over
  const auto cancel = house.post(session + "cancel", "{}");
  EXPECT_EQ(house.service.offloaded(), 4U);
  EXPECT_TRUE(first->sent && second->sent);
}

// Mutants: of a request that is refused, or that joins, the body is freed on the loop.
TEST(ServiceHeld, GivesTheBodiesOfRefusedAndJoinedRequestsToTheWorkersToo) {
  House house;
  house.factory.next.verb_time = 1h;
  const std::string session = "/v1/sessions/" + house.start() + "/";
  const std::string large = R"("x":")" + std::string(100'000, 'x') + R"("})";
  const auto given_away = [&](const std::string& target, const std::string& body, int status) {
    const std::size_t before = house.service.offloaded();
    const auto exchange = house.post(target, body);
    EXPECT_TRUE(exchange->sent) << target;
    if (exchange->sent) EXPECT_EQ(exchange->sent->status, status) << exchange->sent->body;
    return house.service.offloaded() - before;
  };
  const std::string extract = R"({"schema":{"type":"object",)" + large + "}";
  EXPECT_EQ(given_away("/v1/sessions/none/extract", extract, 404), 2U) << "read, and freed";
  EXPECT_EQ(given_away("/v1/sessions/none/extract", R"({"instruction":1,)" + large, 400), 2U);
  EXPECT_EQ(given_away("/v1/sessions/none/end", "{" + large, 400), 2U);

  const auto first = house.post(session + "extract", extract);
  first->leave();
  house.scheduler.run();
  const std::size_t before = house.service.offloaded();
  const auto again = house.post(session + "extract", extract, "1");
  EXPECT_TRUE(house.joined(1));
  EXPECT_EQ(house.service.offloaded() - before, 2U);
  const auto cancel = house.post(session + "cancel", "{}");
}

// --- a start's answer that was lost

// Mutant: that the kernel took it is enough.
TEST(ServiceHeld, AStartWhoseAnswerWasNeverAcknowledgedLeavesNoSession) {
  House house;
  const auto start = house.post("/v1/sessions/start", kStart);
  house.pass(1s);
  ASSERT_TRUE(start->sent && start->sent->status == 200);
  const std::string id = *json::get_text(*json::read(start->sent->body), "data.sessionId");
  EXPECT_EQ(house.sessions.sessions(), 1U);
  EXPECT_EQ(house.sessions.pinned(), 0U);
  start->settle(net::Delivery::lost);
  house.scheduler.run();
  EXPECT_EQ(house.sessions.sessions(), 0U);
  EXPECT_EQ(house.sessions.state_of(id), "client");
  house.pass(1s);
  EXPECT_TRUE(house.factory.alive.empty());
}

// Mutants: any end of the connection counts; a session that was used meanwhile is ended.
TEST(ServiceHeld, AStartWhoseAnswerArrivedOrWhoseSessionWasUsedLeavesOne) {
  House house;
  const auto read = house.post("/v1/sessions/start", kStart);
  const auto lost = house.post("/v1/sessions/start", kStart);
  house.pass(1s);
  const std::string id = *json::get_text(*json::read(lost->sent->body), "data.sessionId");
  read->settle(net::Delivery::read);
  const auto replay = house.post("/v1/sessions/" + id + "/replay", "", {}, "GET");
  lost->settle(net::Delivery::lost);
  house.scheduler.run();
  EXPECT_EQ(house.sessions.sessions(), 2U);
}

}  // namespace
}  // namespace api
