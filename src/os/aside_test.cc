// Mutants that these catch: a job on the loop's thread, a caller that waits for a job although it was cancelled, a job
// that throws.
#include "os/aside.h"

#include <stdexcept>

#include <gtest/gtest.h>
#include <unistd.h>

#include "aio/race.h"
#include "aio/testing/run.h"

namespace os {
namespace {

using Text = base::Result<std::string>;

class Aside : public ::testing::Test {
 protected:
  aio::Loop loop_;
};

TEST_F(Aside, IsAnotherThread) {
  const auto outcome = aio::testing::run_real(loop_, aside([] { return base::Result<pid_t>(gettid()); }));
  ASSERT_TRUE(outcome);
  EXPECT_NE(*outcome, gettid());
}

TEST_F(Aside, AnErrorComesBackAndAnExceptionIsOne) {
  const auto message = [this](aio::Task<Text> work) {
    return aio::testing::run_real(loop_, std::move(work)).error().message;
  };
  EXPECT_EQ(message(aside([]() -> Text { return base::fail(base::Kind::browser, "no such file"); })), "no such file");
  EXPECT_EQ(message(aside([]() -> Text { throw std::runtime_error("no memory"); })), "no memory");
}

// One that hangs, and the others beside it.
aio::Task<std::string> beside(int hangs) {
  auto read_for_ever = [hangs]() -> Text {
    char byte = 0;
    return std::string(static_cast<std::size_t>(read(hangs, &byte, 1)), byte);
  };
  auto other = [] { return Text("done"); };
  auto first = co_await aio::race(aside(std::move(read_for_ever)), aside(std::move(other)));
  co_return first.index() == 1 ? *std::get<1>(first) : "the one that hangs was first";
}

TEST_F(Aside, WhatHangsHoldsUpNeitherOthersNorWhoeverLeavesIt) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(aio::testing::run_real(loop_, beside(ends[0])), "done");
  close(ends[1]);  // it comes to its end, and nobody is there
}

}  // namespace
}  // namespace os
