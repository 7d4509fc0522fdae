#include "api/runs.h"

#include <algorithm>

#include <openssl/sha.h>

#include "aio/race.h"
#include "json/write.h"

namespace api {

std::string body_digest(const json::Value& body) {
  json::Value copy = body;
  if (copy.is_object())
    if (const auto it = copy.as_object().find("streamResponse"); it != copy.as_object().end())
      copy.as_object().stable_erase(it);
  const std::string text = json::write(copy);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::shared_ptr<Run> Runs::join(const RunKey& key, std::string_view last_event_id) {
  prune();
  std::shared_ptr<Run> oldest;
  for (const Entry& entry : entries_) {
    if (entry.key != key || entry.run->answered || entry.run->refused()) continue;
    if (entry.run->cancelled() || entry.run->watched()) continue;
    if (entry.run->after(last_event_id)) return entry.run;
    if (!oldest) oldest = entry.run;
  }
  return oldest;
}

std::shared_ptr<Run> Runs::start(RunKey key, const Work& work, Settled settled) {
  prune();
  auto run = std::make_shared<Run>(key.operation);
  entries_.push_back({std::move(key), run});
  scope_.spawn(supervise(run, work(run), std::move(settled)));
  return run;
}

namespace {

// Into a slot: an outcome that comes in the moment of the cancellation is told, since the work was done.
aio::Task<void> into(aio::Task<Outcome> work, std::optional<Outcome>& out) { out = co_await std::move(work); }

}  // namespace

aio::Task<void> Runs::supervise(std::shared_ptr<Run> run, aio::Task<Outcome> work, Settled settled) {
  std::optional<Outcome> outcome;
  auto first = co_await aio::race(into(std::move(work), outcome), run->cancel_asked());
  static_cast<void>(first);
  if (outcome)
    run->finish(std::move(*outcome));
  else
    run->finish_cancelled();
  run->finished_at = clock_.now();
  if (settled) settled(*run);
  if (run->cancelled()) forget(*run);
}

aio::Task<std::size_t> Runs::cancel_session(std::uint64_t generation) {
  std::vector<std::shared_ptr<Run>> told;
  for (const Entry& entry : entries_)
    if (entry.key.generation == generation && !entry.run->outcome()) told.push_back(entry.run);
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
  if (run.viewers.empty() && run.answered && run.outcome()) forget(run);
}

void Runs::forget(const Run& run) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.run.get() == &run; });
}

void Runs::prune() {
  // Only finished, unwatched runs go: a run under way is bounded by its session, a watched one by its connection.
  const auto idle = [](const Entry& entry) { return entry.run->outcome() && entry.run->viewers.empty(); };
  const base::TimePoint now = clock_.now();
  std::erase_if(entries_, [&](const Entry& entry) {
    return idle(entry) && (entry.run->answered || now - entry.run->finished_at > limits_.kept);
  });
  std::size_t finished = 0;
  std::size_t bytes = 0;
  for (const Entry& entry : entries_) {
    if (!idle(entry)) continue;
    ++finished;
    bytes += entry.run->bytes();
  }
  for (auto it = entries_.begin();
       it != entries_.end() && (finished > limits_.finished || bytes > limits_.finished_bytes);) {
    if (idle(*it)) {
      --finished;
      bytes -= it->run->bytes();
      it = entries_.erase(it);
    } else {
      ++it;
    }
  }
}

}  // namespace api
