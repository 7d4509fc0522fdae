// Metrics by name, printed in the Prometheus text format (version 0.0.4). A family's labels are fixed when it is made;
// keep label values few: they are never forgotten. Names are API (docs/guide/metrics.md).
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace metrics {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double n = 1) = 0;
};

class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) = 0;
};

class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // Both return the same object for the same name and labels; it lives as long as the Registry.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels,
                       const std::vector<double>& buckets);
  // A gauge that is asked for its value whenever metrics are printed, so it cannot drift from what it counts.
  void gauge(const std::string& name, const std::string& help, std::function<double()> read, const Labels& labels = {});

  // Everything, in the text exposition format.
  std::string text();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Adds the process_* metrics (CPU, memory, descriptors, start time), read from /proc when printed.
void add_process_metrics(Registry& registry, const std::string& prefix);

}  // namespace metrics
