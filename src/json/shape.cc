#include "json/shape.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "json/write.h"

namespace json {
namespace {

std::string_view kind_name(const Value* v) {
  if (!v) return "undefined";
  switch (v->kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "boolean";
    case boost::json::kind::string:
      return "string";
    case boost::json::kind::array:
      return "array";
    case boost::json::kind::object:
      return "object";
    default:
      return "number";
  }
}

Issues wrong_type(std::string_view expected, const Value* v) {
  Object body;
  body["expected"] = expected;
  body["code"] = "invalid_type";
  body["path"] = Array();
  body["message"] = fmt::format("Invalid input: expected {}, received {}", expected, kind_name(v));
  return {Issue{std::move(body)}};
}

template <class Fits>
Shape of_type(std::string_view expected, Fits fits) {
  return Shape([expected, fits](const Value* v) { return v && fits(*v) ? Issues() : wrong_type(expected, v); });
}

void append_under(Issues& out, Issues inner, const Value& key) {
  for (Issue& issue : inner) {
    Array& path = issue.body["path"].as_array();
    path.insert(path.begin(), key);
    out.push_back(std::move(issue));
  }
}

std::size_t weight_of(const Issues& issues) {
  std::size_t out = 0;
  for (const Issue& issue : issues) out += issue.weight;
  return out;
}

// The issues of what is in a container, until there are enough of them. Whoever sends a million wrong values needs no
// million issues, and must not be able to fill the memory with them.
class Gathered {
 public:
  explicit Gathered(std::size_t entries) : entries_(entries) {}

  bool full() const { return weight_ >= kMostIssues; }
  void add(Issues inner, const Value& key) {
    ++seen_;
    weight_ += weight_of(inner);
    append_under(out_, std::move(inner), key);
  }
  Issues take() {
    if (seen_ < entries_) out_.push_back(left_out({}, entries_ - seen_));
    return std::move(out_);
  }

 private:
  std::size_t entries_;
  std::size_t seen_ = 0;
  std::size_t weight_ = 0;
  Issues out_;
};

Issues unknown_keys(const Object& object, const std::vector<Field>& fields) {
  Array keys;
  std::string list;
  std::size_t unknown = 0;
  for (const auto& [key, value] : object) {
    bool known = false;
    for (const Field& field : fields) known = known || field.name == key;
    if (known || ++unknown > kMostIssues) continue;
    keys.emplace_back(key);
    if (!list.empty()) list += ", ";
    append_string(list, key);
  }
  if (keys.empty()) return {};
  if (unknown > kMostIssues) list += fmt::format(" and {} more", unknown - kMostIssues);
  Object body;
  body["code"] = "unrecognized_keys";
  body["keys"] = keys;
  body["path"] = Array();
  body["message"] = fmt::format("Unrecognized key{}: {}", keys.size() > 1 ? "s" : "", list);
  return {Issue{std::move(body), false}};
}

enum class Extra { ignored, refused };

Shape object_with(std::vector<Field> fields, Extra extra) {
  return Shape([fields = std::move(fields), extra](const Value* v) -> Issues {
    const Object* object = v ? v->if_object() : nullptr;
    if (!object) return wrong_type("object", v);
    Issues out;
    for (const Field& field : fields)
      append_under(out, field.shape.check(object->if_contains(field.name)),
                   Value(boost::json::string_view(field.name)));
    if (extra == Extra::refused)
      for (Issue& issue : unknown_keys(*object, fields)) out.push_back(std::move(issue));
    return out;
  });
}

Issues bad_format(std::string_view format, std::string_view message) {
  Object body;
  body["code"] = "invalid_format";
  body["format"] = format;
  body["path"] = Array();
  body["message"] = message;
  return {Issue{std::move(body), false}};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// host or host:port, as the WHATWG URL standard wants them in URLs of the special schemes.
bool is_authority(std::string_view authority) {
  const std::size_t colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
  const std::string_view host = authority.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? "" : authority.substr(colon + 1);
  if (host.empty() || port.size() > 5 || !std::ranges::all_of(port, base::is_digit)) return false;
  if (!port.empty() && std::stoi(std::string(port)) > 65535) return false;
  if (host.starts_with('[')) return host.ends_with(']') && host.find(':') != std::string_view::npos;
  return host.find_first_of(" \t\r\n\"<>[]^`{|}\\%#") == std::string_view::npos;
}

// Whether `new URL()` takes it, as near as a request needs it: a scheme, and behind a special scheme a host.
bool is_absolute_url(std::string_view text) {
  text = base::trim(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(text[0])) return false;
  const std::string scheme = base::to_lower_ascii(text.substr(0, colon));
  const auto in_scheme = [](char c) { return is_letter(c) || base::is_digit(c) || c == '+' || c == '-' || c == '.'; };
  if (!std::ranges::all_of(scheme, in_scheme)) return false;
  constexpr std::string_view kSpecial[] = {"http", "https", "ws", "wss", "ftp"};
  if (std::ranges::find(kSpecial, scheme) == std::end(kSpecial)) return true;
  std::string_view rest = text.substr(colon + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of("/\\"), rest.size()));
  std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  return is_authority(authority);
}

}  // namespace

Shape any() {
  return Shape([](const Value*) { return Issues(); });
}
Shape string() {
  return of_type("string", [](const Value& v) { return v.is_string(); });
}
Shape number() {
  return of_type("number", [](const Value& v) { return v.is_number() && std::isfinite(v.to_number<double>()); });
}
Shape boolean() {
  return of_type("boolean", [](const Value& v) { return v.is_bool(); });
}

Shape url() {
  return Shape([](const Value* v) -> Issues {
    if (!v || !v->is_string()) return wrong_type("string", v);
    const auto& text = v->get_string();
    return is_absolute_url({text.data(), text.size()}) ? Issues() : bad_format("url", "Invalid URL");
  });
}

Shape text_of_length(std::size_t at_least) {
  return Shape([at_least](const Value* v) -> Issues {
    if (!v || !v->is_string()) return wrong_type("string", v);
    if (v->get_string().size() >= at_least) return {};
    Object body;
    body["origin"] = "string";
    body["code"] = "too_small";
    body["minimum"] = at_least;
    body["inclusive"] = true;
    body["path"] = Array();
    body["message"] = fmt::format("Too small: expected string to have >={} characters", at_least);
    return {Issue{std::move(body), false}};
  });
}

Shape one_of(std::vector<std::string> words) {
  return Shape([words = std::move(words)](const Value* v) -> Issues {
    Array values;
    std::string list;
    for (const std::string& word : words) {
      if (v && v->is_string() && v->get_string() == word) return {};
      values.emplace_back(word);
      list += fmt::format("{}\"{}\"", list.empty() ? "" : "|", word);
    }
    Object body;
    body["code"] = "invalid_value";
    body["values"] = std::move(values);
    body["path"] = Array();
    body["message"] = "Invalid option: expected one of " + list;
    return {Issue{std::move(body)}};
  });
}

Shape literal(Value value) {
  return Shape([value = std::move(value)](const Value* v) -> Issues {
    if (v && v->is_number() && value.is_number() && v->to_number<double>() == value.to_number<double>()) return {};
    if (v && v->is_string() && *v == value) return {};
    Object body;
    body["code"] = "invalid_value";
    body["values"] = Array{value};
    body["path"] = Array();
    body["message"] = "Invalid input: expected " + write(value);
    return {Issue{std::move(body)}};
  });
}

Shape array_of(Shape item) {
  return Shape([item = std::move(item)](const Value* v) -> Issues {
    const Array* array = v ? v->if_array() : nullptr;
    if (!array) return wrong_type("array", v);
    Gathered out(array->size());
    for (std::size_t i = 0; i < array->size() && !out.full(); ++i) out.add(item.check(&(*array)[i]), Value(i));
    return out.take();
  });
}

Shape map_of(Shape value) {
  return Shape([value = std::move(value)](const Value* v) -> Issues {
    const Object* object = v ? v->if_object() : nullptr;
    if (!object) return wrong_type("record", v);
    Gathered out(object->size());
    for (const auto& [key, member] : *object) {
      if (out.full()) break;
      out.add(value.check(&member), Value(key));
    }
    return out.take();
  });
}

Shape at_most(std::size_t entries, Shape many) {
  return Shape([entries, many = std::move(many)](const Value* v) {
    Issues issues = many.check(v);
    if (!issues.empty()) return issues;
    const std::size_t size = v->is_object() ? v->get_object().size() : v->get_array().size();
    if (size > entries)
      issues.push_back(
          custom_issue({}, fmt::format("Too big: expected at most {} entries, received {}", entries, size)));
    return issues;
  });
}

Shape object(std::vector<Field> fields) { return object_with(std::move(fields), Extra::ignored); }
Shape strict_object(std::vector<Field> fields) { return object_with(std::move(fields), Extra::refused); }

Shape optional(Shape shape) {
  return Shape([shape = std::move(shape)](const Value* v) { return v ? shape.check(v) : Issues(); });
}

Shape nullable(Shape shape) {
  return Shape([shape = std::move(shape)](const Value* v) { return v && !v->is_null() ? shape.check(v) : Issues(); });
}

Shape either(std::vector<Shape> shapes) {
  return Shape([shapes = std::move(shapes)](const Value* v) -> Issues {
    std::vector<Issues> all;
    for (const Shape& shape : shapes) {
      all.push_back(shape.check(v));
      if (all.back().empty()) return {};
    }
    std::size_t by_content = 0;
    Issues* only = nullptr;
    for (Issues& issues : all) {
      bool structural = false;
      for (const Issue& issue : issues) structural = structural || issue.structural;
      if (structural) continue;
      ++by_content;
      only = &issues;
    }
    if (by_content == 1) return std::move(*only);
    Array errors;
    std::size_t weight = 1;
    for (const Issues& issues : all) weight += weight_of(issues);
    for (Issues& issues : all) errors.emplace_back(to_array(std::move(issues)));
    Object body;
    body["code"] = "invalid_union";
    body["errors"] = std::move(errors);
    body["path"] = Array();
    body["message"] = "Invalid input";
    return {Issue{.body = std::move(body), .weight = weight}};
  });
}

Shape by_word(std::string_view key, std::vector<Field> shapes) {
  return Shape([key, shapes = std::move(shapes)](const Value* v) -> Issues {
    if (!v || !v->is_object()) return wrong_type("object", v);
    const auto word = get_string(*v, key);
    for (const Field& field : shapes)
      if (word == field.name) return field.shape.check(v);
    Object body;
    body["code"] = "invalid_union";
    body["errors"] = Array();
    body["note"] = "No matching discriminator";
    body["discriminator"] = key;
    body["path"] = Array{Value(boost::json::string_view(key))};
    body["message"] = "Invalid input";
    return {Issue{std::move(body)}};
  });
}

Issue custom_issue(Array path, std::string_view message) {
  Object body;
  body["code"] = "custom";
  body["path"] = std::move(path);
  body["message"] = message;
  return {std::move(body), false};
}

Issue left_out(Array path, std::size_t entries) {
  return custom_issue(std::move(path), fmt::format("{} more {} not checked: there are {} issues or more before",
                                                   entries, entries == 1 ? "entry was" : "entries were", kMostIssues));
}

Array to_array(Issues issues) {
  Array out;
  for (Issue& issue : issues) out.emplace_back(std::move(issue.body));
  return out;
}

}  // namespace json
