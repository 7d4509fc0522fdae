#include "cdp/payload.h"

#include <atomic>
#include <new>
#include <thread>

#include <gtest/gtest.h>

namespace cdp {
namespace {

// Tells on which thread its blocks were freed.
class Memory final : public boost::json::memory_resource {
 public:
  int freed_here = 0;
  std::atomic<int> freed_elsewhere = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t) override { return ::operator new(size); }
  void do_deallocate(void* block, std::size_t, std::size_t) override {
    if (std::this_thread::get_id() == home_)
      ++freed_here;
    else
      ++freed_elsewhere;
    ::operator delete(block);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::thread::id home_ = std::this_thread::get_id();
};

json::Value list_in(Memory& memory) { return json::Value({1, 2, 3}, boost::json::storage_ptr(&memory)); }

TEST(Payload, OfALargeMessageIsFreedByAWorkerWhoeverLetsGoOfItLast) {
  Memory memory;
  {
    aio::Workers workers(1);
    Payload last;
    {
      const Payload whole(list_in(memory), &workers);
      EXPECT_TRUE(whole.is_freed_by_workers());
      const json::Value& list = whole;
      last = whole.part(list.get_array()[1]);
    }
    const json::Value& part = last;
    EXPECT_EQ(part, json::Value(2));
    EXPECT_TRUE(last.is_freed_by_workers());
    last = Payload();
  }  // waits for the worker
  EXPECT_EQ(memory.freed_here, 0);
  EXPECT_GT(memory.freed_elsewhere, 0);
}

TEST(Payload, OfASmallMessageIsFreedInPlace) {
  Memory memory;
  {
    EXPECT_FALSE(Payload(list_in(memory)).is_freed_by_workers());
  }
  EXPECT_GT(memory.freed_here, 0);
  EXPECT_EQ(memory.freed_elsewhere, 0);
}

}  // namespace
}  // namespace cdp
