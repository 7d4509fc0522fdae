#include "browser/page.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "browser/input.h"
#include "cdp/testing/fake_chrome.h"

namespace browser {
namespace {

// A page of a scripted browser: target T with session P.
struct PageBench {
  PageBench() {
    connection = cdp::Connection::over(scheduler.executor(), chrome.transport());
    chrome.attach("P", "T");
    scheduler.run();
    page = std::make_shared<Page>(connection->session("P"), "T", engine::LaunchOptions{}, DialogPolicy{}, *ctx.log,
                                  clock, [this](cdp::Session& session) {
                                    prepared.push_back(session.id());
                                    return std::vector<cdp::Subscription>();
                                  });
    scheduler.run();
  }
  ~PageBench() {
    page.reset();
    connection->close();
    scheduler.run();
  }
  // An iframe of another site, seen by the session `parent`.
  void attach_frame(const std::string& session, const std::string& frame, const std::string& parent) {
    chrome.event(
        parent, "Target.attachedToTarget",
        {{"sessionId", session},
         {"targetInfo", {{"type", "iframe"}, {"targetId", frame}, {"parentFrameId", parent == "P" ? "T" : "X"}}}});
    scheduler.run();
  }
  void world(const std::string& session, const std::string& frame, int context) {
    chrome.event(session, "Runtime.executionContextCreated",
                 {{"context", {{"id", context}, {"name", "belay"}, {"auxData", {{"frameId", frame}}}}}});
    scheduler.run();
  }
  std::vector<std::string> sent_to(const std::string& session) const {
    std::vector<std::string> out;
    for (const cdp::testing::Command& command : chrome.commands())
      if (command.session_id == session) out.push_back(command.method);
    return out;
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  cdp::testing::FakeChrome chrome{clock};
  std::shared_ptr<cdp::Connection> connection;
  std::vector<std::string> prepared;
  std::shared_ptr<Page> page;
};

TEST(Page, TellsEachSessionOfItsFramesEverythingBeforeItRuns) {
  PageBench b;
  b.attach_frame("S", "X", "P");
  b.attach_frame("R", "Y", "S");
  EXPECT_EQ(b.prepared, (std::vector<std::string>{"P", "S", "R"}));
  for (const std::string session : {"P", "S", "R"}) {
    const std::vector<std::string> sent = b.sent_to(session);
    const auto runs = std::ranges::find(sent, "Runtime.runIfWaitingForDebugger");
    ASSERT_NE(runs, sent.end()) << session;
    for (const std::string method : {"Target.setAutoAttach", "Page.enable", "Network.enable", "Runtime.enable",
                                     "Page.setLifecycleEventsEnabled", "Page.addScriptToEvaluateOnNewDocument"})
      EXPECT_LT(std::ranges::find(sent, method), runs) << session << " " << method;
  }
}

// A page may have more of them than a connection has places.
TEST(Page, LeavesWorkersAloneThatABrowserAttachesUnasked) {
  PageBench b;
  b.chrome.event("P", "Target.attachedToTarget",
                 {{"sessionId", "W"}, {"targetInfo", {{"type", "worker"}, {"targetId", "V"}}}});
  b.scheduler.run();
  EXPECT_EQ(b.sent_to("W"), std::vector<std::string>{"Runtime.runIfWaitingForDebugger"});
  const cdp::testing::Command& last = b.chrome.commands().back();
  EXPECT_EQ(last.method + " by " + last.session_id, "Target.detachFromTarget by P");
  EXPECT_EQ(json::get_text(last.params, "sessionId"), "W");
}

TEST(Page, CallsAFramesScriptInItsOwnSessionAndWorld) {
  PageBench b;
  b.attach_frame("S", "X", "P");
  b.world("P", "T", 3);
  b.world("S", "X", 8);
  b.chrome.answer("Runtime.callFunctionOn", [](const cdp::testing::Command& command) -> base::Result<json::Value> {
    const std::string context = std::to_string(*json::get_int(command.params, "executionContextId"));
    return json::Value{{"result", {{"value", command.session_id + context}}}};
  });
  const auto run = [&](const Frame& frame) {
    return aio::testing::run_on(b.scheduler, b.clock, frame.script(b.ctx, "alive", {}));
  };
  EXPECT_EQ(*run(b.page->main_frame()), json::Value("P3"));
  EXPECT_EQ(*run(*b.page->frame("X")), json::Value("S8"));
  EXPECT_EQ(b.page->frame_by_ordinal(1)->id(), "X");
}

TEST(Page, SaysThatAFrameIsGone) {
  PageBench b;
  b.attach_frame("S", "X", "P");
  const Frame frame = *b.page->frame("X");
  b.chrome.event("P", "Page.frameDetached", {{"frameId", "X"}, {"reason", "remove"}});
  b.scheduler.run();
  const auto result = aio::testing::run_on(b.scheduler, b.clock, frame.script(b.ctx, "alive", {}));
  EXPECT_EQ(result.error().message, "the frame is gone");
  EXPECT_EQ(b.page->frame("X"), std::nullopt);
}

TEST(Page, WatchesAllItsSessionsPresentAndFuture) {
  PageBench b;
  std::vector<std::string> seen;
  auto watch = b.page->watch("Network.requestWillBeSent",
                             [&](cdp::Session& session, const json::Value&) { seen.push_back(session.id()); });
  b.attach_frame("S", "X", "P");
  b.attach_frame("R", "Y", "S");
  for (const std::string session : {"P", "S", "R"}) b.chrome.event(session, "Network.requestWillBeSent", {});
  b.scheduler.run();
  EXPECT_EQ(seen, (std::vector<std::string>{"P", "S", "R"}));
  watch.reset();
  b.attach_frame("Q", "Z", "P");
  for (const std::string session : {"P", "S", "Q"}) b.chrome.event(session, "Network.requestWillBeSent", {});
  b.scheduler.run();
  EXPECT_EQ(seen.size(), 3U);
}

TEST(Page, ForgetsTheSessionsBelowOneThatDetached) {
  PageBench b;
  b.attach_frame("S", "X", "P");
  b.attach_frame("R", "Y", "S");
  EXPECT_EQ(b.page->frames().size(), 3U);
  b.chrome.answer("Page.getFrameTree", json::Value{{"frameTree", {{"frame", {{"id", "T"}, {"url", "u"}}}}}});
  b.chrome.detach("S", "P");
  b.scheduler.run();
  EXPECT_EQ(b.page->frames_known(), 1U);
  EXPECT_EQ(b.page->session_of("S"), nullptr);
  EXPECT_EQ(b.page->session_of("R"), nullptr);
}

// A browser that invents frames faster than it answers must not make us collect questions.
TEST(Page, AsksASessionForItsFramesOnceAtATimeAndAgainForWhatCameMeanwhile) {
  PageBench b;
  b.chrome.drop("Page.getFrameTree");
  for (int i = 1; i <= 100; ++i) b.world("P", "X" + std::to_string(i), i);
  EXPECT_EQ(b.chrome.count("Page.getFrameTree"), 1U);
  EXPECT_EQ(b.connection->pending_calls(), 1U);
}

TEST(Page, AsksAgainWhatMayHaveChangedWhileItAsked) {
  PageBench b;
  int asked = 0;
  b.chrome.answer("Page.getFrameTree", [&](const cdp::testing::Command&) -> base::Result<json::Value> {
    if (++asked == 1)  // before the answer
      b.chrome.event("P", "Runtime.executionContextCreated",
                     {{"context", {{"id", 2}, {"name", "belay"}, {"auxData", {{"frameId", "Y"}}}}}});
    json::Array children{json::Object{{"frame", {{"id", "X"}, {"url", "u"}}}}};
    if (asked > 1) children.push_back(json::Object{{"frame", {{"id", "Y"}, {"url", "u"}}}});
    return json::Value{{"frameTree", {{"frame", {{"id", "T"}, {"url", "u"}}}, {"childFrames", children}}}};
  });
  b.world("P", "X", 1);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(b.page->frames_known(), 3U);
  b.world("P", "Z", 3);  // and it is not kept from asking later
  EXPECT_EQ(asked, 3);
}

TEST(Page, AsksAgainAfterARefusal) {
  PageBench b;
  b.chrome.refuse("Page.getFrameTree", -32000, "no");
  b.world("P", "X", 1);
  b.world("P", "Y", 2);
  EXPECT_EQ(b.chrome.count("Page.getFrameTree"), 2U);
}

struct Heard final : engine::EventSink {
  void progress(engine::Progress line) override { lines.push_back(std::move(line)); }
  std::vector<engine::Progress> lines;
};

// Mutant: whatever a browser says of a dialog goes on whole.
TEST(Page, TellsNoMoreOfADialogThanThereMayBe) {
  PageBench b;
  Heard heard;
  b.page->set_listener(&heard);
  const std::string much(1 << 20, 'x');
  b.chrome.event("P", "Page.javascriptDialogOpening", {{"type", much}, {"message", much}});
  b.scheduler.run();
  ASSERT_EQ(heard.lines.size(), 1U);
  EXPECT_LT(heard.lines[0].message.size(), 100U);
  ASSERT_EQ(heard.lines[0].auxiliary.size(), 2U);
  EXPECT_LT(heard.lines[0].auxiliary[0].value.size(), 100U);
  EXPECT_LT(heard.lines[0].auxiliary[1].value.size(), 20'000U);
}

// Mutant: a command is given up after 30 s, whatever the function that it calls waits for.
TEST(Page, WaitsForAsLongAsAFunctionMayTakeByItself) {
  PageBench b;
  b.world("P", "T", 3);
  b.chrome.drop("Runtime.callFunctionOn");
  const auto seconds = [&](json::Array arguments) {
    const base::TimePoint began = b.clock.now();
    const Frame frame = b.page->main_frame();
    auto never = frame.script(b.ctx, "point", std::move(arguments));
    const auto result = aio::testing::run_on(b.scheduler, b.clock, std::move(never));
    EXPECT_EQ(result.error().kind, base::Kind::timeout);
    return std::chrono::duration_cast<std::chrono::seconds>(b.clock.now() - began).count();
  };
  EXPECT_EQ(seconds({}), 30);
  EXPECT_EQ(seconds({"#go", json::Object{{"timeout", 60'000}}}), 90);
  EXPECT_LT(seconds({"#go", json::Object{{"timeout", 1e300}}}), 10'000'000'000);
}

TEST(Page, IsHungWhenTheDocumentThatIsToComeIsKeptOut) {
  PageBench b;
  const auto hung_in = [&](std::chrono::milliseconds time) { return b.page->hung(b.clock.now() + time); };
  EXPECT_FALSE(hung_in(std::chrono::hours(1)));
  b.page->expect_document(b.clock.now());
  EXPECT_FALSE(hung_in(std::chrono::milliseconds(999)));
  EXPECT_TRUE(hung_in(std::chrono::milliseconds(1000)));
  b.page->expect_document(b.clock.now() + std::chrono::milliseconds(900));  // that of the first one still has not come
  EXPECT_TRUE(hung_in(std::chrono::milliseconds(1000)));
  b.chrome.event("P", "Page.frameNavigated", {{"frame", {{"id", "X"}, {"parentId", "T"}}}});
  b.scheduler.run();
  EXPECT_TRUE(hung_in(std::chrono::milliseconds(1000)));
  b.chrome.event("P", "Page.frameNavigated", {{"frame", {{"id", "T"}, {"url", "http://h/"}}}});
  b.scheduler.run();
  EXPECT_FALSE(hung_in(std::chrono::hours(1)));
  b.page->expect_document(b.clock.now());
  b.chrome.event("P", "Inspector.targetCrashed", {});
  b.scheduler.run();
  EXPECT_FALSE(hung_in(std::chrono::hours(1))) << "a dead renderer lets the next document in";
}

// What was sent cannot be taken back: a page that is busy with it, or with something else, comes to it later.
TEST(Page, ThatDoesNotAnswerInputIsToldWithWhatWasSent) {
  PageBench b;
  b.chrome.drop("Input.dispatchMouseEvent");
  const Spot spot{.session = b.connection->session("P"), .at = {1, 1}, .in_page = {1, 1}};
  const auto done = aio::testing::run_on(b.scheduler, b.clock, click_at(b.ctx, *b.page, spot, "left", 1));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().kind, base::Kind::timeout);
  EXPECT_EQ(done.error().message,
            "the page does not answer: a script of its own keeps it busy: input had been sent to the page, and part of "
            "it may "
            "have taken effect");
  EXPECT_EQ(done.error().detail, "Input.dispatchMouseEvent was not answered within 30000ms");
}

}  // namespace
}  // namespace browser
