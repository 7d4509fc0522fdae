// Names of members in the input of tools, for providers that take letters, digits, "_", "-" and "." only and 64 of
// them. Others are sent under a name of ours, and what the model calls so has its own name again.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "llm/chat.h"

namespace llm {

bool is_usual_name(std::string_view name);
// Whether a schema names a property otherwise.
bool has_unusual_names(const json::Value& schema);

class InputNames {
 public:
  InputNames() = default;
  // Renames in the chat's tools and in the calls of its past. The same tools always have the same names.
  explicit InputNames(Chat& chat);

  void restore(Reply& reply) const;

 private:
  using Names = std::map<std::string, std::string, std::less<>>;
  void find(const json::Value& schema);
  json::Value sent(const json::Value& schema) const;
  static void rename(json::Value& value, const Names& names);

  Names sent_;   // by the name that the tool has
  Names given_;  // and back
};

}  // namespace llm
