// The size in which models of the Qwen kind see a picture: they name points in it and not in the picture they were
// sent.
#pragma once

namespace llm {

struct SeenSize {
  int width = 0;
  int height = 0;
  friend bool operator==(const SeenSize&, const SeenSize&) = default;
};

// Both sides are multiples of 28 and the area is between 3,136 and 12,845,056; the shape is kept as far as that allows.
SeenSize smart_resize(int width, int height);

}  // namespace llm
