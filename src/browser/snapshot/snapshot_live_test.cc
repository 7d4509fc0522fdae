// Snapshots of the page that a Chromium at BELAY_TEST_CDP_URL shows; tests/accessibility/cpp_test.py starts it and
// shows pages that both sources read alike. Skipped without it.
#include <chrono>
#include <cstdlib>

#include <gtest/gtest.h>

#include "aio/testing/run.h"
#include "browser/browser.h"
#include "browser/snapshot/page_snapshot.h"

namespace browser {
namespace {

struct Seen {
  Snapshot walk;
  Snapshot tree;
  Snapshot scoped;
  std::string missing;
  std::string ignoring;
};

aio::Task<base::Result<Seen>> look_at(const aio::Context& ctx, Browser& browser) {
  CO_TRY(const std::shared_ptr<Page> page, co_await browser.active_page(ctx));
  Seen out;
  CO_TRY(out.walk, co_await take_page_snapshot(ctx, *page, {}));
  CO_TRY(out.tree, co_await take_page_snapshot(ctx, *page, {.source = SnapshotSource::accessibility_tree}));
  CO_TRY(out.scoped,
         co_await take_page_snapshot(ctx, *page, {.source = SnapshotSource::accessibility_tree, .scope = {"form"}}));
  const auto missing = co_await take_page_snapshot(ctx, *page, {.scope = {"#none"}});
  out.missing = missing ? "" : missing.error().message;
  CO_TRY(const Snapshot ignoring,
         co_await take_page_snapshot(ctx, *page,
                                     {.source = SnapshotSource::accessibility_tree, .ignore = {"form", "#none"}}));
  out.ignoring = ignoring.text;
  co_return out;
}

aio::Task<base::Result<Seen>> attach_and_look(const aio::Context& ctx, Services services, std::string url) {
  CO_TRY(const std::shared_ptr<Browser> browser, co_await Browser::attach(ctx, services, {.cdp_url = std::move(url)}));
  auto seen = co_await look_at(ctx, *browser);
  CO_TRY_VOID(co_await browser->close(ctx));
  co_return seen;
}

TEST(LiveSnapshot, both_sources_give_the_same_lines) {
  const char* url = std::getenv("BELAY_TEST_CDP_URL");
  if (!url) GTEST_SKIP() << "no BELAY_TEST_CDP_URL";
  aio::Loop loop;
  aio::SteadyClock clock;
  const base::NullLogger log;
  const Settings settings;
  os::Reaper reaper;
  aio::Workers workers(1);
  const std::unique_ptr<net::HttpClient> http = net::make_http_client(loop.executor(), {});
  aio::Context ctx = aio::testing::test_context(clock).within(std::chrono::seconds(30));
  const auto seen =
      aio::testing::run_real(loop, attach_and_look(ctx, {settings, log, reaper, workers, *http, clock}, url));
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_GT(seen->walk.lines, 10U);
  EXPECT_EQ(seen->walk.text, seen->tree.text);
  EXPECT_NE(seen->scoped.text.find("] form\n"), std::string::npos) << seen->scoped.text;
  EXPECT_EQ(seen->missing, "no element for the selector \"#none\"");
  EXPECT_EQ(seen->ignoring.find("] textbox"), std::string::npos) << seen->ignoring;
  EXPECT_NE(seen->ignoring.find("] contentinfo"), std::string::npos) << seen->ignoring;
}

}  // namespace
}  // namespace browser
