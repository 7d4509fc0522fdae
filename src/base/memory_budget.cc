#include "base/memory_budget.h"

#include <algorithm>

#include <fmt/format.h>

namespace base {

void MemoryBudget::Hold::set(std::size_t bytes) {
  const std::size_t before = std::exchange(bytes_, bytes);
  if (!of_) return;
  of_->bytes += bytes - before;
  if (bytes <= before || !of_->give_way) return;
  if (const auto budget = of_->of.lock()) budget->look();
}

MemoryBudget::Hold MemoryBudget::Hold::also(std::size_t bytes) const {
  Hold more(of_);
  more.set(bytes);
  return more;
}

MemoryBudget::Peer::Peer(MemoryBudget& budget, std::function<void(const std::string& why)> give_way)
    : account_(std::make_shared<Account>(budget.state_)) {
  account_->give_way = std::move(give_way);
  budget.state_->accounts.insert(account_);
}

MemoryBudget::Peer::~Peer() {
  if (!account_ || !std::exchange(account_->give_way, nullptr)) return;
  if (const auto budget = account_->of.lock()) budget->accounts.erase(account_);
}

std::size_t MemoryBudget::State::held() const {
  std::size_t all = 0;
  for (const auto& account : accounts) all += account->bytes;
  return all;
}

void MemoryBudget::State::look() {
  while (held() > most) {
    const auto less = [](const auto& a, const auto& b) { return a->bytes < b->bytes; };
    const std::shared_ptr<Account> largest = *std::ranges::max_element(accounts, less);
    accounts.erase(largest);
    std::exchange(largest->give_way, nullptr)(
        fmt::format("what others sent and is still held takes more than the {} bytes allowed for all of them together, "
                    "and most of it, {} bytes, came from this one",
                    most, largest->bytes.load()));
  }
}

}  // namespace base
