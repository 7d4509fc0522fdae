#include "api/runs.h"

#include <algorithm>

#include <openssl/sha.h>

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

std::shared_ptr<Run> Runs::join(const RunKey& key) {
  prune();
  for (const Entry& entry : entries_)
    if (entry.key == key && !entry.run->answered && !entry.run->refused() && !entry.run->watched()) return entry.run;
  return nullptr;
}

std::shared_ptr<Run> Runs::start(RunKey key, std::function<aio::Task<void>(std::shared_ptr<Run>)> work) {
  prune();
  auto run = std::make_shared<Run>(key.operation);
  entries_.push_back({std::move(key), run});
  run->task = scope_.spawn(supervise(run, work(run)));
  return run;
}

namespace {

// Runs on every way out, unwinding included.
struct Ending {
  Run& run;
  aio::Clock& clock;
  ~Ending() {
    run.finish(Failed{.status = 500, .message = "The operation was canceled"});
    run.finished_at = clock.now();
  }
};

}  // namespace

aio::Task<void> Runs::supervise(std::shared_ptr<Run> run, aio::Task<void> work) {
  const Ending ending{*run, clock_};
  co_await std::move(work);
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
