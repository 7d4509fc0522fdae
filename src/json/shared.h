// Shared: a value that never changes, and that its copies share. What others send may be megabytes, such as a schema
// that each call of a model has again.
#pragma once
#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "json/value.h"

namespace json {

class Shared {
 public:
  Shared() : Shared(Value()) {}
  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, Shared> && std::constructible_from<Value, T>)
  Shared(T&& value) : value_(std::make_shared<const Value>(std::forward<T>(value))) {}
  // For one that is freed in its own way. REQUIRES: not null.
  explicit Shared(std::shared_ptr<const Value> value) : value_(std::move(value)) {}

  const Value& get() const { return *value_; }
  operator const Value&() const& { return *value_; }
  operator const Value&() && = delete;

 private:
  std::shared_ptr<const Value> value_;
};

}  // namespace json
