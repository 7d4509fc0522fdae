#include "browser/quiet.h"

#include <gtest/gtest.h>

namespace browser {
namespace {

using namespace std::chrono_literals;

base::TimePoint at_ms(int ms) { return base::TimePoint(std::chrono::milliseconds(ms)); }

std::string said(const Quiet::Verdict& verdict) {
  if (verdict.given_up) return "given up";
  if (verdict.what.empty()) return "rest";
  return std::string(verdict.what) + ", again at " + std::to_string(base::to_ms(verdict.again.time_since_epoch()));
}

void fetch(Traffic& traffic, int begin, std::optional<int> end) {
  traffic.on_event("Network.requestWillBeSent",
                   {{"requestId", "r"},
                    {"type", "Fetch"},
                    {"frameId", "main"},
                    {"request", {{"method", "GET"}, {"url", "http://h/"}}}},
                   at_ms(begin));
  if (end) traffic.on_event("Network.loadingFinished", {{"requestId", "r"}}, at_ms(*end));
}

TEST(Quiet, a_document_alone_is_judged_by_what_it_says) {
  struct Case {
    Movement movement;
    const char* verdict;
  };
  const Case cases[] = {
      {{.loading = false, .age = 9s, .rest = 9s}, "rest"},
      {{.loading = false, .age = 200ms, .rest = 100ms}, "rest"},
      {{.loading = false, .age = 200ms, .rest = 99ms}, "mutations, again at 10001"},
      {{.loading = false, .age = 9s, .rest = 0ms}, "mutations, again at 10100"},
      {{.loading = true, .age = 10ms, .rest = 10ms}, "document, again at 10050"},
      {{.loading = true, .age = 4999ms, .rest = 4999ms}, "document, again at 10050"},
      {{.loading = true, .age = 5s, .rest = 5s}, "rest"},
  };
  for (const Case& c : cases) {
    Quiet quiet;
    EXPECT_EQ(said(quiet.of(c.movement, at_ms(10'000))), c.verdict);
  }
}

TEST(Quiet, a_request_is_given_its_time) {
  Traffic traffic("main");
  const Quiet quiet;
  EXPECT_EQ(said(quiet.of(traffic, at_ms(0))), "rest");
  fetch(traffic, 0, std::nullopt);
  EXPECT_EQ(said(quiet.of(traffic, at_ms(1))), "request, again at 1000");
  EXPECT_EQ(said(quiet.of(traffic, at_ms(1000))), "rest");
}

TEST(Quiet, what_comes_of_an_answer_is_given_a_moment) {
  Traffic traffic("main");
  fetch(traffic, 0, 200);
  const Quiet quiet;
  EXPECT_EQ(said(quiet.of(traffic, at_ms(210))), "request, again at 250");
  EXPECT_EQ(said(quiet.of(traffic, at_ms(250))), "rest");
}

TEST(Quiet, a_document_that_never_rests_is_given_up_after_a_second_and_a_half) {
  Quiet quiet;
  for (int ms = 0; ms < 1500; ms += 100)
    EXPECT_EQ(said(quiet.of({.age = 9s, .rest = 20ms}, at_ms(ms))).substr(0, 9), "mutations") << ms;
  EXPECT_EQ(said(quiet.of({.age = 9s, .rest = 20ms}, at_ms(1500))), "given up");
}

}  // namespace
}  // namespace browser
