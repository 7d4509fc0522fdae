// Numbers as JSON has them, in decimal: what a double was written as, not what it is in binary.
#pragma once

namespace llm {

// Whether the number is a whole multiple of the step: 0.3 is one of 0.1. REQUIRES: step is above 0.
bool is_multiple(double number, double step);

}  // namespace llm
