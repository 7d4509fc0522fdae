// Gesture: one thing that a hand does on a page by coordinates and keys, free of any model's words for it. Coordinates
// are CSS pixels of the viewport, from its upper left corner, whatever the device's scale.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"

namespace agent {

struct At {
  double x = 0;
  double y = 0;
};

struct Click {
  At at;
  std::string button = "left";  // left, right, middle
  int count = 1;
  std::vector<std::string> held = {};  // modifiers: Control, Shift, Alt, Meta
};

struct PressAndHold {
  At at;
  base::Milliseconds time{0};
};

struct Move {
  At at;
};

// Button down, along the points, button up. REQUIRES: two points at least.
struct DragAlong {
  std::vector<At> path;
  std::vector<std::string> held = {};
};

// One half of a click, for drags of the model's own making.
struct Button {
  bool down = true;
  std::string button = "left";
};

struct Scroll {
  At at;
  double dx = 0;  // to the right
  double dy = 0;  // downwards
  std::vector<std::string> held = {};
};

// Into what has the focus.
struct TypeText {
  std::string text;    // may hold %name% for variables
  bool clear = false;  // what is there goes first
  bool enter = false;  // Enter at the end
};

struct Press {
  std::string keys;            // "Enter", "Control+A": names as in docs/wire/act.md
  base::Milliseconds held{0};  // how long they are kept down
};

struct Wait {
  base::Milliseconds time;
};

// Looks only. With a region, that part of the viewport, enlarged.
struct Look {
  std::vector<At> region = {};  // none, or its upper left and lower right corners
};

struct Where {};  // asks for the place of the pointer

struct GoTo {
  std::string url;
};
struct Back {};
struct Forward {};

using Gesture = std::variant<Click, PressAndHold, Move, DragAlong, Button, Scroll, TypeText, Press, Wait, Look, Where,
                             GoTo, Back, Forward>;

}  // namespace agent
