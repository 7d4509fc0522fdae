// Shapes: what a request body must look like, said by combination, with the issues that the reference's validator
// prints (docs/wire/issues.md). A shape only judges; reading a judged body is then plain member access.
//
//   const Shape kPoint = object({{"x", number()}, {"y", optional(number())}});
//   Issues issues = kPoint.check(&body);   // empty: it fits
#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/value.h"

namespace json {

struct Issue {
  Object body;             // as it goes over the wire; its path is relative until it reaches the root
  bool structural = true;  // false: the value has the right form and only its content is wrong
  std::size_t weight = 1;  // how many issues it tells of, with those inside
};
using Issues = std::vector<Issue>;

// An array or a record stops to be looked at after so many issues, and says so with one more.
inline constexpr std::size_t kMostIssues = 100;

class Shape {
 public:
  // null stands for an absent value.
  using Check = std::function<Issues(const Value*)>;
  explicit Shape(Check check) : check_(std::make_shared<const Check>(std::move(check))) {}
  Issues check(const Value* value) const { return (*check_)(value); }

 private:
  std::shared_ptr<const Check> check_;
};

struct Field {
  std::string_view name;
  Shape shape;
};

Shape any();
Shape string();
Shape number();  // a finite one
Shape boolean();
Shape url();  // a string that is an absolute URL
Shape text_of_length(std::size_t at_least);
Shape one_of(std::vector<std::string> words);
Shape literal(Value value);  // a string or a number
Shape array_of(Shape item);
Shape map_of(Shape value);                       // issues call it a record
Shape at_most(std::size_t entries, Shape many);  // an array or a record that has the shape and no more than these
Shape object(std::vector<Field> fields);         // other keys are ignored
Shape strict_object(std::vector<Field> fields);  // other keys are refused
Shape optional(Shape shape);                     // may be absent, may not be null
Shape nullable(Shape shape);                     // may be absent or null
// The first that fits. When none does: the issues of the only one that failed by content alone, else all of them, each
// with its own paths.
Shape either(std::vector<Shape> shapes);
// An object whose member `key` holds the name of the shape it must have. `key` and the names are literals.
Shape by_word(std::string_view key, std::vector<Field> shapes);

// The issue that a rule of our own gives: {"code":"custom","path":…,"message":…}.
Issue custom_issue(Array path, std::string_view message);

// Says at an array or a record that so many entries were not looked at, after kMostIssues of those before them.
Issue left_out(Array path, std::size_t entries);

Array to_array(Issues issues);

}  // namespace json
