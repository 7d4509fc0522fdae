// What the vocabularies share: arguments as models write them, points in the units that they count in, keys by the
// names that they use.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "agent/screen/vocabulary.h"
#include "base/result.h"

namespace agent::screen {

// The units in which a model names points, and the window that they are meant for.
struct Grid {
  double width = 0;
  double height = 0;
  WindowSize window = {};

  // In the window's pixels. A point on or a little beyond the edge is taken for the edge; one that is farther out is an
  // error that says how large the screen is.
  base::Result<At> place(double x, double y) const;
  double across(double dx) const { return dx * window.width / width; }
  double down(double dy) const { return dy * window.height / height; }
};
Grid pixels(const WindowSize& window);

// The arguments of an action. Numbers may be written as text, as some models do.
class Arguments {
 public:
  Arguments(std::string name, const json::Object& values) : name_(std::move(name)), values_(values) {}

  const std::string& action() const { return name_; }
  const json::Object& values() const { return values_; }
  bool has(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise) const;
  // A list of texts, or a text.
  std::vector<std::string> list(std::string_view name) const;

  // What must be there; errors name the action and what it lacks.
  base::Result<std::string> needed_text(std::string_view name) const;
  base::Result<At> point(std::string_view x, std::string_view y, const Grid& grid) const;
  base::Result<At> pair(std::string_view name, const Grid& grid) const;
  std::unexpected<base::Error> lacks(std::string_view what) const;

 private:
  std::string name_;
  const json::Object& values_;
};

// "Control+a" from {"CTRL", "a"}. Several keys that are no modifiers are several chords: one after the other.
std::vector<std::string> chords(const std::vector<std::string>& keys);
// From "ctrl+shift+t", "Down Down", "plus".
std::vector<std::string> chords_in(std::string_view text);
// The modifiers in a text or list of keys, by the names that gestures have for them. Error: what is none.
base::Result<std::vector<std::string>> modifiers(const std::vector<std::string>& keys);
std::vector<std::string> split_keys(std::string_view text);

// Waits are cut to what a call may take.
inline constexpr base::Milliseconds kLongestWait{30'000};
Wait wait_for(double seconds);

// "www.site.example" becomes an address.
std::string address(std::string_view text);

// The action as the client is told of it: type, point and button first, then what the model wrote beside them.
json::Object told(std::string_view type, std::optional<At> at, const json::Object& written = {});
Deed refused(std::string_view name, const json::Object& written, std::string why);
std::string not_an_action(std::string_view name, std::initializer_list<std::string_view> known);

}  // namespace agent::screen
