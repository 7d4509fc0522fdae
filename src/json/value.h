// Value: the one JSON document type of the project (Boost.JSON's), and small readers for values that others sent.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;
using String = boost::json::string;

inline std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }

// The value at a path of object keys joined by dots ("frame.id"), or null when a step is missing or is no object. Keys
// that hold a dot themselves cannot be reached this way. The pointer lives as long as `value` is unchanged.
const Value* find(const Value& value, std::string_view path);
const Value* find(const Object& object, std::string_view path);

// A member by its path, when it is there and of that type. Views and pointers live as long as `value` is unchanged.
// get_int also takes a double without a fraction (ECMAScript knows no other number); get_double takes any number.
std::optional<std::string_view> get_string(const Value& value, std::string_view path);
std::optional<std::string_view> get_string(const Object& object, std::string_view path);
// The same, owned: for values that outlive the document.
std::optional<std::string> get_text(const Value& value, std::string_view path);
std::optional<std::string> get_text(const Object& object, std::string_view path);
std::string text_at(const Value& value, std::string_view path);  // "" where get_text has nothing
std::optional<std::int64_t> get_int(const Value& value, std::string_view path);
std::optional<double> get_double(const Value& value, std::string_view path);
std::optional<bool> get_bool(const Value& value, std::string_view path);
std::optional<bool> get_bool(const Object& object, std::string_view path);
const Object* get_object(const Value& value, std::string_view path);
const Array* get_array(const Value& value, std::string_view path);

// A whole number that fits, from an integer or a double without a fraction.
std::optional<std::int64_t> to_int(const Value& value);

}  // namespace json
