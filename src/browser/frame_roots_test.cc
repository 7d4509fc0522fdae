#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "browser/page.h"
#include "browser/root_rounds.h"
#include "browser/selector_path.h"
#include "browser/snapshot/page_snapshot.h"
#include "cdp/testing/fake_chrome.h"

namespace browser {
namespace {

using cdp::testing::Command;
using Answer = base::Result<json::Value>;

// A page whose script answers as a test says, and that has `hosts` elements that may have closed roots.
struct FrameRootsBench {
  FrameRootsBench() {
    connection = cdp::Connection::over(scheduler.executor(), chrome.transport());
    chrome.attach("P", "T");
    scheduler.run();
    page = std::make_shared<Page>(connection->session("P"), "T", engine::LaunchOptions{}, DialogPolicy{}, *ctx.log,
                                  clock, [](cdp::Session&) { return std::vector<cdp::Subscription>(); });
    chrome.event("P", "Runtime.executionContextCreated",
                 {{"context", {{"id", 3}, {"name", "belay"}, {"auxData", {{"frameId", "T"}}}}}});
    scheduler.run();
    chrome.answer("Runtime.callFunctionOn", [this](const Command& command) -> Answer {
      const std::string code = json::get_text(command.params, "functionDeclaration").value_or("");
      if (rounds > 1000) return json::Value{{"result", {{"value", "too many rounds"}}}};
      if (code.find("hosts") == code.npos) return json::Value{{"result", {{"value", answer(code, command.params)}}}};
      ++rounds;
      return json::Value{{"result", {{"objectId", "hosts"}}}};
    });
    chrome.answer("Runtime.getProperties", [this](const Command&) -> Answer {
      json::Array out;
      for (int i = 0; i < hosts && rounds <= 1000; ++i)
        out.push_back(json::Object{{"value", {{"subtype", "node"}, {"objectId", "h"}}}});
      return json::Value{{"result", out}};
    });
  }
  ~FrameRootsBench() {
    page.reset();
    connection->close();
    scheduler.run();
  }
  base::Result<json::Value> ask(json::Array arguments = {}) {
    TRY(const cdp::Payload said,
        aio::testing::run_on(scheduler, clock, page->main_frame().script(ctx, "snapshot", std::move(arguments))));
    const json::Value& value = said;
    return value;
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  cdp::testing::FakeChrome chrome{clock};
  std::shared_ptr<cdp::Connection> connection;
  std::shared_ptr<Page> page;
  int hosts = 1;
  int rounds = 0;
  std::function<json::Value(const std::string& code, const json::Value& params)> answer;
};

json::Value wants_roots() { return {{"error", "not found"}, {"hosts", true}, {"epoch", 7.5}}; }

// A page that makes new elements faster than they are asked about.
TEST(ClosedRoots, OfAPageWithoutAnEndOfHostsALookGoesOnWithWhatItHas) {
  FrameRootsBench b;
  b.answer = [](const std::string& code, const json::Value&) {
    return code.find("again(7.5, true") == code.npos ? wants_roots() : json::Value("text");
  };
  EXPECT_EQ(*b.ask(), json::Value("text"));
  EXPECT_EQ(b.rounds, RootRounds::kMost);
}

TEST(ClosedRoots, ABrowserThatAsksForThemForEverGetsNoMoreRounds) {
  FrameRootsBench b;
  b.answer = [](const std::string&, const json::Value&) { return wants_roots(); };
  EXPECT_EQ(*b.ask(), wants_roots());
  EXPECT_EQ(b.rounds, RootRounds::kMost);
}

TEST(ClosedRoots, RootsInRootsTakeNoMoreRoundsThanThat) {
  FrameRootsBench b;
  b.chrome.answer("DOM.describeNode",
                  json::Value{{"node", {{"shadowRoots", {{{"shadowRootType", "closed"}, {"backendNodeId", 5}}}}}}});
  b.chrome.answer("DOM.resolveNode", json::Value{{"object", {{"objectId", "root"}}}});
  b.answer = [](const std::string&, const json::Value&) { return wants_roots(); };
  ASSERT_TRUE(b.ask());
  EXPECT_EQ(b.rounds, RootRounds::kMost);
}

TEST(ClosedRoots, AWaitEndsByItsTimeWhateverItsPageMakes) {
  FrameRootsBench b;
  b.chrome.delay("DOM.describeNode", std::chrono::milliseconds(100));
  b.answer = [](const std::string&, const json::Value&) { return wants_roots(); };
  const base::TimePoint began = b.clock.now();
  EXPECT_EQ(*b.ask({json::Object{{"timeout", 3000}}}), wants_roots());
  EXPECT_EQ(b.rounds, RootRounds::kMost + 30);
  EXPECT_EQ(b.clock.now() - began, std::chrono::milliseconds(100 * (RootRounds::kMost + 30)));
}

TEST(ClosedRoots, AHungPageCostsARoundTheTimeOfOneCommand) {
  FrameRootsBench b;
  b.hosts = 300;
  b.chrome.drop("DOM.describeNode");
  b.answer = [&b](const std::string&, const json::Value&) { return b.rounds ? json::Value("text") : wants_roots(); };
  const base::TimePoint began = b.clock.now();
  EXPECT_EQ(*b.ask(), json::Value("text"));
  EXPECT_EQ(b.clock.now() - began, cdp::kCommandTimeout);
}

TEST(ClosedRoots, ABusyPageCostsNoMoreThanTheCallersDeadline) {
  FrameRootsBench b;
  b.chrome.drop("DOM.describeNode");
  b.ctx = b.ctx.within(std::chrono::seconds(5));
  b.answer = [](const std::string&, const json::Value&) { return wants_roots(); };
  const base::TimePoint began = b.clock.now();
  EXPECT_FALSE(b.ask());
  EXPECT_EQ(b.clock.now() - began, std::chrono::seconds(5));
}

TEST(ClosedRoots, ARoundAsksAboutABoundedNumberOfElements) {
  FrameRootsBench b;
  b.hosts = 5000;
  b.answer = [&b](const std::string&, const json::Value&) { return b.rounds ? json::Value("text") : wants_roots(); };
  ASSERT_TRUE(b.ask());
  EXPECT_EQ(b.chrome.count("DOM.describeNode"), 300U);
}

// What a page tells of an element that an id means.
struct Locating : FrameRootsBench {
  std::optional<Located> locate(json::Object told) {
    answer = [told](const std::string&, const json::Value&) { return json::Value(told); };
    auto found = aio::testing::run_on(scheduler, clock, locate_id(ctx, *page, "0-7"));
    return found ? *found : std::nullopt;
  }
};

TEST(LocateId, ASelectorThatNobodyTakesIsNamedByItsNumber) {
  Locating b;
  const auto path = [](std::size_t size) { return "/" + std::string(size - 1, 'a'); };
  const std::string longest = "xpath=" + path(kMostSelector - 6);
  EXPECT_TRUE(b.locate({{"xpath", path(kMostSelector - 6)}})->selector == longest);
  EXPECT_EQ(b.locate({{"xpath", path(kMostSelector - 5)}})->selector.substr(0, 100), "@ref:0-7");
}

TEST(LocateId, TellsHowLongAUrlIsThatIsNotTold) {
  Locating b;
  EXPECT_EQ(b.locate({{"xpath", "/a"}, {"url", ""}, {"urlLength", 3'000'000}})->url_length, 3'000'000U);
  EXPECT_EQ(b.locate({{"xpath", "/a"}, {"url", "http://x/"}})->url_length, 0U);
}

}  // namespace
}  // namespace browser
