#include "engine/web_search.h"

#include <gtest/gtest.h>

#include "aio/testing/one_worker.h"
#include "engine/testing/scripted_peer.h"
#include "json/write.h"

namespace engine {
namespace {

struct WebSearchBench {
  aio::testing::OneWorker one;
  testing::ScriptedPeer peer;
  WebSearch search{peer, {.browserbase = base::Secret("key-of-the-search")}};

  aio::testing::OneWorker::Seen<base::Result<json::Value>> ask() {
    ctx = one.context();
    return one.see(search.search(ctx, WebSearch::Service::browserbase, "milk"));
  }
  aio::Context ctx = one.context();
};

std::string results(std::string title) {
  return json::write(json::Object{{"results", json::Array{json::Object{{"title", title}}}}});
}

// Mutants: the answer is read on the loop; a member of a result is as long as the service likes.
TEST(WebSearch, ReadsALargeAnswerByTheWorkersAndCutsIt) {
  WebSearchBench b;
  b.peer.will(results("milk, key-of-the-search"));
  const auto small = b.ask();
  EXPECT_FALSE(small.waited);
  EXPECT_EQ(json::write(*small.result), R"([{"title":"milk, ***"}])");
  b.peer.will(results(std::string(1'000'000, 'm')));
  const auto large = b.ask();
  EXPECT_TRUE(large.waited);
  EXPECT_EQ(json::write(*large.result), R"([{"title":")" + std::string(4000, 'm') + R"(…"}])");
}

// Mutants: the status alone is told.
TEST(WebSearch, TellsWhyItWasRefused) {
  WebSearchBench b;
  b.peer.will(R"({"message":"key-of-the-search has used up its searches"})", 402);
  EXPECT_EQ(b.ask().result.error().message,
            "the search service answered with status 402: *** has used up its searches");
}

TEST(WebSearch, TakesFourMegabytesAndNoMore) {
  WebSearchBench b;
  b.peer.will(std::string(4 * 1024 * 1024 + 1, ' '));
  EXPECT_EQ(b.ask().result.error().kind, base::Kind::full);
  b.peer.will(std::string(4 * 1024 * 1024, ' '));
  EXPECT_EQ(b.ask().result.error().message, "the search service answered with something that is no JSON");
}

}  // namespace
}  // namespace engine
