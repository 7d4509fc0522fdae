#include "metrics/registry.h"

#include <gtest/gtest.h>

namespace metrics {
namespace {

TEST(Registry, PrintsCountersGaugesAndHistograms) {
  Registry registry;
  registry.counter("belay_things_total", "Things.", {{"kind", "a"}}).add();
  registry.counter("belay_things_total", "Things.", {{"kind", "a"}}).add(2);
  int level = 1;
  registry.gauge("belay_level", "Level.", [&] { return level; });
  registry.histogram("belay_seconds", "Time.", {}, {0.1, 1}).observe(0.5);
  level = 7;
  const std::string text = registry.text();
  EXPECT_NE(text.find("belay_things_total{kind=\"a\"} 3"), std::string::npos) << text;
  EXPECT_NE(text.find("belay_level 7"), std::string::npos) << text;
  EXPECT_NE(text.find("belay_seconds_bucket{le=\"1\"} 1"), std::string::npos) << text;
}

TEST(Registry, ReadsTheProcessWhenPrinted) {
  Registry registry;
  add_process_metrics(registry, "x_");
  EXPECT_NE(registry.text().find("x_process_open_fds "), std::string::npos);
}

}  // namespace
}  // namespace metrics
