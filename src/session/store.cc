#include "session/store.h"

#include "base/check.h"

namespace session {
namespace {

constexpr std::size_t kFirstBuckets = 64;

}  // namespace

Store::Pin& Store::Pin::operator=(Pin&& other) noexcept {
  CHECK(entry_ == nullptr, "a pin was overwritten before it was given back");
  entry_ = std::exchange(other.entry_, nullptr);
  starts_ = other.starts_;
  return *this;
}

Store::Pin::~Pin() { CHECK(entry_ == nullptr, "a pin died before it was given back"); }

Store::Store(std::size_t max_sessions, base::Duration idle_ttl, base::Duration min_idle)
    : max_sessions_(max_sessions),
      idle_ttl_(idle_ttl),
      min_idle_(min_idle),
      buckets_(kFirstBuckets),
      index_(Index::bucket_traits(buckets_.data(), buckets_.size())) {
  CHECK(max_sessions > 0, "max_sessions must be greater than 0");
}

Store::~Store() {
  CHECK(ghosts_ == 0, "a store died before a pin was given back");
  CHECK(pinned() == 0, "a store died with pinned sessions");
  idle_.clear();
  index_.clear_and_dispose([](Entry* entry) { delete entry; });
}

std::optional<Store::Pin> Store::add(std::string id, std::shared_ptr<void> payload, base::TimePoint now,
                                     std::vector<Victim>& victims) {
  if (find(id) != nullptr) return std::nullopt;
  while (index_.size() >= max_sessions_ && ripe(now)) victims.push_back(take_idle(EndReason::evicted));
  make_room();
  auto* entry = new Entry(std::move(id), ++last_generation_, std::move(payload));
  index_.insert(*entry);
  starting_.push_back(*entry);
  return Pin(entry, true);
}

// One entry a bucket on average; doubling keeps the cost of growing constant per session.
void Store::make_room() {
  if (index_.size() < buckets_.size()) return;
  std::vector<Index::bucket_type> more(buckets_.size() * 2);
  index_.rehash(Index::bucket_traits(more.data(), more.size()));
  buckets_.swap(more);
}

std::optional<Store::Pin> Store::pin(std::string_view id) {
  const auto it = index_.find(id);
  if (it == index_.end()) return std::nullopt;
  ++looks_;
  if (it->pins == 0) idle_.erase(idle_.iterator_to(*it));
  if (it->only_starts()) starting_.erase(starting_.iterator_to(*it));
  if (!it->in_work()) ++in_work_;
  ++it->pins;
  return Pin(&*it, false);
}

void Store::unpin(Pin pin, base::TimePoint now, std::vector<Victim>& victims) {
  Entry* entry = std::exchange(pin.entry_, nullptr);
  CHECK(entry != nullptr && entry->pins > 0, "unpin without a pin");
  ++looks_;
  const bool worked = entry->in_work();
  if (entry->only_starts() && !entry->gone) starting_.erase(starting_.iterator_to(*entry));
  --entry->pins;
  if (pin.starts_) entry->starting = false;
  if (worked && !entry->in_work() && !entry->gone) {
    --in_work_;
    if (entry->only_starts()) starting_.push_back(*entry);
  }
  if (entry->pins > 0) return;
  if (entry->gone) {
    --ghosts_;
    delete entry;
    return;
  }
  entry->last_used = now;
  idle_.push_back(*entry);
  trim(now, victims);
}

Store::Victim Store::take(Entry& entry, EndReason reason) {
  ++looks_;
  index_.erase(index_.iterator_to(entry));
  Victim victim{entry.ref, reason, entry.payload};
  if (entry.in_work()) --in_work_;
  if (entry.pins == 0) {
    idle_.erase(idle_.iterator_to(entry));
    delete &entry;
  } else {
    if (entry.only_starts()) starting_.erase(starting_.iterator_to(entry));
    entry.gone = true;  // freed by its last unpin
    ++ghosts_;
  }
  return victim;
}

Store::Victim Store::take_idle(EndReason reason) { return take(idle_.front(), reason); }

const Store::Entry& Store::longest_idle() const {
  ++looks_;
  return idle_.front();
}

void Store::trim(base::TimePoint now, std::vector<Victim>& victims) {
  while (index_.size() > max_sessions_ && ripe(now)) victims.push_back(take_idle(EndReason::evicted));
}

std::optional<Store::Victim> Store::end(std::string_view id, EndReason reason) {
  const auto it = index_.find(id);
  if (it == index_.end()) return std::nullopt;
  return take(*it, reason);
}

std::optional<Store::Victim> Store::end(const Ref& ref, EndReason reason) {
  const auto it = index_.find(std::string_view(ref.id));
  if (it == index_.end() || it->ref.generation != ref.generation) return std::nullopt;
  return take(*it, reason);
}

std::vector<Store::Victim> Store::sweep(base::TimePoint now) {
  std::vector<Victim> out;
  while (next_expiry() <= now) out.push_back(take_idle(EndReason::idle));
  return out;
}

std::optional<Store::Victim> Store::evict_for_start(base::TimePoint now) {
  if (idle_.empty() || (in_work_ >= max_sessions_ && !ripe(now))) return std::nullopt;
  return take_idle(EndReason::evicted);
}

std::vector<Store::Victim> Store::end_all_idle(EndReason reason) {
  std::vector<Victim> out;
  while (!idle_.empty()) out.push_back(take_idle(reason));
  return out;
}

std::vector<Store::Victim> Store::end_all(EndReason reason) {
  std::vector<Victim> out;
  for (auto it = index_.begin(); it != index_.end();) out.push_back(take(*it++, reason));
  return out;
}

std::vector<Store::Victim> Store::end_all_starting(EndReason reason) {
  std::vector<Victim> out;
  while (!starting_.empty()) out.push_back(take(starting_.front(), reason));
  return out;
}

std::vector<Store::Victim> Store::set_max_sessions(std::size_t max_sessions) {
  CHECK(max_sessions > 0, "max_sessions must be greater than 0");
  const bool lowered = max_sessions < max_sessions_;
  max_sessions_ = max_sessions;
  std::vector<Victim> out;
  while (lowered && index_.size() > max_sessions_ && !idle_.empty()) out.push_back(take_idle(EndReason::evicted));
  return out;
}

base::TimePoint Store::next_expiry() const {
  if (idle_ttl_ == base::Duration{} || idle_.empty()) return base::kNever;
  return base::after(longest_idle().last_used, idle_ttl_);
}

base::TimePoint Store::next_ripe() const {
  if (idle_.empty()) return base::kNever;
  return base::after(longest_idle().last_used, min_idle_);
}

const Store::Entry* Store::find(std::string_view id) const {
  const auto it = index_.find(id);
  return it == index_.end() ? nullptr : &*it;
}

const Ref& Store::ref(const Pin& pin) { return pin.entry_->ref; }

const std::shared_ptr<void>& Store::payload(const Pin& pin) { return pin.entry_->payload; }

}  // namespace session
