// Going back and forward (navigate.h), in a scripted browser.
#include <gtest/gtest.h>

#include "aio/scope.h"
#include "aio/testing/run.h"
#include "browser/navigate.h"
#include "cdp/testing/fake_chrome.h"

namespace browser {
namespace {

using namespace std::chrono_literals;
using aio::Task;
using Ms = std::chrono::milliseconds;

struct HistoryBench {
  HistoryBench() : scope(scheduler.executor()) {
    connection = cdp::Connection::over(scheduler.executor(), chrome.transport());
    chrome.attach("S", "main");
    scheduler.run();
    page.emplace(connection->session("S"), "main", engine::LaunchOptions{}, DialogPolicy{}, silent, clock);
    leads_to("http://h/was");
    chrome.answer("Page.navigateToHistoryEntry", json::Value(json::Object()));
    comes_alive();
    chrome.event(
        "S", "Runtime.executionContextCreated",
        {{"context", json::Object{{"id", 7}, {"name", "belay"}, {"auxData", json::Object{{"frameId", "main"}}}}}});
    scheduler.run();
    start = clock.now();
  }
  ~HistoryBench() {
    aio::testing::run_on(scheduler, clock, scope.cancel());
    connection->close();
    scheduler.run();
  }
  static Task<void> say(HistoryBench& b, Ms when, std::string method, json::Object params) {
    co_await b.clock.sleep_until(b.start + when);
    b.chrome.event("S", method, std::move(params));
  }
  void at(Ms when, std::string method, json::Object params) {
    scope.spawn(say(*this, when, std::move(method), std::move(params)));
  }
  // The page that is shown is http://h/is.
  void leads_to(const std::string& url) {
    const json::Object one{{"id", 11}, {"url", url}};
    const json::Object two{{"id", 12}, {"url", "http://h/is"}};
    chrome.answer("Page.getNavigationHistory",
                  json::Value(json::Object{{"currentIndex", 1}, {"entries", json::Array{one, two}}}));
  }
  void frame_appears(Ms when, const std::string& id) {
    at(when, "Page.frameAttached", {{"frameId", id}, {"parentFrameId", "main"}});
  }
  void has_frame(const std::string& id) {
    chrome.event("S", "Page.frameAttached", {{"frameId", id}, {"parentFrameId", "main"}});
    scheduler.run();
  }
  void frame_comes(Ms when, const std::string& id, const std::string& document = "N") {
    at(when, "Page.frameNavigated",
       {{"frame", json::Object{{"id", id}, {"parentId", "main"}, {"loaderId", document}}}});
  }
  // Chromium says of each navigation how it begins; older ones do not.
  void starts(Ms when, const std::string& how, const std::string& frame = "main", const std::string& document = "N") {
    at(when, "Page.frameStartedNavigating", {{"frameId", frame}, {"loaderId", document}, {"navigationType", how}});
  }
  void steps_within(Ms when, const std::string& how, const std::string& url, const std::string& frame = "main") {
    at(when, "Page.navigatedWithinDocument", {{"frameId", frame}, {"url", url}, {"navigationType", how}});
  }
  // A frame whose page asks for something and takes it back.
  void frame_asks_in_vain(Ms when, const std::string& id) {
    asks(when, id, id);
    at(when + 30ms, "Network.responseReceived", {{"requestId", id}, {"type", "Document"}});
    at(when + 60ms, "Network.loadingFailed", {{"requestId", id}, {"errorText", "net::ERR_ABORTED"}});
  }
  void asks(Ms when, const std::string& frame = "main", const std::string& id = "N") {
    at(when, "Network.requestWillBeSent",
       {{"requestId", id},
        {"type", "Document"},
        {"frameId", frame},
        {"loaderId", id},
        {"request", json::Object{{"method", "GET"}, {"url", "http://h/was"}}}});
  }
  void answers(Ms when) { at(when, "Network.responseReceived", {{"requestId", "N"}, {"type", "Document"}}); }
  void fails(Ms when, std::string error) {
    at(when, "Network.loadingFailed", {{"requestId", "N"}, {"errorText", std::move(error)}});
  }
  void comes(Ms when) { at(when, "Page.frameNavigated", {{"frame", json::Object{{"id", "main"}, {"loaderId", "N"}}}}); }
  void comes_alive() {
    chrome.answer("Runtime.callFunctionOn",
                  json::Value(json::Object{{"result", json::Object{{"value", json::Object{{"closing", false}}}}}}));
  }
  bool hangs() { return aio::testing::run_on(scheduler, clock, browser::hangs(ctx, *page)); }
  // "" when the page came; and after how many milliseconds.
  std::pair<std::string, std::int64_t> back() { return aio::testing::run_on(scheduler, clock, timed_back(*this)); }
  static Task<std::pair<std::string, std::int64_t>> timed_back(HistoryBench& b) {
    const base::TimePoint began = b.clock.now();
    const auto done = co_await go(b.ctx, *b.page, Way::back);
    co_return std::pair{done ? std::string() : done.error().message, base::to_ms(b.clock.now() - began)};
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  base::NullLogger silent;
  aio::Context ctx = aio::testing::test_context(clock);
  cdp::testing::FakeChrome chrome{clock};
  std::shared_ptr<cdp::Connection> connection;
  std::optional<Page> page;
  aio::Scope scope;
  base::TimePoint start;
};

using Came = std::pair<std::string, std::int64_t>;

TEST(History, a_page_is_waited_for_until_it_is_there) {
  HistoryBench b;
  b.asks(10ms);
  b.answers(8s);
  b.comes(9s);
  EXPECT_EQ(b.back(), Came("", 9000)) << "its server may take its time";
  EXPECT_EQ(b.chrome.count("Page.stopLoading"), 0U);
}

TEST(History, one_that_is_kept_as_it_was_asks_for_nothing) {
  HistoryBench b;
  b.comes(20ms);
  EXPECT_EQ(b.back(), Came("", 20));
}

TEST(History, what_is_no_page_any_more_is_told_at_once) {
  HistoryBench b;
  b.asks(10ms);
  b.answers(50ms);
  b.fails(60ms, "net::ERR_ABORTED");
  const auto [why, took] = b.back();
  EXPECT_TRUE(why.starts_with("there is no page any more where the history goes back: ")) << why;
  EXPECT_EQ(took, 60);
}

TEST(History, what_frames_do_meanwhile_says_nothing_of_the_way) {
  for (const char* url : {"http://h/was", "http://h/is"}) {  // the latter may be a step of a frame, of those before it
    HistoryBench b;
    b.leads_to(url);
    b.asks(10ms);
    for (int i = 0; i < 12; ++i) {
      const std::string frame = "F" + std::to_string(i);
      b.frame_appears(Ms(20 + 100 * i), frame);
      b.frame_asks_in_vain(Ms(20 + 100 * i), frame);
      b.frame_comes(Ms(50 + 100 * i), frame);
    }
    b.answers(1400ms);
    b.comes(1500ms);
    EXPECT_EQ(b.back(), Came("", 1500)) << url;
  }
}

TEST(History, a_frame_that_was_there_says_nothing_of_a_way_to_another_page) {
  HistoryBench b;
  b.has_frame("F");
  b.frame_asks_in_vain(20ms, "F");
  b.frame_comes(30ms, "F");
  b.comes(2s);
  EXPECT_EQ(b.back(), Came("", 2000));
}

TEST(History, a_step_of_a_frame_is_waited_for_as_that_of_a_page) {
  HistoryBench b;
  b.leads_to("http://h/is");
  b.has_frame("F");
  b.asks(10ms, "F");
  b.answers(8s);
  b.frame_comes(9s, "F");
  EXPECT_EQ(b.back(), Came("", 9000));
  HistoryBench vain;
  vain.leads_to("http://h/is");
  vain.has_frame("F");
  vain.frame_asks_in_vain(10ms, "F");
  EXPECT_TRUE(vain.back().first.starts_with("there is no page any more where the history goes back: "));
}

// replaceState with the time, each second say.
TEST(History, a_new_address_of_the_page_that_is_shown_is_no_page_that_came) {
  for (const bool told : {true, false}) {
    HistoryBench b;
    if (told) b.starts(5ms, "historyDifferentDocument");
    b.asks(10ms);
    b.steps_within(400ms, "historyApi", "http://h/was");
    b.steps_within(500ms, "fragment", "http://h/is#1");
    b.answers(8s);
    b.comes(9s);
    EXPECT_EQ(b.back(), Came("", 9000)) << told;
  }
}

TEST(History, a_step_within_the_document_is_one) {
  for (const bool told : {true, false}) {
    HistoryBench b;
    b.leads_to("http://h/is#1");
    if (told) b.starts(5ms, "historySameDocument");
    b.steps_within(10ms, "historyApi", "http://h/is?0");
    b.steps_within(20ms, "fragment", "http://h/is#1");
    EXPECT_EQ(b.back(), Came("", 20)) << told;
  }
}

TEST(History, a_step_of_a_frame_is_not_told_by_one_that_refreshes_itself) {
  for (const bool told : {true, false}) {
    HistoryBench b;
    b.leads_to("http://h/is");
    b.has_frame("F");
    b.has_frame("ad");
    if (told) b.starts(5ms, "historyDifferentDocument", "F");
    b.asks(10ms, "F");
    if (told) b.starts(20ms, "reload", "ad", "AD");
    if (told) b.asks(30ms, "ad", "AD");   // and nothing is answered to that
    b.frame_comes(40ms, "ad", "AD");      // otherwise it had been asked for before
    if (told) b.asks(45ms, "ad", "AD2");  // what is on its way again
    b.steps_within(50ms, "fragment", "http://h/ad#1", told ? "ad" : "another");
    b.answers(8s);
    b.frame_comes(9s, "F");
    EXPECT_EQ(b.back(), Came("", 9000)) << told;
  }
}

// One that has refreshed itself since goes back with the frame that is meant, and leaves that again by its next
// refresh.
TEST(History, all_frames_that_take_a_step_are_waited_for) {
  for (const bool refreshes : {true, false}) {
    HistoryBench b;
    b.leads_to("http://h/is");
    b.has_frame("F");
    b.has_frame("ad");
    b.starts(5ms, "historyDifferentDocument", "ad", "AD");
    b.starts(5ms, "historyDifferentDocument", "F");
    b.asks(10ms, "ad", "AD");
    b.asks(10ms, "F");
    if (refreshes)
      b.starts(20ms, "differentDocument", "ad", "AD2");
    else
      b.frame_comes(20ms, "ad", "AD");
    b.answers(8s);
    b.frame_comes(9s, "F");
    EXPECT_EQ(b.back(), Came("", 9000)) << refreshes;
  }
  HistoryBench vain;
  vain.leads_to("http://h/is");
  vain.has_frame("F");
  vain.has_frame("ad");
  vain.starts(5ms, "historyDifferentDocument", "ad", "AD");
  vain.starts(5ms, "historyDifferentDocument", "F");
  vain.frame_comes(20ms, "ad", "AD");
  vain.asks(30ms, "F");
  vain.answers(40ms);
  vain.fails(50ms, "net::ERR_ABORTED");
  const auto [why, took] = vain.back();
  EXPECT_TRUE(why.starts_with("there is no page any more where the history goes back: ")) << why;
  EXPECT_EQ(took, 50);
}

TEST(History, what_a_frame_had_begun_before_says_nothing_of_the_way_of_another) {
  HistoryBench b;
  b.leads_to("http://h/is");
  b.has_frame("F");
  b.has_frame("ad");
  b.starts(0ms, "reload", "ad", "AD");  // by which the browser is known to tell
  aio::testing::run_on(b.scheduler, b.clock, b.clock.sleep(1ms));
  b.asks(2ms, "ad", "AD");
  b.at(3ms, "Network.loadingFailed", {{"requestId", "AD"}, {"errorText", "net::ERR_ABORTED"}});
  b.starts(5ms, "historyDifferentDocument", "F");
  b.asks(10ms, "F");
  b.answers(8s);
  b.frame_comes(9001ms, "F");
  EXPECT_EQ(b.back(), Came("", 9000));
}

TEST(History, a_page_that_goes_elsewhere_meanwhile_is_told_as_that_and_goes_on) {
  HistoryBench b;
  b.starts(5ms, "historyDifferentDocument");
  b.asks(10ms);
  b.starts(400ms, "differentDocument", "main", "E");
  b.fails(410ms, "net::ERR_ABORTED");  // later than that the page goes elsewhere
  const auto [why, took] = b.back();
  EXPECT_TRUE(why.ends_with("the page that is shown stopped the way back, or went elsewhere of its own accord")) << why;
  EXPECT_EQ(took, 400);
  EXPECT_EQ(b.chrome.count("Page.stopLoading"), 0U) << "what is under way is the page's own";
}

TEST(History, what_is_stopped_before_its_server_has_answered_is_no_download) {
  for (const bool told : {true, false}) {
    HistoryBench b;
    if (told) b.starts(5ms, "historyDifferentDocument");
    b.asks(10ms);
    b.fails(400ms, "net::ERR_ABORTED");
    const auto [why, took] = b.back();
    EXPECT_TRUE(why.starts_with("the page in the history did not come: before its server had answered")) << why;
    EXPECT_EQ(took, 400);
  }
}

TEST(History, another_page_that_comes_first_is_not_that_of_the_history) {
  HistoryBench b;
  b.starts(2ms, "differentDocument", "main", "E");
  b.starts(5ms, "historyDifferentDocument");
  b.asks(10ms);
  b.at(20ms, "Page.frameNavigated", {{"frame", json::Object{{"id", "main"}, {"loaderId", "E"}}}});
  b.answers(8s);
  b.comes(9s);
  EXPECT_EQ(b.back(), Came("", 9000));
}

TEST(History, one_that_is_kept_as_it_was_is_there_whatever_begins_meanwhile) {
  HistoryBench b;
  b.starts(5ms, "historyDifferentDocument");
  b.at(20ms, "Page.frameNavigated",
       {{"frame", json::Object{{"id", "main"}, {"loaderId", "OLD"}}}, {"type", "BackForwardCacheRestore"}});
  EXPECT_EQ(b.back(), Came("", 20));
}

TEST(History, a_failure_that_has_a_page_is_that_page) {
  HistoryBench b;
  b.asks(10ms);
  b.fails(60ms, "net::ERR_CONNECTION_REFUSED");
  b.comes(90ms);
  EXPECT_EQ(b.back(), Came("", 90));
}

TEST(History, a_silent_server_is_given_up) {
  HistoryBench b;
  b.asks(10ms);
  EXPECT_EQ(b.back(), Came("the page in the history did not come: no server answered within 15 s", 15'000));
  EXPECT_EQ(b.chrome.count("Page.stopLoading"), 1U);
  EXPECT_FALSE(b.page->hung(b.clock.now()));
}

TEST(History, a_page_that_hangs_lets_no_other_in_and_is_left_when_its_script_has_ended) {
  HistoryBench b;
  b.chrome.drop("Runtime.callFunctionOn");
  b.asks(10ms);
  b.answers(100ms);
  const auto [why, took] = b.back();
  EXPECT_TRUE(why.starts_with("this tab cannot go back: a script of the page keeps it busy")) << why;
  EXPECT_EQ(took, 3600);
  EXPECT_FALSE(b.page->hung(b.clock.now() + 1h)) << "no document is to come any more";
  b.comes(4s);
  EXPECT_EQ(b.back(), Came("", 400));
}

TEST(History, a_page_that_a_navigate_has_found_to_hang_is_asked_whether_it_does_still) {
  HistoryBench b;
  b.page->expect_document(b.clock.now() - 5s);
  b.chrome.drop("Runtime.callFunctionOn");
  const auto [why, took] = b.back();
  EXPECT_TRUE(why.starts_with("this tab cannot go back: a script of the page keeps it busy")) << why;
  EXPECT_EQ(took, 500);
  EXPECT_EQ(b.chrome.count("Page.navigateToHistoryEntry"), 0U);
  b.comes_alive();
  b.comes(600ms);
  EXPECT_EQ(b.back(), Came("", 100));
}

TEST(Hangs, a_page_no_more_that_answers) {
  HistoryBench b;
  EXPECT_FALSE(b.hangs());
  EXPECT_EQ(b.chrome.count("Runtime.callFunctionOn"), 0U) << "one that nothing is known of is not asked";
  b.page->expect_document(b.clock.now() - 5s);
  EXPECT_FALSE(b.hangs());
  EXPECT_FALSE(b.page->hung(b.clock.now())) << "and the memory of it ends";
  b.page->expect_document(b.clock.now() - 5s);
  b.chrome.drop("Runtime.callFunctionOn");
  EXPECT_TRUE(b.hangs());
}

TEST(History, a_page_that_stays_and_answers_does_not_hang) {
  HistoryBench b;  // it was asked whether it may be left, say, and said no
  EXPECT_EQ(b.back(), Came("the page in the history did not come: the page that is shown was not left", 3000));
  EXPECT_FALSE(b.page->hung(b.clock.now()));
}

}  // namespace
}  // namespace browser
