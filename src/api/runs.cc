#include "api/runs.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/sha.h>

#include "aio/incidents.h"
#include "aio/race.h"
#include "base/activity.h"
#include "json/write.h"

namespace api {
namespace {

std::string sha256(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace

std::string request_digest(Operation operation, const json::Value& body) {
  const base::Activity activity("digesting a request");
  std::string text = fmt::format("{} ", static_cast<int>(operation));
  const json::Object* members = body.if_object();
  if (!members) json::append(text, body);
  if (members) {
    text += '{';
    for (const auto& [name, value] : *members) {
      if (name == "streamResponse") continue;
      json::append_string(text, name);
      text += ':';
      json::append(text, value);
      text += ',';
    }
    text += '}';
  }
  return sha256(text);
}

std::string idempotency_digest(std::string_view key) { return sha256(fmt::format("Idempotency-Key {}", key)); }

std::optional<Runs::Full> Runs::full(std::uint64_t generation, const std::string& caller, std::size_t bytes) const {
  const auto which = counts_.full(generation, caller);
  if (!which) return too_heavy(caller, bytes);
  using Of = OperationCounts::Full;
  const std::size_t limit = counts_.limit(*which);
  Failed reply{
      .status = 429, .message = {}, .retry_after_seconds = static_cast<int>(counts_.retry_after(clock_.now()).count())};
  switch (*which) {
    case Of::session:
      reply.message = fmt::format(
          "Too many operations are under way on this session ({}, --max-operations-per-session); wait for them, or "
          "stop "
          "them with POST /v1/sessions/:id/cancel",
          limit);
      return Full{std::move(reply), "session"};
    case Of::caller:
      reply.message = fmt::format(
          "Too many operations of this caller are under way ({}, --max-operations-per-caller); wait for some to end",
          limit);
      return Full{std::move(reply), "caller"};
    case Of::all:
      break;
  }
  reply.message = fmt::format("Too many operations are under way ({}, --max-operations)", limit);
  return Full{std::move(reply), "all"};
}

std::optional<Runs::Full> Runs::too_heavy(const std::string& caller, std::size_t bytes) const {
  const auto which = bytes_.full(caller, bytes);
  if (!which) return std::nullopt;
  const bool of_caller = *which == HeldBytes::Full::caller;
  return Full{{.status = 429,
               .message = fmt::format("Too large bodies are under way{}: with this one, those of operations and starts "
                                      "would take more than {} bytes of memory; wait for some to end",
                                      of_caller ? " from this caller" : "", bytes_.limit(*which)),
               .retry_after_seconds = static_cast<int>(counts_.retry_after(clock_.now()).count())},
              of_caller ? "caller_bytes" : "all_bytes"};
}

std::optional<Runs::Full> Runs::crowded(const Run& run) const {
  if (!run.crowded()) return std::nullopt;
  return Full{{.status = 429,
               .message = fmt::format("Too many requests wait for this operation already ({}); it goes on, and nothing "
                                      "was done for this one",
                                      Run::kMostViewers),
               .retry_after_seconds = static_cast<int>(counts_.retry_after(clock_.now()).count())},
              "run"};
}

Runs::Full Runs::too_many_places(std::size_t limit) const {
  return Full{{.status = 429,
               .message = fmt::format("Too many requests of this caller wait for their answers ({}, half of the "
                                      "connections that this server takes); wait for some to end",
                                      limit),
               .retry_after_seconds = static_cast<int>(counts_.retry_after(clock_.now()).count())},
              "caller_requests"};
}

std::shared_ptr<Run> Runs::start(Operation operation, Asked asked, const Work& work, Settling settling) {
  kept_.prune(clock_.now());
  auto run = std::make_shared<Run>(operation, std::move(asked.key), std::move(asked.caller));
  run->request = std::move(asked.request);
  run->attempt = asked.attempt;
  run->resumable = asked.idempotent;
  run->held = bytes_.hold(run->caller(), asked.bytes);
  kept_.add(run);
  counts_.began(run->key().generation, run->caller());
  scope_.spawn(supervise(run, work(run), std::move(settling)));
  return run;
}

namespace {

// Into a slot: an outcome that comes in the moment of the cancellation is told, since the work was done.
aio::Task<void> into(aio::Task<Outcome> work, std::optional<Outcome>& out) { out = co_await std::move(work); }

aio::Task<Outcome> cancelled_outcome(Run& run) {
  std::exception_ptr thrown;
  try {
    co_return co_await run.cancelled_outcome();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!aio::is_canceled(thrown)) aio::survived("a cancelled run", thrown);
  co_return Failed{.status = 500, .message = std::string(Run::kCancelled)};
}

aio::Task<void> tell(const Runs::Settling& settling, const Run& run, const Outcome& outcome) {
  std::exception_ptr thrown;
  try {
    co_await settling(run, outcome);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown && !aio::is_canceled(thrown)) aio::survived("the record of a run", thrown);
}

}  // namespace

aio::Task<void> Runs::supervise(std::shared_ptr<Run> run, aio::Task<Outcome> work, Settling settling) {
  std::optional<Outcome> outcome;
  std::exception_ptr thrown;
  try {
    auto first = co_await aio::race(into(std::move(work), outcome), run->cancel_asked());
    static_cast<void>(first);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!outcome && thrown && !aio::is_canceled(thrown))
    outcome = Failed{.status = 500, .message = aio::survived("a run", thrown).message};
  if (!outcome) outcome = co_await cancelled_outcome(*run);
  if (settling) co_await tell(settling, *run, *outcome);
  settle(run, std::move(*outcome));
}

void Runs::got_turn(Run& run) {
  if (run.turn_at || run.outcome()) return;
  run.turn_at = clock_.now();
  counts_.got_turn(*run.turn_at);
}

// Whatever happened, it has an outcome afterwards: its clients wait for one.
void Runs::settle(const std::shared_ptr<Run>& run, Outcome outcome) {
  run->finished_at = clock_.now();
  counts_.ended(run->key().generation, run->caller(), run->turn_at, run->finished_at);
  run->held = {};
  run->finish(std::move(outcome));
  kept_.ended(run);
}

aio::Task<std::size_t> Runs::cancel_session(std::uint64_t generation) {
  const std::vector<std::shared_ptr<Run>> told = kept_.under_way(generation);
  // All of them before any stops: none may get its turn from another that was cancelled.
  for (const auto& run : told) run->cancel();
  std::size_t cancelled = 0;
  for (const auto& run : told) {
    co_await run->finished();
    if (run->cancelled()) ++cancelled;
  }
  co_return cancelled;
}

void Runs::left(Run& run) {
  if (!run.viewers.empty()) return;
  run.left_at = clock_.now();
  if (run.over()) forget(run);
}

}  // namespace api
