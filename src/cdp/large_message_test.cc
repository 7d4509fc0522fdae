#include <semaphore>

#include <gtest/gtest.h>

#include "aio/scope.h"
#include "aio/testing/run.h"
#include "cdp/connection.h"
#include "cdp/limits.h"
#include "cdp/testing/fake_chrome.h"
#include "json/footprint.h"

namespace cdp {
namespace {

using aio::Task;
using testing::FakeChrome;

const json::Object kLarge{{"text", std::string(kLargeMessage, 'x')}};

// A browser at the other end, read by workers.
struct LargeMessageBench {
  LargeMessageBench(const aio::Context& ctx, const aio::Executor& executor, aio::Workers& workers)
      : chrome(*ctx.clock), connection(Connection::over(executor, chrome.transport(), &workers)) {}

  FakeChrome chrome;
  std::shared_ptr<Connection> connection;
};

template <class T>
T run(Task<T> (*test)(const aio::Context& ctx, aio::Workers& workers)) {
  aio::Loop loop;
  aio::SteadyClock clock;
  aio::Workers workers(1);
  const aio::Context ctx = aio::testing::test_context(clock);
  return aio::testing::run_real(loop, test(ctx, workers));
}

Task<void> some_turns() {
  for (int i = 0; i < 20; ++i) co_await aio::yield();
}

using Counts = std::vector<std::size_t>;

Task<Counts> parsed(const aio::Context& ctx, aio::Workers& workers) {
  LargeMessageBench b(ctx, co_await aio::asio::this_coro::executor, workers);
  const auto root = b.connection->root();
  Counts out;
  b.chrome.drop("Page.left");
  {
    const PendingCall left = root->send("Page.left");
  }
  b.chrome.raw(R"({"id":1,"result":")" + std::string(kLargeMessage, 'x') + R"("})");
  b.chrome.event("", "Page.unwanted", kLarge);
  b.chrome.event("unknown", "Page.event", kLarge);
  const auto heard = root->on("Page.event", [](const json::Value&) {});
  static_cast<void>(co_await root->call(ctx, "Page.enable"));  // behind them
  out.push_back(b.connection->large_parsed());
  b.chrome.event("", "Page.event", kLarge);
  static_cast<void>(co_await root->call(ctx, "Page.enable"));
  out.push_back(b.connection->large_parsed());
  b.chrome.answer("Page.large", kLarge);
  static_cast<void>(co_await root->call(ctx, "Page.large"));
  out.push_back(b.connection->large_parsed());
  b.connection->close();
  co_return out;
}

TEST(LargeMessage, IsParsedOnlyWhereSomebodyWantsIt) { EXPECT_EQ(run(parsed), (Counts{0, 1, 2})); }

Task<std::vector<bool>> freed(const aio::Context& ctx, aio::Workers& workers) {
  LargeMessageBench b(ctx, co_await aio::asio::this_coro::executor, workers);
  std::vector<bool> out;
  b.chrome.answer("Page.large", kLarge);
  for (const char* method : {"Page.small", "Page.large"}) {
    const auto reply = co_await b.connection->root()->call(ctx, method);
    out.push_back(reply && reply->is_freed_by_workers());
  }
  b.connection->close();
  co_return out;
}

TEST(LargeMessage, IsFreedByWorkers) { EXPECT_EQ(run(freed), (std::vector<bool>{false, true})); }

// What is held while nobody has let go of an answer, and afterwards.
Task<Counts> counted(const aio::Context& ctx, aio::Workers& workers) {
  base::MemoryBudget budget;
  LargeMessageBench b(ctx, co_await aio::asio::this_coro::executor, workers);
  b.chrome.count_in(budget);
  b.chrome.answer("Page.large", kLarge);
  Counts out;
  {
    const auto reply = co_await b.connection->root()->call(ctx, "Page.large");
    co_await some_turns();  // its text goes
    out.push_back(budget.held() > kLargeMessage && budget.held() < 2 * kLargeMessage ? 1 : 0);
    EXPECT_EQ(budget.held(), reply ? json::footprint(*reply) : 0);
  }
  while (budget.held() > 0) co_await aio::yield();  // a worker frees it
  out.push_back(budget.held());
  b.connection->close();
  co_return out;
}

TEST(LargeMessage, CountsUntilItIsFreed) { EXPECT_EQ(run(counted), (Counts{1, 0})); }

Task<std::string> beyond_the_budget(const aio::Context& ctx, aio::Workers& workers) {
  base::MemoryBudget budget(kLargeMessage);
  LargeMessageBench b(ctx, co_await aio::asio::this_coro::executor, workers);
  b.chrome.count_in(budget);
  aio::Latch ended;
  std::string out;
  b.connection->on_closed([&](const std::string& why) {
    out = why;
    ended.set();
  });
  b.chrome.event("", "Page.event", kLarge);
  co_await ended.wait();
  out = std::string(name_of(b.connection->why())) + ": " + out;
  co_return out;
}

TEST(LargeMessage, EndsItsConnectionBeyondTheBudgetOfAll) {
  EXPECT_EQ(
      run(beyond_the_budget),
      "protocol: what others sent and is still held takes more than the 65536 bytes allowed for all of them together, "
      "and most of it, 65580 bytes, came from this one");
}

// The only worker, kept until it is let go.
struct Kept {
  std::binary_semaphore go{0};
  aio::Latch began;

  Task<void> keep(aio::Workers& workers) {
    const aio::Executor home = co_await aio::asio::this_coro::executor;
    co_await workers.run([this, home] {
      aio::asio::post(home, [this] { began.set(); });
      go.acquire();
      return true;
    });
  }
};

// How often somebody heard of a message, and how many were parsed, where the connection is closed while it is sorted,
// or while it is parsed.
Task<Counts> closed_while(const aio::Context& ctx, aio::Workers& workers, bool parsing) {
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  LargeMessageBench b(ctx, executor, workers);
  std::size_t heard = 0;
  const auto listening = b.connection->root()->on("Page.event", [&](const json::Value&) { ++heard; });
  Kept before;
  Kept between;
  aio::Scope scope(executor);
  scope.spawn(before.keep(workers));
  co_await before.began.wait();
  b.chrome.event("", "Page.event", kLarge);
  co_await some_turns();  // it waits for the worker, to be sorted
  scope.spawn(between.keep(workers));
  co_await some_turns();
  if (parsing) {
    before.go.release();
    co_await between.began.wait();
    co_await some_turns();  // it waits for the worker again, to be parsed
  }
  Counts out{b.connection->large_parsed()};
  b.connection->close();
  before.go.release();
  between.go.release();
  co_await scope.finish();
  while (b.connection.use_count() > 1) co_await aio::yield();  // its reader
  out.push_back(b.connection->large_parsed());
  out.push_back(heard);
  co_return out;
}

Task<Counts> closed_while_sorting(const aio::Context& ctx, aio::Workers& workers) {
  return closed_while(ctx, workers, false);
}
Task<Counts> closed_while_parsing(const aio::Context& ctx, aio::Workers& workers) {
  return closed_while(ctx, workers, true);
}

TEST(LargeMessage, IsLetGoOfWhenTheConnectionIsClosedMeanwhile) {
  EXPECT_EQ(run(closed_while_sorting), (Counts{0, 0, 0}));
  EXPECT_EQ(run(closed_while_parsing), (Counts{1, 1, 0}));
}

// The last to hold the connection is then its reader, which waits for a worker.
Task<bool> dropped_meanwhile(const aio::Context& ctx, aio::Workers& workers) {
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  LargeMessageBench b(ctx, executor, workers);
  Kept kept;
  aio::Scope scope(executor);
  scope.spawn(kept.keep(workers));
  co_await kept.began.wait();
  b.chrome.event("", "Page.event", kLarge);
  co_await some_turns();
  b.connection->close();
  const std::weak_ptr<Connection> reader = b.connection;
  b.connection.reset();
  const bool held = !reader.expired();
  kept.go.release();
  co_await scope.finish();
  while (!reader.expired()) co_await aio::yield();
  co_return held;
}

TEST(LargeMessage, KeepsTheConnectionUntilTheWorkerIsDone) { EXPECT_TRUE(run(dropped_meanwhile)); }

// A caller that leaves while its answer is parsed.
Task<Counts> left_meanwhile(const aio::Context& ctx, aio::Workers& workers) {
  const aio::Executor executor = co_await aio::asio::this_coro::executor;
  LargeMessageBench b(ctx, executor, workers);
  b.chrome.answer("Page.large", kLarge);
  Kept before;
  Kept between;
  aio::Scope scope(executor);
  scope.spawn(before.keep(workers));
  co_await before.began.wait();
  {
    const PendingCall left = b.connection->root()->send("Page.large");
    co_await some_turns();
    scope.spawn(between.keep(workers));
    co_await some_turns();
    before.go.release();
    co_await between.began.wait();
    co_await some_turns();
  }
  between.go.release();
  co_await scope.finish();
  const auto later = co_await b.connection->root()->call(ctx, "Page.enable");
  const Counts out{b.connection->large_parsed(), later ? 1U : 0U};
  b.connection->close();
  co_return out;
}

TEST(LargeMessage, MayComeToNobodyAnyMore) { EXPECT_EQ(run(left_meanwhile), (Counts{1, 1})); }

}  // namespace
}  // namespace cdp
