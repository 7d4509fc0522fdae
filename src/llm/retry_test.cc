#include "llm/retry.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace llm {
namespace {

using namespace std::chrono_literals;

const RetryRules kRules;

net::HttpReply reply(int status, std::string name = "", std::string value = "", std::string body = "") {
  net::HttpReply out{.status = status, .body = std::move(body)};
  if (!name.empty()) out.headers.add(std::move(name), std::move(value));
  return out;
}

Decision decide(int attempt, const Outcome& outcome, double chance = 0.5, base::Duration remaining = 1h) {
  return decide_retry(kRules, attempt, false, outcome, remaining, chance);
}

TEST(Retry, AsksAgainOnlyWhereThatMayHelp) {
  for (const int status : {408, 409, 425, 429, 500, 502, 503, 529})
    EXPECT_TRUE(decide(1, {.status = status}).again) << status;
  for (const int status : {301, 400, 401, 403, 404, 413, 422})
    EXPECT_FALSE(decide(1, {.status = status}).again) << status;
  EXPECT_TRUE(decide(1, {.kind = base::Kind::upstream}).again);
  for (const auto kind : {base::Kind::timeout, base::Kind::invalid, base::Kind::full})
    EXPECT_FALSE(decide(1, {.kind = kind}).again);
  EXPECT_TRUE(decide(3, {.status = 500}).again);
  EXPECT_FALSE(decide(4, {.status = 500}).again);
}

TEST(Retry, DoublesItsOwnWaitsAndSpreadsThem) {
  EXPECT_EQ(decide(1, {.status = 500}, 0).wait, 500ms);
  EXPECT_EQ(decide(2, {.status = 500}, 0).wait, 1s);
  EXPECT_EQ(decide(3, {.status = 500}, 0).wait, 2s);
  EXPECT_EQ(decide(1, {.status = 500}, 0.5).wait, 750ms);
}

TEST(Retry, KeepsTheWholeWaitThatAProviderAsksFor) {
  EXPECT_EQ(decide(1, {.status = 429, .retry_after = 90s}, 0).wait, 90s);
  EXPECT_EQ(decide(1, {.status = 429, .retry_after = 90s}, 0.5).wait, 94500ms);
  EXPECT_FALSE(decide(1, {.status = 429, .retry_after = 90s}, 0, 90s).again);
}

TEST(Retry, OfAPatientCallGoesOnWhileTheProviderSaysWhenToComeAgain) {
  const auto patient = [](int attempt, const Outcome& outcome, base::Duration remaining = 1h) {
    return decide_retry(kRules, attempt, true, outcome, remaining, 0);
  };
  EXPECT_EQ(patient(20, {.status = 429, .retry_after = 30s}).wait, 30s);
  EXPECT_EQ(patient(3, {.status = 429, .retry_after = 0s}).wait, 0s);
  EXPECT_EQ(patient(20, {.status = 529, .retry_after = 0s}).wait, 10s) << "half of the longest of ours";
  EXPECT_FALSE(patient(4, {.status = 429}).again);
  EXPECT_FALSE(patient(20, {.status = 429, .retry_after = 30s}, 30s).again);
  EXPECT_FALSE(patient(100, {.status = 429, .retry_after = 30s}).again);
  EXPECT_FALSE(patient(1, {.status = 429, .hopeless = true, .retry_after = 30s}).again);
}

TEST(Retry, ReadsWhatProvidersSayAboutWaiting) {
  const auto now = base::WallTime(std::chrono::seconds(784111777 - 30));  // Sun, 06 Nov 1994 08:49:37 GMT less 30 s
  const auto after = [&](std::string name, std::string value) {
    return outcome_of(reply(429, std::move(name), std::move(value)), now).retry_after;
  };
  EXPECT_EQ(after("Retry-After", "7"), 7s);
  EXPECT_EQ(after("retry-after", "0.5"), 500ms);
  EXPECT_EQ(after("retry-after-ms", "1500"), 1500ms);
  EXPECT_EQ(after("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"), 30s);
  EXPECT_EQ(after("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT"), 0s);
  for (const char* nonsense : {"soon", "-5", "nan", ""})
    EXPECT_EQ(after("Retry-After", nonsense), std::nullopt) << nonsense;
}

// Mutants: what an error says is read by the status of its answer.
TEST(Retry, ReadsAnErrorThatCameAsASuccessLikeOneThatDidNot) {
  const auto outcome = [](const char* error) {
    const json::Value value = *json::read(error);
    return outcome_of(429, {}, &value, {});
  };
  EXPECT_EQ(outcome(R"({"details":[{"retryDelay":"34s"}]})").retry_after, 34s);
  EXPECT_TRUE(outcome(R"({"code":429,"type":"insufficient_quota"})").hopeless);
  EXPECT_FALSE(outcome(R"({"code":429})").hopeless);
}

TEST(Retry, BelievesAProviderThatSaysItIsOfNoUse) {
  EXPECT_TRUE(outcome_of(reply(500, "x-should-retry", "false"), {}).hopeless);
  EXPECT_TRUE(outcome_of(reply(429, "", "", R"({"error":{"code":"insufficient_quota"}})"), {}).hopeless);
  EXPECT_FALSE(outcome_of(reply(429, "", "", R"({"error":{"code":"rate_limit_exceeded"}})"), {}).hopeless);
}

}  // namespace
}  // namespace llm
