#include "llm/smart_resize.h"

#include <algorithm>
#include <cmath>

namespace llm {
namespace {

constexpr double kStep = 28;
constexpr double kLeastArea = 3'136;
constexpr double kMostArea = 12'845'056;

int steps(double length, double (*round)(double)) {
  return static_cast<int>(std::max(kStep, round(length / kStep) * kStep));
}

}  // namespace

SeenSize smart_resize(int width, int height) {
  const double w = std::max(1, width);
  const double h = std::max(1, height);
  const auto to_even = [](double x) { return std::nearbyint(x); };
  const SeenSize near{steps(w, to_even), steps(h, to_even)};
  const double area = static_cast<double>(near.width) * near.height;
  if (area > kMostArea) {
    const double by = std::sqrt(w * h / kMostArea);
    const auto down = [](double x) { return std::floor(x); };
    return {steps(w / by, down), steps(h / by, down)};
  }
  if (area < kLeastArea) {
    const double by = std::sqrt(kLeastArea / (w * h));
    const auto up = [](double x) { return std::ceil(x); };
    return {steps(w * by, up), steps(h * by, up)};
  }
  return near;
}

}  // namespace llm
