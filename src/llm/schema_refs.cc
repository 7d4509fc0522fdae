#include "llm/schema_refs.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "llm/schema_walk.h"
#include "llm/uri_reference.h"

namespace llm {
namespace {

constexpr int kDeepestScanned = 400;
constexpr std::size_t kMaxUri = 4096;                  // a longer $id names nothing
constexpr std::size_t kMaxUriBytes = 8 * 1024 * 1024;  // of a document's resources together
constexpr std::size_t kUriBytesInAStep = 16;

std::string_view without_fragment(std::string_view uri) { return uri.substr(0, std::min(uri.find('#'), uri.size())); }

std::string_view fragment_of(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  return hash == std::string_view::npos ? std::string_view() : uri.substr(hash + 1);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const char* const from = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(from, from + 2, code, 16).ptr == from + 2) {
      out += static_cast<char>(code);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// A step of a JSON Pointer (RFC 6901) into the value; null when it has none of that name.
const json::Value* stepped_into(const json::Value& value, std::string_view token) {
  if (const json::Array* array = value.if_array()) {
    std::size_t index = 0;
    const char* const end = token.data() + token.size();
    const auto read = std::from_chars(token.data(), end, index);
    if (read.ec != std::errc{} || read.ptr != end || (token.size() > 1 && token[0] == '0')) return nullptr;
    return index < array->size() ? &(*array)[index] : nullptr;
  }
  const json::Object* object = value.if_object();
  if (!object) return nullptr;
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    name += !escape ? token[i] : token[i + 1] == '0' ? '~' : '/';
    if (escape) ++i;
  }
  return object->if_contains(name);
}

bool is_legacy(std::string_view draft) {
  constexpr std::string_view kLegacy[] = {"draft-03/", "draft-04/", "draft-06/", "draft-07/"};
  return std::ranges::any_of(kLegacy,
                             [&](std::string_view each) { return draft.find(each) != std::string_view::npos; });
}

// Of a metaschema: whether its schemas assert anything by type, enum, ranges and the like.
bool has_assertions(const json::Value& metaschema) {
  const json::Object* vocabularies = json::get_object(metaschema, "$vocabulary");
  return !vocabularies || std::ranges::any_of(*vocabularies, [](const auto& each) {
    return std::string_view(each.key().data(), each.key().size()).ends_with("/vocab/validation");
  });
}

}  // namespace

SchemaRefs::SchemaRefs(const json::Value& document, base::Budget& budget) {
  resources_.push_back({.root = &document});
  SchemaResource& own = resources_.front();
  own.legacy = is_legacy(json::get_string(document, "$schema").value_or(""));
  by_uri_.emplace("", &own);
  roots_.emplace(&document, &own);
  scan(document, &own, 0, budget);
  set_drafts();
}

SchemaResource* SchemaRefs::begin(const json::Value& schema, SchemaResource* outer, base::Budget& budget) {
  const bool only_refers = outer->legacy && json::get_string(schema, "$ref").has_value();
  const auto id = json::get_string(schema, "$id");
  if (!id || only_refers || id->size() > kMaxUri) return outer;
  SchemaResource* out = outer;
  if (const std::string_view named = without_fragment(*id); !named.empty()) {
    std::string uri = resolve_uri(outer->uri, named);
    if (uri.size() > kMaxUri || !budget.spend(1 + uri.size() / kUriBytesInAStep)) return outer;
    if (uri_bytes_ += uri.size(); uri_bytes_ > kMaxUriBytes) {
      budget.exhaust(fmt::format("its schemas have identifiers of more than {} bytes together", kMaxUriBytes));
      return outer;
    }
    if (outer->root != &schema) {
      out = &resources_.emplace_back(SchemaResource{.root = &schema, .legacy = outer->legacy});
      if (const auto draft = json::get_string(schema, "$schema")) out->legacy = is_legacy(*draft);
      roots_.emplace(&schema, out);
    }
    out->uri = std::move(uri);
    by_uri_.emplace(out->uri, out);
  }
  if (const std::string_view name = fragment_of(*id); !name.empty() && !name.starts_with('/'))
    out->anchors.emplace(name, SchemaResource::Anchor{&schema, false});  // draft 7 wrote anchors so
  return out;
}

void SchemaRefs::scan(const json::Value& schema, SchemaResource* resource, int depth, base::Budget& budget) {
  if (!schema.is_object() || depth > kDeepestScanned || !budget.spend()) return;
  resource = begin(schema, resource, budget);
  if (resource != &resources_.front()) homes_.emplace(&schema, resource);
  for (const bool dynamic : {true, false})
    if (const auto name = json::get_string(schema, dynamic ? "$dynamicAnchor" : "$anchor"))
      resource->anchors.emplace(*name, SchemaResource::Anchor{&schema, dynamic});
  for_each_subschema(schema.get_object(), [&](const json::Value& inner) { scan(inner, resource, depth + 1, budget); });
}

void SchemaRefs::set_drafts() {
  for (SchemaResource& each : resources_)
    if (const auto draft = json::get_string(*each.root, "$schema"))
      if (const auto known = by_uri_.find(without_fragment(*draft)); known != by_uri_.end())
        each.only_describes = !has_assertions(*known->second->root);
}

const SchemaResource* SchemaRefs::entered(const json::Value& schema, const SchemaResource* current) const {
  if (resources_.size() == 1) return current;
  const auto root = roots_.find(&schema);
  return root == roots_.end() ? current : root->second;
}

const SchemaResource* SchemaRefs::home(const json::Value& schema) const {
  const auto home = homes_.find(&schema);
  return home == homes_.end() ? &resources_.front() : home->second;
}

std::optional<SchemaRefs::Target> SchemaRefs::at_pointer(const SchemaResource& from, std::string_view pointer,
                                                         base::Budget& budget) const {
  Target out{from.root, &from};
  const std::string path = percent_decoded(pointer);
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t next = std::min(path.find('/', at + 1), path.size());
    if (!budget.spend(1 + (next - at) / kUriBytesInAStep)) return {};
    out.schema = stepped_into(*out.schema, std::string_view(path).substr(at + 1, next - at - 1));
    if (!out.schema) return {};
    out.resource = entered(*out.schema, out.resource);
    at = next;
  }
  return out;
}

std::optional<SchemaRefs::Target> SchemaRefs::find(std::string_view ref, const SchemaResource& from,
                                                   base::Budget& budget) const {
  if (!budget.spend(1 + ref.size() / kUriBytesInAStep)) return {};
  const SchemaResource* in = &from;
  if (const std::string_view named = without_fragment(ref); !named.empty()) {
    const auto known = named.size() > kMaxUri ? by_uri_.end() : by_uri_.find(resolve_uri(from.uri, named));
    if (known == by_uri_.end()) return {};
    in = known->second;
  }
  const std::string_view fragment = fragment_of(ref);
  if (fragment.empty() || fragment.starts_with('/')) return at_pointer(*in, fragment, budget);
  const auto anchor = in->anchors.find(percent_decoded(fragment));
  if (anchor == in->anchors.end()) return {};
  return Target{anchor->second.schema, in};
}

std::optional<SchemaRefs::Target> SchemaRefs::follow(const json::Value& schema, std::string_view ref,
                                                     const SchemaResource& from, base::Budget& budget) {
  if (!budget.spend()) return {};
  const auto known = followed_.find(&schema);
  if (known != followed_.end()) return known->second;
  auto target = find(ref, from, budget);
  if (!budget.over()) followed_.emplace(&schema, target);
  return target;
}

std::optional<SchemaRefs::Target> SchemaRefs::follow_dynamic(std::string_view ref, const SchemaScope& scope,
                                                             base::Budget& budget) {
  auto target = find(ref, *scope.resource, budget);
  const std::string_view name = fragment_of(ref);
  if (!target || name.empty() || name.starts_with('/')) return target;
  const auto anchor = target->resource->anchors.find(name);
  if (anchor == target->resource->anchors.end() || !anchor->second.dynamic) return target;
  for (const SchemaScope* each = &scope; each && budget.spend(); each = each->outer)
    if (const auto own = each->resource->anchors.find(name);
        own != each->resource->anchors.end() && own->second.dynamic)
      target = Target{own->second.schema, each->resource};
  return target;
}

}  // namespace llm
