#include "browser/settle.h"

#include <gtest/gtest.h>

#include "aio/scope.h"
#include "aio/testing/run.h"
#include "browser/departure.h"
#include "cdp/testing/fake_chrome.h"

namespace browser {
namespace {

using namespace std::chrono_literals;
using aio::Task;
using Ms = std::chrono::milliseconds;

// A page in a scripted browser. What it does, it does at given times after its beginning.
struct SettleBench {
  explicit SettleBench(std::uint32_t seed = 1) : scheduler(seed), scope(scheduler.executor()) {
    connection = cdp::Connection::over(scheduler.executor(), chrome.transport());
    chrome.attach("S", "main");
    scheduler.run();
    page.emplace(connection->session("S"), "main", engine::LaunchOptions{}, DialogPolicy{}, silent, clock);
    chrome.answer("Runtime.evaluate", json::Value(json::Object()));
    chrome.answer("Runtime.callFunctionOn", [this](const cdp::testing::Command& command) { return moved(command); });
    chrome.event(
        "S", "Runtime.executionContextCreated",
        {{"context", json::Object{{"id", 7}, {"name", "belay"}, {"auxData", json::Object{{"frameId", "main"}}}}}});
    scheduler.run();
    start = clock.now();
  }
  ~SettleBench() {
    run_on(scope.cancel());
    connection->close();
    scheduler.run();
  }
  template <class T>
  T run_on(Task<T> work) {
    return aio::testing::run_on(scheduler, clock, std::move(work));
  }

  Ms now() const { return std::chrono::duration_cast<Ms>(clock.now() - start); }
  base::Result<json::Value> moved(const cdp::testing::Command& command) {
    ++looks;
    const json::Value* arguments = json::find(command.params, "arguments");
    tired |= json::get_bool(arguments->get_array()[0], "value.tired").value_or(false);
    Ms last = -10s;
    for (const Ms at : mutations)
      if (at <= now()) last = std::max(last, at);
    if (restless) last = now();
    const json::Object value{{"loading", now() < loading_until},
                             {"age", (now() - document_began).count()},
                             {"rest", (now() - last).count()}};
    return json::Object{{"result", json::Object{{"value", value}}}};
  }

  static Task<void> say(SettleBench& b, Ms when, std::string method, json::Object params) {
    co_await b.clock.sleep_until(b.start + when);
    b.chrome.event("S", method, std::move(params));
  }
  void at(Ms when, std::string method, json::Object params) {
    if (when == 0ms) {
      chrome.event("S", method, std::move(params));
      scheduler.run();
    } else {
      scope.spawn(say(*this, when, std::move(method), std::move(params)));
    }
  }
  void begins(Ms when, const std::string& id, std::string_view type, const std::string& url = "http://h/x",
              std::string_view by = "GET") {
    at(when, "Network.requestWillBeSent",
       {{"requestId", id},
        {"type", type},
        {"frameId", "main"},
        {"loaderId", "L1"},
        {"request", json::Object{{"method", by}, {"url", url}}}});
  }
  void ends(Ms when, const std::string& id) { at(when, "Network.loadingFinished", {{"requestId", id}}); }

  static Task<void> settle_at(SettleBench& b, std::vector<Ms> times, base::Duration budget, std::string& out) {
    for (const Ms time : times) {
      co_await b.clock.sleep_until(b.start + time);
      const Settled settled = co_await wait_settled(b.ctx, *b.page, budget);
      out += (out.empty() ? "" : "; ") + said(settled);
    }
  }
  std::string settle(base::Duration budget = 5s, std::vector<Ms> times = {0ms}) {
    std::string out;
    run_on(settle_at(*this, std::move(times), budget, out));
    return out;
  }
  std::string consequence(base::Duration budget = 1s) {
    return said(run_on(wait_consequence(ctx, *page, start, budget)));
  }
  static std::string said(const Settled& settled) {
    const std::string took = std::to_string(base::to_ms(settled.took));
    return settled.left.empty() ? took : took + ", left: " + std::string(settled.left);
  }

  aio::testing::Scheduler scheduler;
  aio::testing::ManualClock clock;
  base::NullLogger silent;
  aio::Context ctx = aio::testing::test_context(clock);
  cdp::testing::FakeChrome chrome{clock};
  std::shared_ptr<cdp::Connection> connection;
  std::optional<Page> page;
  aio::Scope scope;
  base::TimePoint start;

  std::vector<Ms> mutations;  // of the document, that are no habit
  bool restless = false;      // or all the time
  Ms loading_until{-1};
  Ms document_began = -10s;
  int looks = 0;
  bool tired = false;
};

TEST(Settle, a_page_at_rest_costs_one_round_trip_and_no_time) {
  SettleBench b;
  EXPECT_EQ(b.settle(), "0");
  EXPECT_EQ(b.looks, 1);
  EXPECT_EQ(b.consequence(), "0");
  EXPECT_EQ(b.looks, 2);
}

TEST(Settle, a_budget_of_nothing_asks_nothing) {
  SettleBench b;
  b.begins(0ms, "r", "Fetch");
  EXPECT_EQ(b.settle(0s), "0");
  EXPECT_EQ(b.looks, 0);
}

TEST(Settle, waits_for_a_request_that_began_before_and_for_what_it_brings) {
  SettleBench b;
  b.begins(0ms, "r", "Fetch");
  b.ends(300ms, "r");
  b.mutations = {310ms};
  EXPECT_EQ(b.settle(), "410");
}

TEST(Settle, waits_for_a_request_that_follows_from_another) {
  SettleBench b;
  b.begins(0ms, "a", "Script");
  b.ends(200ms, "a");
  b.begins(220ms, "b", "XHR");
  b.ends(400ms, "b");
  EXPECT_EQ(b.settle(), "450");
}

TEST(Settle, what_begins_while_the_document_is_asked_is_waited_for_until_its_end_only) {
  SettleBench b;
  b.chrome.delay("Runtime.callFunctionOn", 20ms);
  b.begins(10ms, "r", "Fetch");
  b.ends(100ms, "r");
  EXPECT_EQ(b.settle(), "170");
}

TEST(Settle, a_request_that_hangs_costs_a_second_once) {
  SettleBench b;
  b.begins(0ms, "r", "Fetch");
  EXPECT_EQ(b.settle(5s, {0ms, 1000ms}), "1000; 0");
}

TEST(Settle, a_poll_costs_a_fraction_of_a_second) {
  SettleBench b;
  for (int n = 0; n < 40; ++n) {
    b.begins(Ms(n * 300), std::to_string(n), "Fetch", "http://h/poll?" + std::to_string(n));
    b.ends(Ms(n * 300 + 100), std::to_string(n));
  }
  EXPECT_EQ(b.settle(5s, {0ms, 310ms, 610ms, 1210ms, 11'750ms}), "150; 140; 0; 0; 0");
}

TEST(Settle, images_and_streams_cost_nothing) {
  SettleBench b;
  b.begins(0ms, "i", "Image");
  b.begins(0ms, "e", "EventSource");
  EXPECT_EQ(b.settle(), "0");
}

TEST(Settle, waits_for_a_navigation_and_for_the_document_that_it_brings) {
  SettleBench b;
  b.at(0ms, "Network.requestWillBeSent",
       {{"requestId", "L2"},
        {"type", "Document"},
        {"frameId", "main"},
        {"loaderId", "L2"},
        {"request", json::Object{{"method", "GET"}, {"url", "http://h/next"}}}});
  b.at(2000ms, "Page.frameNavigated", {{"frame", json::Object{{"id", "main"}, {"loaderId", "L2"}}}});
  b.document_began = 2000ms;
  b.loading_until = 2100ms;
  EXPECT_EQ(b.settle(), "2100");
}

TEST(Settle, a_navigation_that_hangs_is_left_without_asking_the_document_which_would_not_answer) {
  SettleBench b;
  b.chrome.drop("Runtime.callFunctionOn");
  b.at(0ms, "Network.requestWillBeSent",
       {{"requestId", "L2"},
        {"type", "Document"},
        {"frameId", "main"},
        {"loaderId", "L2"},
        {"request", json::Object{{"method", "GET"}, {"url", "http://h/never"}}}});
  EXPECT_EQ(b.settle(9s, {0ms, 6000ms}), "5000, left: navigation; 0, left: navigation");
}

TEST(Settle, waits_until_the_document_has_not_changed_for_a_moment) {
  SettleBench b;
  b.mutations = {0ms, 60ms, 140ms};
  EXPECT_EQ(b.settle(), "240");
}

TEST(Settle, a_document_that_never_rests_is_taken_as_it_is_and_told_so) {
  SettleBench b;
  b.restless = true;
  EXPECT_EQ(b.settle(), "1500, left: mutations");
  EXPECT_TRUE(b.tired);
}

TEST(Settle, the_budget_ends_it) {
  SettleBench b;
  b.begins(0ms, "L2", "Document");
  EXPECT_EQ(b.settle(300ms), "300, left: navigation");
  SettleBench busy;
  busy.chrome.drop("Runtime.callFunctionOn");
  EXPECT_EQ(busy.settle(300ms), "300, left: document");
}

Task<void> leave(SettleBench& b, Ms when) {
  co_await b.clock.sleep_until(b.start + when);
  b.chrome.detach("S");
}

TEST(Settle, a_page_that_goes_away_ends_it) {
  SettleBench b;
  b.begins(0ms, "r", "Fetch");
  b.scope.spawn(leave(b, 100ms));
  EXPECT_EQ(b.settle(), "100");
}

TEST(Consequence, of_an_action_that_started_nothing_is_not_waited_for) {
  SettleBench b;
  b.begins(0ms, "before", "Fetch");
  b.run_on(b.clock.sleep(100ms));
  b.start = b.clock.now();
  EXPECT_EQ(b.consequence(), "0") << "what began before the action is not of its making";
}

TEST(Consequence, of_an_action_is_waited_for_until_the_first_quiet_moment) {
  SettleBench mutation;
  mutation.mutations = {0ms};
  mutation.run_on(mutation.clock.sleep(2ms));
  EXPECT_EQ(mutation.consequence(), "98");

  SettleBench request;
  request.begins(0ms, "r", "XHR");
  request.ends(200ms, "r");
  EXPECT_EQ(request.consequence(), "250");

  SettleBench navigation;
  navigation.at(0ms, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "currentTab"}});
  EXPECT_EQ(navigation.consequence(), "2000") << "it may be a busy machine that keeps its request back";
}

TEST(Consequence, of_an_action_that_leads_elsewhere_is_the_document_whatever_the_budget) {
  SettleBench b;
  b.begins(0ms, "N", "Document");
  b.at(3000ms, "Page.frameNavigated", {{"frame", json::Object{{"id", "main"}, {"loaderId", "N"}}}});
  b.document_began = 3000ms;
  b.loading_until = 3200ms;
  EXPECT_EQ(b.consequence(1s), "3200") << "and the rest of it";
  SettleBench silent;
  silent.begins(0ms, "N", "Document");
  EXPECT_EQ(silent.consequence(1s), "5000, left: navigation");
}

TEST(Consequence, of_an_action_has_a_budget_of_its_own) {
  SettleBench b;
  b.begins(0ms, "r", "XHR");
  EXPECT_EQ(b.consequence(400ms), "400, left: request");
}

Task<void> settle_for(const aio::Context& ctx, Page& page, Settled& out) { out = co_await wait_settled(ctx, page, 5s); }

TEST(Settle, comes_to_the_same_in_every_order_of_ready_work) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    SettleBench b(seed);
    b.begins(0ms, "a", "Fetch");
    b.ends(200ms, "a");
    b.begins(200ms, "b", "Fetch", "http://h/y");
    b.ends(210ms, "b");
    b.mutations = {200ms};
    Settled settled;
    b.run_on(settle_for(b.ctx, *b.page, settled));
    EXPECT_GE(settled.took, 200ms) << "seed " << seed;
    EXPECT_LE(settled.took, 300ms) << "seed " << seed;
    EXPECT_EQ(settled.left, "") << "seed " << seed;
  }
}

TEST(Departure, an_action_that_begins_nothing_is_not_waited_for) {
  SettleBench b;
  b.chrome.answer("Runtime.evaluate", json::Value(json::Object()));
  b.begins(0ms, "before", "Document");
  b.clock.advance(10ms);
  b.run_on(wait_departure(b.ctx, *b.page, b.clock.now()));
  EXPECT_EQ(b.now(), 10ms);
}

TEST(Departure, a_page_that_has_told_it_already_is_not_asked_once_more) {
  SettleBench b;
  b.chrome.answer("Runtime.evaluate", json::Value(json::Object()));
  b.page->note_input();
  b.page->note_timers();
  b.run_on(wait_departure(b.ctx, *b.page, b.clock.now()));
  EXPECT_EQ(b.chrome.count("Runtime.evaluate"), 0U);
  b.page->note_input();
  b.run_on(wait_departure(b.ctx, *b.page, b.clock.now()));
  EXPECT_EQ(b.chrome.count("Runtime.evaluate"), 1U) << "those of a later input have not had their turn";
}

TEST(Departure, a_navigation_that_an_action_has_begun_is_waited_for_until_its_document_is_there) {
  SettleBench b;
  b.at(0ms, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "currentTab"}});
  b.begins(100ms, "N", "Document");
  b.begins(200ms, "data", "Fetch");
  b.at(900ms, "Page.frameNavigated", {{"frame", json::Object{{"id", "main"}, {"loaderId", "N"}}}});
  b.run_on(wait_departure(b.ctx, *b.page, b.start));
  EXPECT_EQ(b.now(), 900ms) << "and what the new document asks for is not";
}

TEST(Departure, what_comes_to_nothing_is_not_waited_for) {
  SettleBench b;
  b.at(0ms, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "currentTab"}});
  b.run_on(wait_departure(b.ctx, *b.page, b.start));
  EXPECT_EQ(b.now(), 2s) << "no request came of it";
  SettleBench c;
  c.begins(0ms, "N", "Document");
  c.ends(50ms, "N");  // a download, say
  c.run_on(wait_departure(c.ctx, *c.page, c.start));
  EXPECT_EQ(c.now(), 50ms);
}

TEST(Departure, a_link_to_another_program_is_none) {
  for (const std::string url : {"mailto:x@y.test", "weird+app:x", " TEL:1"}) {
    SettleBench b;
    b.at(0ms, "Page.frameRequestedNavigation", {{"frameId", "main"}, {"disposition", "currentTab"}, {"url", url}});
    b.run_on(wait_departure(b.ctx, *b.page, b.start));
    EXPECT_EQ(b.now(), 0ms) << url;
  }
}

TEST(Departure, a_server_that_does_not_answer_is_waited_for_five_seconds_or_until_the_deadline) {
  SettleBench b;
  b.begins(0ms, "N", "Document");
  b.run_on(wait_departure(b.ctx, *b.page, b.start));
  EXPECT_EQ(b.now(), 5s);
  SettleBench c;
  c.begins(0ms, "N", "Document");
  c.run_on(wait_departure(c.ctx.within(300ms), *c.page, c.start));
  EXPECT_EQ(c.now(), 300ms);
}

// How often navigations were given up within a time after work began that has this patience.
struct Work {
  Ms asked = 0ms;  // when the navigation was, whose server is silent
  Ms begins = 0ms;
  Ms patience = 10s;
  Ms lasts = 9s;
  bool acts = false;  // at its beginning
  std::string_view by = "GET";
};
std::size_t given_up(Work w) {
  SettleBench b;
  b.begins(w.asked, "N", "Document", "http://h/x", w.by);
  b.run_on(b.clock.sleep(w.begins));
  auto work = despite_departures(b.ctx, *b.page, w.patience, b.clock.sleep(w.lasts));
  const auto act = [](SettleBench& bench) -> Task<void> {
    co_await bench.clock.sleep(10ms);
    bench.page->note_input();
  };
  if (w.acts) b.scope.spawn(act(b));
  b.run_on(std::move(work));
  return b.chrome.count("Page.stopLoading");
}

TEST(Departure, is_given_up_when_four_fifths_of_the_patience_are_over) {
  EXPECT_EQ(given_up({.begins = 6s, .lasts = 7900ms}), 0U) << "it may still come";
  EXPECT_EQ(given_up({.begins = 6s, .lasts = 8100ms}), 1U);
}

TEST(Departure, is_given_up_when_its_server_has_been_silent_for_five_seconds) {
  EXPECT_EQ(given_up({.patience = 1s, .lasts = 4900ms}), 0U);
  EXPECT_EQ(given_up({.patience = 1s, .lasts = 5100ms}), 1U);
  EXPECT_EQ(given_up({.patience = 1s, .lasts = 60s}), 1U) << "and once";
}

TEST(Departure, is_given_up_unless_the_work_has_begun_it) {
  EXPECT_EQ(given_up({.asked = 1s, .lasts = 20s}), 1U) << "the page has, by itself";
  EXPECT_EQ(given_up({.asked = 1s, .lasts = 20s, .acts = true}), 0U);
  EXPECT_EQ(given_up({.begins = 1s, .lasts = 20s, .acts = true}), 1U) << "it was there before";
}

TEST(Departure, is_given_up_unless_it_may_have_an_effect_on_its_server) {
  for (const char* by : {"GET", "HEAD"}) EXPECT_EQ(given_up({.lasts = 60s, .by = by}), 1U) << by;
  EXPECT_EQ(given_up({.lasts = 60s, .by = "POST"}), 0U);
}

TEST(Departure, of_a_page_that_ends_is_no_matter) {
  SettleBench b;
  b.begins(0ms, "N", "Document");
  b.scope.spawn(leave(b, 6s));
  b.run_on(despite_departures(b.ctx, *b.page, 10s, b.clock.sleep(20s)));
  EXPECT_EQ(b.chrome.count("Page.stopLoading"), 0U);
}

}  // namespace
}  // namespace browser
