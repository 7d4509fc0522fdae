#include "llm/retry.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <ctime>

#include "base/text.h"
#include "json/read.h"
#include "llm/refusals.h"

namespace llm {
namespace {

using std::chrono::duration_cast;

std::optional<double> number(std::string_view text) {
  text = base::trim(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0)) return {};
  return std::min(value, 1e9);
}

std::optional<base::Duration> until_date(std::string_view text, base::WallTime now) {
  std::tm utc{};
  const char* end = strptime(std::string(text).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  if (!end) return {};
  const auto then = std::chrono::system_clock::from_time_t(timegm(&utc));
  return std::max(base::Duration::zero(), duration_cast<base::Duration>(then - now));
}

// Google's way: {"details": [{"@type": "…RetryInfo", "retryDelay": "34.07s"}]}
std::optional<base::Duration> retry_info(const json::Value& error) {
  const json::Array* details = json::get_array(error, "details");
  if (!details) return {};
  for (const json::Value& each : *details) {
    std::string_view delay = json::get_string(each, "retryDelay").value_or("");
    if (!delay.ends_with('s')) continue;
    delay.remove_suffix(1);
    if (const auto n = number(delay)) return duration_cast<base::Duration>(std::chrono::duration<double>(*n));
  }
  return {};
}

base::Duration times(base::Duration d, double factor) {
  return duration_cast<base::Duration>(
      std::chrono::duration<double>(std::chrono::duration<double>(d).count() * factor));
}

bool may_pass(const Outcome& outcome) {
  if (outcome.hopeless) return false;
  if (outcome.status == 0) return outcome.kind == base::Kind::upstream;
  return outcome.status == 408 || outcome.status == 409 || outcome.status == 425 || outcome.status == 429 ||
         outcome.status >= 500;
}

}  // namespace

std::optional<base::Duration> retry_after(const net::Headers& headers, base::WallTime now) {
  if (const auto ms = headers.find("retry-after-ms"))
    if (const auto n = number(*ms)) return duration_cast<base::Duration>(std::chrono::duration<double, std::milli>(*n));
  const auto after = headers.find("retry-after");
  if (!after) return {};
  if (const auto n = number(*after)) return duration_cast<base::Duration>(std::chrono::duration<double>(*n));
  return until_date(*after, now);
}

Outcome outcome_of(int status, const net::Headers& headers, const json::Value* error, base::WallTime now) {
  Outcome out{.status = status, .retry_after = retry_after(headers, now)};
  const auto should = headers.find("x-should-retry");
  out.hopeless = should == "false";
  if (!error || (status != 429 && status < 500)) return out;
  // An account without money answers like one that is too quick; no wait mends it.
  if (status == 429)
    out.hopeless = out.hopeless || json::get_string(*error, "code") == "insufficient_quota" ||
                   json::get_string(*error, "type") == "insufficient_quota";
  if (!out.retry_after) out.retry_after = retry_info(*error);
  return out;
}

Outcome outcome_of(const net::HttpReply& reply, base::WallTime now) {
  const bool may_tell = reply.status == 429 || reply.status >= 500;
  const auto body = may_tell ? json::read(reply.body, {.max_depth = 50}) : base::Result<json::Value>(nullptr);
  return outcome_of(reply.status, reply.headers, body ? error_in(*body) : nullptr, now);
}

Decision decide_retry(const RetryRules& rules, int attempt, bool patient, const Outcome& outcome,
                      base::Duration remaining, double chance) {
  const bool asked = outcome.retry_after.has_value();
  const int attempts = patient && asked ? rules.patient_attempts : rules.attempts;
  if (attempt >= attempts || !may_pass(outcome)) return {};
  const base::Duration step =
      std::min(rules.longest_wait, times(rules.first_wait, static_cast<double>(1 << std::min(attempt - 1, 20))));
  const base::Duration own = times(step, 0.5 + chance / 2);
  base::Duration wait = asked ? *outcome.retry_after + times(*outcome.retry_after, chance / 10) : own;
  if (attempt >= rules.attempts) wait = std::max(wait, own);
  if (wait >= remaining) return {};
  return {true, wait};
}

}  // namespace llm
