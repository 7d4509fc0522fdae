#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "base/testing/sanitized.h"
#include "cdp/connection.h"
#include "cdp/limits.h"
#include "cdp/testing/fake_chrome.h"

namespace cdp {
namespace {

using aio::Task;
using testing::FakeChrome;

struct LimitsBench {
  LimitsBench() { connection = Connection::over(scheduler.executor(), chrome.transport()); }
  ~LimitsBench() {
    connection->close();
    scheduler.run();
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  FakeChrome chrome{clock};
  std::shared_ptr<Connection> connection;
};

std::string why_it_ended(const std::function<void(LimitsBench&)>& attack) {
  LimitsBench b;
  std::string why;
  b.connection->on_closed([&](std::string told) { why = std::move(told); });
  attack(b);
  b.scheduler.run();
  EXPECT_EQ(b.connection->why(), why.empty() ? CloseReason::none : CloseReason::protocol);
  EXPECT_EQ(b.chrome.aborted(), !why.empty());
  return why;
}

TEST(Connection, EndsWithABrowserThatAttachesTargetsWithoutEnd) {
  const auto flood = [](std::size_t targets) {
    return [targets](LimitsBench& b) {
      for (std::size_t i = 0; i < targets; ++i) b.chrome.attach("S" + std::to_string(i), "T" + std::to_string(i));
    };
  };
  EXPECT_EQ(why_it_ended(flood(kMaxSessions)), "");
  EXPECT_EQ(why_it_ended(flood(kMaxSessions + 1)), "the browser attached more than 1000 targets");
  EXPECT_EQ(why_it_ended(flood(5 * kMaxSessions)), "the browser attached more than 1000 targets");
  EXPECT_EQ(why_it_ended([](LimitsBench& b) { b.chrome.attach(std::string(kMaxId + 1, 's'), "T"); }),
            "the browser named a target by more than 256 bytes");
  EXPECT_EQ(why_it_ended([](LimitsBench& b) {
              for (std::size_t i = 0; i < 3 * kMaxSessions; ++i) {
                b.chrome.attach("S" + std::to_string(i), "T");
                b.chrome.detach("S" + std::to_string(i));
              }
            }),
            "");
}

// Whoever hears of a session makes a page of it.
TEST(Connection, TellsOfASessionOnceHoweverOftenItIsAttached) {
  LimitsBench b;
  int told = 0;
  const auto heard = b.connection->root()->on("Target.attachedToTarget", [&](const json::Value&) { ++told; });
  for (int i = 0; i < 10'000; ++i) b.chrome.attach("S", "T");
  b.chrome.attach("", "T");
  b.scheduler.run();
  EXPECT_EQ(told, 1);
  b.chrome.detach("S");
  b.chrome.attach("S", "T");
  b.scheduler.run();
  EXPECT_EQ(told, 2);
  EXPECT_EQ(b.connection->why(), CloseReason::none);
}

TEST(Connection, EndsWithABrowserThatSendsAMessageWithoutEnd) {
  EXPECT_EQ(why_it_ended([](LimitsBench& b) { b.chrome.raw("{" + std::string(kMaxMessage - 2, ' ') + "}"); }), "");
  EXPECT_EQ(why_it_ended([](LimitsBench& b) { b.chrome.raw("{" + std::string(kMaxMessage - 1, ' ') + "}"); }),
            "the browser sent a message of 67108865 bytes, more than the 67108864 allowed");
}

// A message whose beginning is this and which is one byte larger than may be held.
std::string too_large(std::string text) {
  text.resize(kMaxMessage - 1, 'x');
  return text + "\"}";
}

// A page makes events as large as it likes.
TEST(Connection, GoesOnWithoutAnEventThatIsTooLarge) {
  LimitsBench b;
  std::vector<std::string> heard;
  const auto note = [&](std::string_view method, std::uint64_t size) {
    heard.push_back(std::string(method) + " " + std::to_string(size));
  };
  const auto listening =
      b.connection->root()->on("Page.event", [&](const json::Value&) { heard.emplace_back("heard"); });
  b.connection->on_passed_over(note);
  b.chrome.raw(too_large(R"({"method":"Page.event","params":")"));
  b.chrome.event("", "Page.event", {});
  b.chrome.raw(too_large(R"({"sessionId":"unknown", "method" : "Page.unwanted","params":")"));
  b.chrome.event("", "Page.event", {});
  b.scheduler.run();
  EXPECT_EQ(heard, (std::vector<std::string>{"Page.event 67108865", "heard", "Page.unwanted 67108865", "heard"}));
  EXPECT_EQ(b.connection->why(), CloseReason::none);
}

TEST(Connection, FailsTheCallWhoseReplyIsTooLarge) {
  LimitsBench b;
  b.chrome.drop("Page.large");
  std::vector<std::string> told;
  const auto note = [&](const base::Result<Payload>& reply) {
    told.push_back(reply ? "" : reply.error().message);
    EXPECT_TRUE(reply || reply.error().kind == base::Kind::browser);
  };
  const auto large = b.connection->root()->ask("Page.large", {}, note);
  const auto other = b.connection->root()->ask("Page.enable", {}, note);
  b.chrome.raw(too_large(R"({"id":1,"result":")"));
  b.chrome.raw(too_large(R"({"id":1,"result":")"));  // nobody waits any more
  b.scheduler.run();
  EXPECT_EQ(told, (std::vector<std::string>{
                      "", "the browser's reply to Page.large has 67108865 bytes, more than the 67108864 allowed"}));
  EXPECT_EQ(b.connection->why(), CloseReason::none);
}

TEST(Connection, EndsWhereWhatItLivesByIsTooLarge) {
  for (const char* text : {R"({"method":"Target.attachedToTarget","params":")", R"({"params":")", R"(["method":")"})
    EXPECT_EQ(why_it_ended([&](LimitsBench& b) { b.chrome.raw(too_large(text)); }),
              "the browser sent a message of 67108865 bytes, more than the 67108864 allowed");
}

TEST(BeginningOfAMessage, TellsWhatItIs) {
  const auto told = [](std::string_view text) {
    const Beginning beginning = beginning_of(text);
    return beginning.id ? std::to_string(*beginning.id) : std::string(beginning.method);
  };
  EXPECT_EQ(told(R"({"id":12,"result")"), "12");
  EXPECT_EQ(told(R"( { "sessionId" : "S" , "id" : 12 })"), "12");
  EXPECT_EQ(told(R"({"method":"Page.event","params":{)"), "Page.event");
  EXPECT_EQ(told(R"({"jsonrpc":"2.0","x":1,"method":"Page.event")"), "Page.event");
  for (const char* text :
       {"", "{", "[", R"({"id":12)", R"({"id":12.5,)", R"({"id":-1,)", R"({"id":"12",)",
        R"({"id":123456789012345678901,)", R"({"method":"Page.ev)", R"({"method":"Page\u002eevent",)",
        R"({"params":{},"method":"Page.event"})", R"({"method" "Page.event"})", R"({"id":1 2,)"})
    EXPECT_EQ(told(text), "") << text;
}

// An array of so many values, itself among them.
std::string values(std::size_t count) {
  std::string out = "[";
  for (std::size_t i = 2; i < count; ++i) out += "0,";
  return out + "0]";
}

TEST(Connection, EndsWithABrowserThatSendsValuesWithoutEnd) {
  const std::string limit = "the browser sent a message of more than the 8000000 JSON values allowed";
  int heard = 0;
  const auto event = [&](std::size_t count, const std::string& method) {
    return [&heard, count, method](LimitsBench& b) {
      const auto listening = b.connection->root()->on("Page.event", [&](const json::Value&) { ++heard; });
      b.chrome.raw(R"({"method":")" + method + R"(","params":)" + values(count) + "}");
      b.scheduler.run();
    };
  };
  EXPECT_EQ(why_it_ended(event(kMaxValues + 1, "Page.event")), limit);
  if (base::testing::kSanitized) return;  // the rest takes as long each time
  EXPECT_EQ(why_it_ended(event(kMaxValues, "Page.event")), "");
  EXPECT_EQ(heard, 1);
  EXPECT_EQ(why_it_ended(event(kMaxValues + 1, "Page.unwanted")), "");
  base::Result<Payload> told;
  const auto answer = [&](LimitsBench& b) {
    b.chrome.drop("Page.enable");
    const auto asked =
        b.connection->root()->ask("Page.enable", {}, [&](const base::Result<Payload>& reply) { told = reply; });
    b.chrome.raw(R"({"id":1,"result":)" + values(kMaxValues + 1) + "}");
    b.scheduler.run();
  };
  EXPECT_EQ(why_it_ended(answer), limit);
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().message, "The browser's endpoint cannot be used: " + limit);
}

// Several large replies and small ones between them, read by workers and on the loop.
Task<std::vector<std::string>> order_of(const aio::Context& ctx, aio::Workers& workers) {
  FakeChrome chrome(*ctx.clock);
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  const auto connection = Connection::over(executor, chrome.transport(), &workers);
  std::vector<std::string> order;
  const auto heard = connection->root()->on("Page.event", [&](const json::Value& params) {
    order.push_back(std::to_string(json::get_text(params, "text").value_or("").size()));
  });
  for (const std::size_t size : {std::size_t(1), kLargeMessage, std::size_t(2), 3 * kLargeMessage, std::size_t(3)})
    chrome.event("", "Page.event", {{"text", std::string(size, 'x')}});
  chrome.event("", "Page.unwanted", {{"text", std::string(4 * kLargeMessage, 'x')}});
  chrome.event("", "Page.event", {{"text", "four"}});
  chrome.answer("Page.large", json::Object{{"text", std::string(2 * kLargeMessage, 'x')}});
  const auto reply = co_await connection->root()->call(ctx, "Page.large");
  order.push_back(reply ? std::to_string(json::get_text(*reply, "text").value_or("").size()) : reply.error().message);
  connection->close();
  co_return order;
}

TEST(Connection, KeepsTheOrderOfMessagesThatWorkersRead) {
  aio::Loop loop;
  aio::SteadyClock clock;
  aio::Workers workers(2);
  const aio::Context ctx = aio::testing::test_context(clock);
  EXPECT_EQ(aio::testing::run_real(loop, order_of(ctx, workers)),
            (std::vector<std::string>{"1", std::to_string(kLargeMessage), "2", std::to_string(3 * kLargeMessage), "3",
                                      "4", std::to_string(2 * kLargeMessage)}));
}

}  // namespace
}  // namespace cdp
