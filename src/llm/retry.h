// Whether and when to ask a provider again. Decides only.
#pragma once
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "json/value.h"
#include "net/http_client.h"

namespace llm {

struct RetryRules {
  int attempts = 4;
  int patient_attempts = 100;                           // of a patient call, while the provider says when to come again
  base::Duration first_wait = std::chrono::seconds(1);  // doubled from attempt to attempt
  base::Duration longest_wait = std::chrono::seconds(20);
};

// What one attempt came to: an answer that is no success, or no answer.
struct Outcome {
  int status = 0;                                  // 0: no answer
  base::Kind kind = base::Kind::upstream;          // of the error, when there was no answer
  bool hopeless = false;                           // the provider says that asking again is of no use
  std::optional<base::Duration> retry_after = {};  // what the provider asks for
};

Outcome outcome_of(const net::HttpReply& reply, base::WallTime now);
// The same of a status that the answer should have had, whose error (refusals.h) stands in an answer of another; null
// for none.
Outcome outcome_of(int status, const net::Headers& headers, const json::Value* error, base::WallTime now);

// Retry-After (seconds or a date), or retry-after-ms; outcome_of reads Google's RetryInfo as well.
std::optional<base::Duration> retry_after(const net::Headers& headers, base::WallTime now);

struct Decision {
  bool again = false;
  base::Duration wait = {};
};

// `attempt` counts from 1; beyond rules.attempts only patient calls go on, and wait for no less than a step of our own.
// `chance`, in [0, 1), spreads callers out: our own waits are between half and all of the
// step, a wait that the provider asks for is kept in full and up to a tenth longer. No wait begins that `remaining`
// cannot hold.
Decision decide_retry(const RetryRules& rules, int attempt, bool patient, const Outcome& outcome,
                      base::Duration remaining, double chance);

}  // namespace llm
