#include "engine/page_turn.h"

#include <gtest/gtest.h>

#include "aio/scope.h"
#include "aio/testing/run.h"
#include "cdp/testing/fake_chrome.h"

namespace engine {
namespace {

using namespace std::chrono_literals;
using aio::Task;

// Somebody wants every page after five seconds.
struct ImpatientSuccessors final : Successors {
  Task<void> wanted(const aio::Context& ctx, const browser::Page& /*page*/) const override {
    co_await ctx.clock->sleep(5s);
  }
};

struct TurnBench {
  TurnBench() {
    connection = cdp::Connection::over(scheduler.executor(), chrome.transport());
    chrome.attach("S", "main");
    scheduler.run();
    page = std::make_shared<browser::Page>(connection->session("S"), "main", LaunchOptions{}, browser::DialogPolicy{},
                                           silent, clock);
    scheduler.run();
  }
  ~TurnBench() {
    connection->close();
    scheduler.run();
  }
  Task<base::Result<int>> work(base::Duration lasts) {
    co_await clock.sleep(lasts);
    co_return 7;
  }
  base::Result<int> wait(const PageTurn& turn, base::Duration lasts) {
    return aio::testing::run_on(scheduler, clock, turn.wait(ctx, PageTurn::kPatience, work(lasts)));
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  base::NullLogger silent;
  aio::Context ctx = aio::testing::test_context(clock);
  cdp::testing::FakeChrome chrome{clock};
  std::shared_ptr<cdp::Connection> connection;
  std::shared_ptr<browser::Page> page;
  ImpatientSuccessors successors;
};

TEST(PageTurn, makes_room_when_it_has_waited_and_sent_nothing) {
  TurnBench b;
  const PageTurn turn(b.page, &b.successors);
  EXPECT_EQ(b.wait(turn, 4s), 7);
  const auto late = b.wait(turn, 6s);
  ASSERT_FALSE(late);
  EXPECT_TRUE(PageTurn::made_room(late.error()));
}

TEST(PageTurn, goes_on_to_its_end_once_it_has_touched_the_page) {
  TurnBench b;
  const PageTurn turn(b.page, &b.successors);
  EXPECT_FALSE(turn.has_acted());
  b.page->note_input();
  EXPECT_TRUE(turn.has_acted());
  EXPECT_EQ(b.wait(turn, 6s), 7) << "also in what it waits for afterwards";
}

TEST(PageTurn, has_no_successors_unless_it_is_told_of_them) {
  TurnBench b;
  EXPECT_EQ(b.wait(PageTurn(b.page), 60s), 7);
}

TEST(PageTurn, says_what_may_have_been_done_or_what_was_in_the_way_when_its_time_is_over) {
  TurnBench b;
  const PageTurn turn(b.page);
  EXPECT_EQ(turn.word_of_lateness(), "");
  b.chrome.event("S", "Network.requestWillBeSent",
                 {{"requestId", "N"},
                  {"type", "Document"},
                  {"frameId", "main"},
                  {"loaderId", "N"},
                  {"request", json::Object{{"method", "POST"}, {"url", "http://h/never"}}}});
  b.scheduler.run();
  EXPECT_EQ(turn.word_of_input(), "");
  EXPECT_EQ(turn.word_of_lateness(),
            ": the page is on its way to another document and does not answer until it is there");
  b.page->note_input();
  EXPECT_EQ(turn.word_of_input(), ": input had been sent to the page, and part of it may have taken effect");
  EXPECT_EQ(turn.word_of_lateness(), turn.word_of_input());
}

TEST(PageTurn, is_not_held_up_by_a_navigation_that_no_server_answers) {
  TurnBench b;
  b.chrome.event("S", "Network.requestWillBeSent",
                 {{"requestId", "N"},
                  {"type", "Document"},
                  {"frameId", "main"},
                  {"loaderId", "N"},
                  {"request", json::Object{{"method", "GET"}, {"url", "http://h/never"}}}});
  b.scheduler.run();
  EXPECT_EQ(b.wait(PageTurn(b.page), 9s), 7);
  EXPECT_EQ(b.chrome.count("Page.stopLoading"), 1U);
}

}  // namespace
}  // namespace engine
