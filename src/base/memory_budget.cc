#include "base/memory_budget.h"

#include <algorithm>

#include <fmt/format.h>

namespace base {

void MemoryBudget::Hold::set(std::size_t bytes) {
  const std::size_t before = std::exchange(bytes_, bytes);
  if (!of_) return;
  of_->bytes += bytes - before;
  if (bytes > before && of_->give_way) of_->of.look();
}

MemoryBudget::Hold MemoryBudget::Hold::also(std::size_t bytes) const {
  Hold more(of_);
  more.set(bytes);
  return more;
}

MemoryBudget::Peer::Peer(MemoryBudget& budget, std::function<void(const std::string& why)> give_way)
    : account_(std::make_shared<Account>(budget)) {
  account_->give_way = std::move(give_way);
  budget.accounts_.insert(account_);
}

MemoryBudget::Peer::~Peer() {
  if (account_ && std::exchange(account_->give_way, nullptr)) account_->of.accounts_.erase(account_);
}

std::size_t MemoryBudget::held() const {
  std::size_t all = 0;
  for (const auto& account : accounts_) all += account->bytes;
  return all;
}

void MemoryBudget::look() {
  while (held() > most_) {
    const auto less = [](const auto& a, const auto& b) { return a->bytes < b->bytes; };
    const std::shared_ptr<Account> most = *std::ranges::max_element(accounts_, less);
    accounts_.erase(most);
    std::exchange(most->give_way, nullptr)(
        fmt::format("what others sent and is still held takes more than the {} bytes allowed for all of them together, "
                    "and most of it, {} bytes, came from this one",
                    most_, most->bytes.load()));
  }
}

}  // namespace base
