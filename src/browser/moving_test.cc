#include "browser/moving.h"

#include <gtest/gtest.h>

#include "aio/scope.h"
#include "aio/testing/run.h"
#include "browser/settle.h"
#include "cdp/testing/fake_chrome.h"

namespace browser {
namespace {

using namespace std::chrono_literals;
using Ms = std::chrono::milliseconds;

// A page with frames in a scripted browser: "main" and those that a test adds, each with the context that it names.
struct MovingBench {
  MovingBench() : scheduler(1), scope(scheduler.executor()) {
    connection = cdp::Connection::over(scheduler.executor(), chrome.transport());
    chrome.attach("S", "main");
    scheduler.run();
    page.emplace(connection->session("S"), "main", engine::LaunchOptions{}, DialogPolicy{}, silent, clock);
    chrome.answer("Runtime.callFunctionOn", [this](const cdp::testing::Command& command) { return said(command); });
    world("main", 1);
    start = clock.now();
  }
  ~MovingBench() {
    run_on(scope.cancel());
    connection->close();
    scheduler.run();
  }
  template <class T>
  T run_on(aio::Task<T> work) {
    return aio::testing::run_on(scheduler, clock, std::move(work));
  }
  void event(const std::string& method, json::Object params) {
    chrome.event("S", method, std::move(params));
    scheduler.run();
  }
  void world(const std::string& frame, int context) {
    event(
        "Runtime.executionContextCreated",
        {{"context", json::Object{{"id", context}, {"name", "belay"}, {"auxData", json::Object{{"frameId", frame}}}}}});
  }
  void add(const std::string& frame, int context, const std::string& parent = "main") {
    event("Page.frameAttached", {{"frameId", frame}, {"parentFrameId", parent}});
    if (context) world(frame, context);
  }
  void remove(const std::string& frame) { event("Page.frameDetached", {{"frameId", frame}, {"reason", "remove"}}); }

  base::Result<json::Value> said(const cdp::testing::Command& command) {
    const auto context = static_cast<int>(json::get_int(command.params, "executionContextId").value_or(0));
    ++asked[context];
    const json::Array& arguments = *json::get_array(command.params, "arguments");
    if (json::get_bool(arguments[0], "value.tired").value_or(false)) ++tired[context];
    if (busy.contains(context)) return base::fail(base::Kind::timeout, "busy");
    if (context == gone) return base::fail(base::Kind::browser, "-32000 Cannot find context with specified id");
    const Ms now = std::chrono::duration_cast<Ms>(clock.now() - start);
    const Ms moved = restless.contains(context) ? now : last.contains(context) ? last[context] : -10s;
    const Ms age = now - (began.contains(context) ? began[context] : Ms(-10s));
    const json::Object value{
        {"loading", loading.contains(context)}, {"age", age.count()}, {"rest", (now - std::min(moved, now)).count()}};
    return json::Object{{"result", json::Object{{"value", value}}}};
  }
  // What a wait takes, and what is left.
  std::string settle() {
    const Settled settled = run_on(wait_settled(ctx, *page, 5s));
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

  std::map<int, int> asked;  // by context, how often
  std::map<int, int> tired;  // the same, with that word
  std::map<int, Ms> last;    // when it moved last, since the start
  std::map<int, Ms> began;   // and when the document began
  std::set<int> restless;    // moves all the time
  std::set<int> loading;     // is read
  std::set<int> busy;        // does not answer
  int gone = 0;              // has left without a word
};

TEST(Moving, every_frame_is_asked_once_and_one_that_rests_costs_nothing) {
  MovingBench b;
  b.add("a", 2);
  b.add("b", 3, "a");
  EXPECT_EQ(b.settle(), "0");
  EXPECT_EQ(b.asked, (std::map<int, int>{{1, 1}, {2, 1}, {3, 1}}));
}

TEST(Moving, a_change_in_a_frame_is_waited_for_like_one_of_the_main_frame) {
  MovingBench b;
  b.add("a", 2);
  b.add("b", 3, "a");
  b.last[2] = 0ms;
  b.last[3] = 30ms;
  EXPECT_EQ(b.settle(), "130");
}

TEST(Moving, a_frame_that_comes_during_the_wait_is_asked_too) {
  MovingBench b;
  b.last[1] = 0ms;
  b.last[2] = 60ms;
  static constexpr auto kCome = [](MovingBench& bench) -> aio::Task<void> {
    co_await bench.clock.sleep_until(bench.start + 50ms);
    bench.chrome.event("S", "Page.frameAttached", {{"frameId", "a"}, {"parentFrameId", "main"}});
    bench.chrome.event(
        "S", "Runtime.executionContextCreated",
        {{"context", json::Object{{"id", 2}, {"name", "belay"}, {"auxData", json::Object{{"frameId", "a"}}}}}});
  };
  b.scope.spawn(kCome(b));
  EXPECT_EQ(b.settle(), "160");
}

TEST(Moving, a_frame_that_never_rests_is_taken_as_it_is_and_told_so) {
  MovingBench b;
  b.add("a", 2);
  b.restless = {2};
  EXPECT_EQ(b.settle(), "1500, left: mutations");
  EXPECT_EQ(b.tired[2], 1);
}

TEST(Moving, a_document_in_a_frame_is_given_a_second_to_be_read) {
  MovingBench b;
  b.add("a", 2);
  b.loading = {2};
  b.began[2] = -400ms;
  EXPECT_EQ(b.settle(), "600");
}

TEST(Moving, a_frame_that_does_not_answer_costs_half_a_second_once) {
  MovingBench b;
  b.add("a", 2);
  b.busy = {2};
  EXPECT_EQ(b.settle(), "500");
  EXPECT_EQ(b.settle(), "20");
  b.busy.clear();
  EXPECT_EQ(b.settle(), "0");
  b.busy = {2};
  EXPECT_EQ(b.settle(), "500") << "it had answered";
}

TEST(Moving, a_frame_between_two_documents_is_waited_for_half_a_second_once) {
  MovingBench b;
  b.add("a", 0);
  EXPECT_EQ(b.settle(), "500");
  EXPECT_EQ(b.settle(), "0");
}

TEST(Moving, a_frame_whose_document_leaves_under_the_question_is_asked_for_its_next) {
  MovingBench b;
  b.add("a", 2);
  b.gone = 2;
  static constexpr auto kCome = [](MovingBench& bench) -> aio::Task<void> {
    co_await bench.clock.sleep_until(bench.start + 50ms);
    bench.chrome.event(
        "S", "Runtime.executionContextCreated",
        {{"context", json::Object{{"id", 3}, {"name", "belay"}, {"auxData", json::Object{{"frameId", "a"}}}}}});
  };
  b.scope.spawn(kCome(b));
  EXPECT_EQ(b.settle(), "100");
  EXPECT_EQ(b.asked[3], 1);
}

TEST(Moving, a_frame_that_is_removed_is_not_waited_for) {
  MovingBench b;
  b.add("a", 2);
  b.restless = {2};
  static constexpr auto kGo = [](MovingBench& bench) -> aio::Task<void> {
    co_await bench.clock.sleep_until(bench.start + 250ms);
    bench.chrome.event("S", "Page.frameDetached", {{"frameId", "a"}, {"reason", "remove"}});
  };
  b.scope.spawn(kGo(b));
  EXPECT_EQ(b.settle(), "300");
}

TEST(Moving, what_an_action_changes_in_a_frame_is_its_consequence) {
  MovingBench b;
  b.add("a", 2);
  b.last[2] = 0ms;
  b.run_on(b.clock.sleep(2ms));
  EXPECT_EQ(base::to_ms(b.run_on(wait_consequence(b.ctx, *b.page, b.start, 1s)).took), 98);
}

}  // namespace
}  // namespace browser
