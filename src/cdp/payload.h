// Payload: what a message carries, the result of a command or the params of an event. The other end decides how large
// it is, and to free a document of millions of values takes as long as to read it: a large one is freed by workers,
// whoever lets go of it last.
#pragma once
#include <memory>
#include <utility>

#include "aio/workers.h"
#include "base/memory_budget.h"
#include "json/value.h"

namespace cdp {

class Payload {
 public:
  // The workers free it and outlive it; null: it is freed where it is let go of.
  explicit Payload(json::Value value = nullptr, aio::Workers* workers = nullptr) {
    if (workers)
      whole_.reset(new json::Value(std::move(value)), FreedBy{workers});
    else
      whole_ = std::make_shared<const json::Value>(std::move(value));
    part_ = whole_.get();
  }

  // A part of it, which keeps the whole. REQUIRES: one of its own values.
  Payload part(const json::Value& inside) const {
    Payload out = *this;
    out.part_ = &inside;
    return out;
  }

  // Read, never copied: it may be megabytes.
  operator const json::Value&() const& { return *part_; }
  operator const json::Value&() && = delete;

  // Counts until the workers have freed it. REQUIRES: they do.
  void count(base::MemoryBudget::Hold hold) {
    std::get_deleter<FreedBy>(whole_)->hold = std::make_shared<base::MemoryBudget::Hold>(std::move(hold));
  }

  bool is_freed_by_workers() const { return std::get_deleter<FreedBy>(whole_) != nullptr; }

 private:
  struct FreedBy {
    aio::Workers* workers;
    std::shared_ptr<base::MemoryBudget::Hold> hold = {};
    void operator()(const json::Value* value) const {
      // The second of a pair goes first.
      workers->discard(std::pair(hold, std::unique_ptr<const json::Value>(value)));
    }
  };

  std::shared_ptr<const json::Value> whole_;
  const json::Value* part_;
};

}  // namespace cdp
