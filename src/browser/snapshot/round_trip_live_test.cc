// From each id of a page's text to the selector that callers get, and from that to the very same node, on pages of the
// Chromium at BELAY_TEST_CDP_URL. BELAY_TEST_PAGES has a URL a line; BELAY_TEST_SCRIPT, if any, runs in each page
// first. tests/accessibility starts it. Skipped without a browser.
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "aio/scope.h"
#include "aio/testing/run.h"
#include "base/text.h"
#include "browser/browser.h"
#include "browser/locate.h"
#include "browser/navigate.h"
#include "browser/node_id.h"
#include "browser/settle.h"
#include "browser/snapshot/page_snapshot.h"

namespace browser {
namespace {

using Strings = std::vector<std::string>;

Strings ids_of(std::string_view text) {
  Strings out;
  for (std::string_view line : base::split(text, '\n')) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.starts_with('[')) out.emplace_back(line.substr(1, line.find(']') - 1));
  }
  return out;
}

// The id of the element that the selector finds.
aio::Task<base::Result<std::string>> found_by(const aio::Context& ctx, Page& page, std::string selector) {
  CO_TRY(const Place place, co_await locate(ctx, page, std::move(selector), ctx.now()));
  CO_TRY(const std::shared_ptr<Handle> element, co_await place.frame.element(ctx, "element", {place.selector}));
  CO_TRY(const cdp::Payload number, co_await place.frame.script_on(ctx, *element, "number", {}));
  co_return fmt::format("{}-{}", place.frame.ordinal(), json::to_int(number).value_or(0));
}

// "" or what goes wrong with this id. A text's id stands for the element that holds the text.
aio::Task<base::Result<std::string>> astray(const aio::Context& ctx, Page& page, std::string id) {
  CO_TRY(const std::optional<Located> located, co_await locate_id(ctx, page, id));
  if (!located) co_return fmt::format("{}: no selector", id);
  const auto found = co_await found_by(ctx, page, located->selector);
  if (!found) co_return fmt::format("{}: {}: {}", id, located->selector, found.error().message);
  if (*found == id) co_return std::string();
  CO_TRY(const std::string meant, co_await found_by(ctx, page, "@ref:" + id));
  co_return *found == meant ? "" : fmt::format("{} ({}): {} leads to {}", id, meant, located->selector, *found);
}

struct Tour {
  Strings strays;
  std::size_t ids = 0;
};

aio::Task<void> follow(const aio::Context& ctx, Page& page, std::string url, Strings& left, Tour& tour) {
  while (!left.empty()) {
    const std::string id = std::move(left.back());
    left.pop_back();
    ++tour.ids;
    const auto wrong = co_await astray(ctx, page, id);
    if (!wrong)
      tour.strays.push_back(fmt::format("{} {}: {}", url, id, wrong.error().message));
    else if (!wrong->empty())
      tour.strays.push_back(fmt::format("{} {}", url, *wrong));
  }
}

// Of a large page not all: accessibility_test.py follows all its paths, within the page.
Strings thinned(const Strings& ids) {
  constexpr std::size_t kMost = 1000;
  const std::size_t step = 1 + ids.size() / kMost;
  Strings out;
  for (std::size_t i = 0; i < ids.size(); i += step) out.push_back(ids[i]);
  return out;
}

constexpr int kAtOnce = 16;  // most of the time goes by on the way to the browser and back

aio::Task<base::Result<void>> visit(const aio::Context& ctx, const aio::Executor& executor, Page& page, std::string url,
                                    std::string script, Tour& tour) {
  CO_TRY_VOID(co_await navigate(ctx, page, {.url = url, .wait_until = engine::WaitUntil::load}, FileUrls::refused));
  if (!script.empty()) {
    CO_TRY_VOID(co_await page.session().call(ctx, "Runtime.evaluate", {{"expression", std::move(script)}}));
    // It may load frames anew, whose ids lead nowhere afterwards.
    static_cast<void>(co_await wait_settled(ctx, page, std::chrono::seconds(5)));
  }
  CO_TRY(const Snapshot seen, co_await take_page_snapshot(ctx, page, {}));
  Strings ids = thinned(ids_of(seen.text));
  fmt::print("PAGE {} {}\n", url, ids.size());
  aio::Scope scope(executor);
  for (int i = 0; i < kAtOnce; ++i) scope.spawn(follow(ctx, page, url, ids, tour));
  co_await scope.finish();
  co_return base::Result<void>();
}

aio::Task<base::Result<Tour>> travel(const aio::Context& ctx, aio::Executor executor, Services services,
                                     std::string cdp_url, Strings urls, std::string script) {
  CO_TRY(const std::shared_ptr<Browser> browser, co_await Browser::attach(ctx, services, {.cdp_url = cdp_url}));
  CO_TRY(const std::shared_ptr<Page> page, co_await browser->active_page(ctx));
  Tour tour;
  for (const std::string& url : urls) {
    auto done = co_await visit(ctx, executor, *page, url, script, tour);
    if (!done) tour.strays.push_back(fmt::format("{}: {}", url, done.error().message));
  }
  CO_TRY_VOID(co_await browser->close(ctx));
  co_return tour;
}

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

TEST(LiveRoundTrip, every_selector_leads_back_to_its_node) {
  const std::string cdp_url = environment_variable("BELAY_TEST_CDP_URL");
  if (cdp_url.empty()) GTEST_SKIP() << "no BELAY_TEST_CDP_URL";
  Strings urls;
  const std::string pages = environment_variable("BELAY_TEST_PAGES");
  for (const std::string_view url : base::split(pages, '\n'))
    if (!url.empty()) urls.emplace_back(url);
  aio::Loop loop;
  aio::SteadyClock clock;
  const base::NullLogger log;
  const Settings settings;
  os::Reaper reaper;
  aio::Workers workers(1);
  const std::unique_ptr<net::HttpClient> http = net::make_http_client(loop.executor(), {});
  const aio::Context ctx = aio::testing::test_context(clock).within(std::chrono::minutes(10));
  const auto tour =
      aio::testing::run_real(loop, travel(ctx, loop.executor(), {settings, log, reaper, workers, *http, clock}, cdp_url,
                                          urls, environment_variable("BELAY_TEST_SCRIPT")));
  ASSERT_TRUE(tour) << tour.error().message;
  fmt::print("TOGETHER {} pages, {} ids, {} astray\n", urls.size(), tour->ids, tour->strays.size());
  for (const std::string& stray : tour->strays) ADD_FAILURE() << stray;
}

}  // namespace
}  // namespace browser
