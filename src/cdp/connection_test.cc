#include "cdp/connection.h"

#include <gtest/gtest.h>

#include "aio/scope.h"
#include "aio/testing/run.h"
#include "cdp/testing/fake_chrome.h"
#include "json/write.h"

namespace cdp {
namespace {

using aio::Task;
using testing::FakeChrome;
using namespace std::chrono_literals;

// A connection to a scripted browser; ends clean whatever the test did.
struct ConnectionBench {
  explicit ConnectionBench(std::uint32_t seed = 1) : scheduler(seed) {
    connection = Connection::over(scheduler.executor(), chrome.transport());
  }
  ~ConnectionBench() {
    connection->close();
    scheduler.run();
  }
  template <class T>
  T run(Task<T> work) {
    return aio::testing::run_on(scheduler, clock, std::move(work));
  }
  base::Result<Payload> call(Session& session, std::string method) { return run(session.call(ctx, std::move(method))); }

  aio::testing::Scheduler scheduler;
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  FakeChrome chrome{clock};
  std::shared_ptr<Connection> connection;
};

base::Error error_in(const base::Result<Payload>& result) { return result ? base::Error{} : result.error(); }

TEST(Connection, GivesTheResultOfACommand) {
  ConnectionBench b;
  b.chrome.answer("Browser.getVersion", json::Value{{"product", "Chrome/1"}});
  const auto version = b.call(*b.connection->root(), "Browser.getVersion");
  ASSERT_TRUE(version);
  EXPECT_EQ(json::get_string(*version, "product"), "Chrome/1");
}

TEST(Connection, GivesTheBrowsersRefusalAsCodeAndText) {
  ConnectionBench b;
  b.chrome.refuse("Page.navigate", -32000, "Cannot navigate to invalid URL");
  EXPECT_EQ(error_in(b.call(*b.connection->root(), "Page.navigate")),
            (base::Error{base::Kind::browser, "-32000 Cannot navigate to invalid URL"}));
}

TEST(Connection, GivesUpOnACommandAfterItsTime) {
  ConnectionBench b;
  b.chrome.drop("Page.enable");
  EXPECT_EQ(error_in(b.call(*b.connection->root(), "Page.enable")),
            (base::Error{base::Kind::timeout, "Page.enable was not answered within 30000ms"}));
  b.ctx = b.ctx.within(250ms);
  EXPECT_EQ(error_in(b.call(*b.connection->root(), "Page.enable")),
            (base::Error{base::Kind::timeout, "Page.enable was not answered within 250ms"}));
  EXPECT_EQ(b.connection->pending_calls(), 0U);
}

Task<base::Result<Payload>> by_deadline(const aio::Context& ctx, Session& session) {
  PendingCall call = session.send("Page.navigate");
  co_return co_await call.reply_by_deadline(ctx);
}

TEST(Connection, WaitsLongerForWhatMayRightlyTakeLong) {
  ConnectionBench b;
  b.chrome.delay("Page.navigate", 45s);
  EXPECT_TRUE(b.run(by_deadline(b.ctx, *b.connection->root())));
}

TEST(Connection, IgnoresAReplyThatComesTooLate) {
  ConnectionBench b;
  b.chrome.delay("Page.enable", 40s);
  EXPECT_EQ(error_in(b.call(*b.connection->root(), "Page.enable")).kind, base::Kind::timeout);
  b.clock.advance(20s);
  b.scheduler.run();
  EXPECT_TRUE(b.call(*b.connection->root(), "Page.disable"));
}

Task<base::Result<void>> three(const aio::Context& ctx, Session& session, std::size_t& sent_before_waiting,
                               const FakeChrome& chrome) {
  PendingCall moved = session.send("Input.dispatchMouseEvent", {{"type", "mouseMoved"}});
  PendingCall pressed = session.send("Input.dispatchMouseEvent", {{"type", "mousePressed"}});
  PendingCall released = session.send("Input.dispatchMouseEvent", {{"type", "mouseReleased"}});
  sent_before_waiting = chrome.commands().size();
  CO_TRY_VOID(co_await released.reply(ctx));
  CO_TRY_VOID(co_await moved.reply(ctx));
  CO_TRY_VOID(co_await pressed.reply(ctx));
  co_return base::Result<void>();
}

TEST(Connection, SendsCommandsBackToBackInOrder) {
  ConnectionBench b;
  std::size_t sent = 0;
  EXPECT_TRUE(b.run(three(b.ctx, *b.connection->root(), sent, b.chrome)));
  EXPECT_EQ(sent, 3U);
  EXPECT_EQ(json::get_string(b.chrome.commands()[0].params, "type"), "mouseMoved");
  EXPECT_EQ(json::get_string(b.chrome.commands()[2].params, "type"), "mouseReleased");
}

Task<base::Result<void>> twice(const aio::Context& ctx, Session& session, std::string& second) {
  PendingCall call = session.send("Page.large");
  CO_TRY(const Payload reply, co_await call.reply(ctx));
  EXPECT_EQ(reply, json::Value("large"));
  const auto again = co_await call.reply(ctx);
  second = again ? json::write(*again) : again.error().message;
  co_return base::Result<void>();
}

// Mutant: a copy, made by the loop, of what may be megabytes.
TEST(Connection, HandsAReplyOver) {
  ConnectionBench b;
  b.chrome.answer("Page.large", json::Value("large"));
  std::string second;
  EXPECT_TRUE(b.run(twice(b.ctx, *b.connection->root(), second)));
  EXPECT_EQ(second, "the reply to Page.large was taken already");
}

TEST(Connection, ForgetsACommandThatIsDropped) {
  ConnectionBench b;
  b.chrome.drop("Page.enable");
  {
    const PendingCall call = b.connection->root()->send("Page.enable");
    EXPECT_EQ(b.connection->pending_calls(), 1U);
  }
  EXPECT_EQ(b.connection->pending_calls(), 0U);
}

Task<void> call_for_ever(const aio::Context& ctx, Session& session) {
  static_cast<void>(co_await session.call(ctx, "Page.enable"));
}

TEST(Connection, ForgetsACommandWhoseCallerIsCancelled) {
  ConnectionBench b;
  b.chrome.drop("Page.enable");
  aio::Scope scope(b.scheduler.executor());
  scope.spawn(call_for_ever(b.ctx, *b.connection->root()));
  b.scheduler.run();
  EXPECT_EQ(b.connection->pending_calls(), 1U);
  b.run(scope.cancel());
  EXPECT_EQ(b.connection->pending_calls(), 0U);
}

TEST(Connection, BringsEventsToTheirSessionInOrder) {
  ConnectionBench b;
  b.chrome.attach("S1", "T1");
  b.scheduler.run();
  std::vector<std::int64_t> seen;
  const auto page = b.connection->session("S1");
  const Subscription on_page =
      page->on("Page.x", [&](const json::Value& p) { seen.push_back(*json::get_int(p, "n")); });
  const Subscription on_root = b.connection->root()->on("Page.x", [&](const json::Value&) { seen.push_back(-1); });
  for (int n = 0; n < 4; ++n) b.chrome.event("S1", "Page.x", {{"n", n}});
  b.chrome.event("S2", "Page.x", {{"n", 9}});
  b.scheduler.run();
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST(Connection, RunsCallbacksBeforeItLooksAtLaterMessages) {
  ConnectionBench b;
  std::vector<std::string> order;
  const auto root = b.connection->root();
  const Subscription first = root->on("A.a", [&](const json::Value&) {
    order.push_back("event");
    EXPECT_EQ(b.connection->pending_calls(), 1U);  // its reply is behind the event
  });
  b.chrome.event("", "A.a", {});
  EXPECT_TRUE(b.call(*root, "Page.enable"));
  EXPECT_EQ(order.size(), 1U);
}

TEST(Connection, LetsACallbackUnsubscribeItselfAndOthers) {
  ConnectionBench b;
  int first_calls = 0;
  int second_calls = 0;
  auto first = std::make_unique<Subscription>();
  auto second = std::make_unique<Subscription>();
  *first = b.connection->root()->on("A.a", [&](const json::Value&) {
    ++first_calls;
    first.reset();
    second.reset();
  });
  *second = b.connection->root()->on("A.a", [&](const json::Value&) { ++second_calls; });
  b.chrome.event("", "A.a", {});
  b.chrome.event("", "A.a", {});
  b.scheduler.run();
  EXPECT_EQ(first_calls, 1);
  EXPECT_EQ(second_calls, 0);
}

TEST(Connection, LetsACallbackSubscribeForLaterEvents) {
  ConnectionBench b;
  int late_calls = 0;
  std::vector<Subscription> kept;
  kept.push_back(b.connection->root()->on("A.a", [&](const json::Value&) {
    if (kept.size() == 1) kept.push_back(b.connection->root()->on("A.a", [&](const json::Value&) { ++late_calls; }));
  }));
  b.chrome.event("", "A.a", {});
  b.scheduler.run();
  EXPECT_EQ(late_calls, 0);
  b.chrome.event("", "A.a", {});
  b.scheduler.run();
  EXPECT_EQ(late_calls, 1);
}

TEST(Connection, LetsACallbackDropItsSessionAndCloseTheConnection) {
  ConnectionBench b;
  b.chrome.attach("S1", "T1");
  b.scheduler.run();
  auto page = b.connection->session("S1");
  int calls = 0;
  const Subscription subscription = page->on("A.a", [&](const json::Value&) {
    ++calls;
    b.connection->close();
    page.reset();
  });
  b.chrome.event("S1", "A.a", {});
  b.chrome.event("S1", "A.a", {});
  b.scheduler.run();
  EXPECT_EQ(calls, 1);
}

TEST(Session, GivesAnAnswerInItsPlaceAmongTheEvents) {
  ConnectionBench b;
  std::vector<std::string> order;
  const auto root = b.connection->root();
  const Subscription event = root->on("A.a", [&](const json::Value&) { order.push_back("event"); });
  b.chrome.answer("Page.getFrameTree", [&](const testing::Command&) -> base::Result<json::Value> {
    b.chrome.event("", "A.a", {});
    return json::Value{{"n", 1}};
  });
  const Subscription answer = root->ask("Page.getFrameTree", {}, [&](const base::Result<Payload>& reply) {
    order.push_back("answer");
    EXPECT_EQ(json::get_int(*reply, "n"), 1);
    b.chrome.event("", "A.a", {});
  });
  b.scheduler.run();
  EXPECT_EQ(order, (std::vector<std::string>{"event", "answer", "event"}));
}

TEST(Session, TellsWhoAskedOfARefusalAndOfTheEndUnlessItIsNoLongerWanted) {
  ConnectionBench b;
  std::vector<std::string> told;
  const auto ask = [&](const std::string& method) {
    return b.connection->root()->ask(method, {}, [&told, method](const base::Result<Payload>& reply) {
      told.push_back(method + (reply ? " answered" : " failed"));
    });
  };
  Subscription dropped = ask("Page.enable");
  dropped = Subscription();
  b.chrome.refuse("Page.reload", -32000, "no");
  const Subscription refused = ask("Page.reload");
  b.chrome.drop("Page.navigate");
  const Subscription lost = ask("Page.navigate");
  b.scheduler.run();
  EXPECT_EQ(told, std::vector<std::string>{"Page.reload failed"});
  b.connection->close();
  const Subscription late = ask("Page.close");
  b.scheduler.run();
  EXPECT_EQ(told, (std::vector<std::string>{"Page.reload failed", "Page.navigate failed", "Page.close failed"}));
}

TEST(Session, FindsTheOtherSessionsOfItsConnection) {
  ConnectionBench b;
  b.chrome.attach("S1", "T1");
  b.scheduler.run();
  const auto page = b.connection->root()->other("S1");
  EXPECT_EQ(page, b.connection->session("S1"));
  EXPECT_TRUE(page->other("S2")->is_gone());
  b.connection->close();
  EXPECT_TRUE(page->other("S1")->is_gone());
}

TEST(Connection, EndsASessionWhenItsTargetDetaches) {
  ConnectionBench b;
  b.chrome.attach("S1", "T1");
  b.chrome.attach("S2", "T2", "S1");
  b.scheduler.run();
  const auto page = b.connection->session("S1");
  const auto frame = b.connection->session("S2");
  b.chrome.drop("Page.enable");
  PendingCall call = page->send("Page.enable");
  b.chrome.detach("S1");
  b.scheduler.run();
  EXPECT_TRUE(page->is_gone());
  EXPECT_TRUE(frame->is_gone());
  EXPECT_EQ(page->why(), CloseReason::detached);
  EXPECT_EQ(error_in(b.run(call.reply(b.ctx))).message, "The page was closed");
  EXPECT_EQ(error_in(b.call(*page, "Page.enable")).message, "The page was closed");
  EXPECT_TRUE(b.connection->session("S1")->is_gone());
  EXPECT_FALSE(b.connection->root()->is_gone());
}

TEST(Connection, HasTheSessionReadyWhenSubscribersHearOfIt) {
  ConnectionBench b;
  std::shared_ptr<Session> made;
  const Subscription on = b.connection->root()->on("Target.attachedToTarget", [&](const json::Value& params) {
    made = b.connection->session(*json::get_text(params, "sessionId"));
    made->post("Runtime.runIfWaitingForDebugger");
  });
  b.chrome.attach("S1", "T1");
  b.scheduler.run();
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->is_gone());
  EXPECT_EQ(b.chrome.commands().at(0).session_id, "S1");
}

void expect_crash(const std::string& session_id, const std::string& event, json::Object params) {
  ConnectionBench b;
  b.chrome.attach("S1", "T1");
  b.scheduler.run();
  const auto page = b.connection->session("S1");
  b.chrome.drop("Runtime.evaluate");
  PendingCall call = page->send("Runtime.evaluate");
  b.chrome.event(session_id, event, std::move(params));
  b.scheduler.run();
  EXPECT_EQ(error_in(b.run(call.reply(b.ctx))).message, "The page crashed");
  EXPECT_EQ(page->why(), CloseReason::crashed);
  EXPECT_FALSE(page->is_gone());
  EXPECT_TRUE(b.call(*page, "Page.navigate"));  // how a crashed page is brought back
  b.chrome.event("S1", "Inspector.targetReloadedAfterCrash", {});
  b.scheduler.run();
  EXPECT_EQ(page->why(), CloseReason::none);
}

TEST(Connection, FailsTheCallsOfACrashedPageAtOnce) {
  expect_crash("S1", "Inspector.targetCrashed", {});
  expect_crash("", "Target.targetCrashed", {{"targetId", "T1"}, {"status", "crashed"}, {"errorCode", 11}});
}

TEST(Connection, FailsEverythingWhenTheBrowserGoesAway) {
  ConnectionBench b;
  b.chrome.attach("S1", "T1");
  b.scheduler.run();
  const auto page = b.connection->session("S1");
  std::vector<std::string> reasons;
  b.connection->on_closed([&](const std::string& why) { reasons.push_back(why); });
  b.chrome.drop("Page.enable");
  PendingCall call = page->send("Page.enable");
  b.chrome.hang_up("reset by peer");
  EXPECT_EQ(error_in(b.run(call.reply(b.ctx))),
            (base::Error{base::Kind::gone, "the connection to the browser was lost", "reset by peer"}));
  EXPECT_EQ(reasons, std::vector<std::string>{"reset by peer"});
  EXPECT_EQ(b.connection->why(), CloseReason::socket);
  EXPECT_EQ(page->why(), CloseReason::socket);
  EXPECT_TRUE(page->is_gone());
  EXPECT_TRUE(b.connection->root()->is_gone());
  EXPECT_EQ(error_in(b.call(*page, "Page.enable")).kind, base::Kind::gone);
}

// Mutant: the words as they came. What answers at a cdpUrl has heard the credentials in it.
TEST(Connection, RepeatsNoCredentialsThatTheOtherSideWasReachedWith) {
  ConnectionBench b;
  base::Redactor secrets;
  secrets.add("tok-0123456789");
  b.connection->keep_secret(std::move(secrets));
  b.chrome.refuse("Page.enable", -32000, "not for TOK%2D0123456789 at ws://me:pw@host/");
  EXPECT_EQ(error_in(b.call(*b.connection->root(), "Page.enable")).message, "-32000 not for *** at ws://me:***@host/");
  b.chrome.refuse("Page.enable", -32000, std::string(1'000'000, 'x'));
  EXPECT_LT(error_in(b.call(*b.connection->root(), "Page.enable")).message.size(), 5000u);
  std::string why;
  b.connection->on_closed([&](const std::string& told) { why = told; });
  b.chrome.hang_up("code=1008 reason=tok-0123456789 is spent");
  b.scheduler.run();
  EXPECT_EQ(why, "code=1008 reason=*** is spent");
}

TEST(Connection, EndsWhenTheOtherSideTalksGarbage) {
  for (const char* garbage : {"{", "[]", "nonsense", R"({"id":"x"})", ""}) {
    ConnectionBench b;
    b.chrome.drop("Page.enable");
    PendingCall call = b.connection->root()->send("Page.enable");
    b.chrome.raw(garbage);
    const base::Error error = error_in(b.run(call.reply(b.ctx)));
    EXPECT_EQ(error.kind, base::Kind::gone) << garbage;
    EXPECT_TRUE(error.message.starts_with("The browser's endpoint broke the DevTools protocol: ")) << error.message;
    EXPECT_EQ(b.connection->why(), CloseReason::protocol);
    EXPECT_TRUE(b.chrome.aborted());
  }
}

TEST(Connection, IgnoresMessagesThatNobodyAskedFor) {
  ConnectionBench b;
  b.chrome.raw(R"({"id":99,"result":{}})");
  b.chrome.raw(R"({})");
  b.chrome.raw(R"({"method":"New.event","params":{"deep":[{}]}})");
  b.chrome.raw(R"({"method":"Page.x","sessionId":"unknown"})");
  EXPECT_TRUE(b.call(*b.connection->root(), "Page.enable"));
}

TEST(Connection, SaysSoWhenTheBrowserTakesNoCommands) {
  ConnectionBench b;
  b.chrome.stop_reading();
  EXPECT_EQ(error_in(b.call(*b.connection->root(), "Page.enable")).message,
            "the browser does not take commands: its queue is full");
  EXPECT_EQ(b.connection->pending_calls(), 0U);
}

TEST(Connection, TellsNobodyOfACloseOfItsOwn) {
  ConnectionBench b;
  bool told = false;
  b.connection->on_closed([&](const std::string&) { told = true; });
  b.chrome.drop("Page.enable");
  PendingCall call = b.connection->root()->send("Page.enable");
  b.connection->close();
  b.connection->close();
  EXPECT_EQ(error_in(b.run(call.reply(b.ctx))).message, "the connection to the browser was closed");
  EXPECT_FALSE(told);
  EXPECT_TRUE(b.chrome.aborted());
  EXPECT_FALSE(b.chrome.said_goodbye());
}

TEST(Connection, SaysGoodbyeWhenItHasTheTime) {
  ConnectionBench b;
  b.connection->root()->post("Target.closeTarget");
  b.run(b.connection->finish(b.ctx));
  EXPECT_TRUE(b.chrome.said_goodbye());
  EXPECT_EQ(b.chrome.count("Target.closeTarget"), 1U);
  EXPECT_EQ(b.connection->why(), CloseReason::closed);
}

TEST(Session, OutlivesItsConnection) {
  std::shared_ptr<Session> root;
  aio::testing::ManualClock clock;
  const aio::Context ctx = aio::testing::test_context(clock);
  aio::testing::Scheduler scheduler(1);
  {
    ConnectionBench b;
    root = b.connection->root();
  }
  root->post("Page.enable");
  EXPECT_EQ(error_in(aio::testing::run_on(scheduler, clock, root->call(ctx, "Page.enable"))).message,
            "the connection to the browser was closed");
}

Task<void> wait_gone(Session& session, int& woken) {
  co_await session.gone().wait();
  ++woken;
}

Task<void> talk(const aio::Context& ctx, std::shared_ptr<Session> session, int& settled) {
  for (int i = 0; i < 3; ++i) {
    const std::string method = i % 2 == 0 ? "Page.enable" : "Slow.call";
    static_cast<void>(co_await session->call(ctx, method));
    ++settled;
  }
}

// Whatever the order in which things happen to run: every call ends, everybody who waits is woken, nothing is left.
TEST(Connection, SettlesEveryCallInEveryOrder) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    ConnectionBench b(seed);
    b.chrome.delay("Slow.call", std::chrono::milliseconds(b.scheduler.random()() % 50));
    b.chrome.attach("S1", "T1");
    b.scheduler.run();
    const auto page = b.connection->session("S1");
    int settled = 0;
    int woken = 0;
    aio::Scope scope(b.scheduler.executor());
    for (int n = 0; n < 4; ++n) scope.spawn(talk(b.ctx, n % 2 == 0 ? page : b.connection->root(), settled));
    scope.spawn(wait_gone(*page, woken));
    switch (seed % 4) {
      case 0:
        b.chrome.hang_up();
        break;
      case 1:
        b.chrome.detach("S1");
        break;
      case 2:
        b.chrome.raw("garbage");
        break;
      default:
        b.connection->close();
    }
    b.run(scope.finish());
    ASSERT_EQ(settled, 12) << "seed " << seed;
    ASSERT_EQ(woken, 1) << "seed " << seed;
    ASSERT_EQ(b.connection->pending_calls(), 0U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace cdp
