// A verb with a page and a model of the test's own, on a scheduler and a clock of its own.
#pragma once
#include "aio/testing/run.h"
#include "engine/model_call.h"
#include "engine/testing/fake_sight.h"
#include "llm/testing/fake_model.h"

namespace engine::testing {

struct Asking {
  template <class T>
  T run(aio::Task<T> task) {
    return aio::testing::run_on(scheduler, clock, std::move(task));
  }
  // What the model was told as the user's text, in the n-th call.
  std::string told(std::size_t n) const {
    return std::get<llm::Text>(model.asked().at(n).messages.front().parts.front()).text;
  }

  aio::testing::Scheduler scheduler{1};
  aio::testing::ManualClock clock;
  aio::Context ctx = aio::testing::test_context(clock);
  FakeSight sight;
  llm::testing::FakeModel model;
  NullSink nobody;
  Variables variables;
  ModelCall call{sight, model, nobody, variables};
};

}  // namespace engine::testing
