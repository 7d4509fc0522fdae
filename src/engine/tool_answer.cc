#include "engine/tool_answer.h"

#include <algorithm>

#include "base/text.h"
#include "json/read.h"

namespace engine {

ToolAnswer ToolAnswer::of(Content content, bool failed) {
  std::string text;
  std::size_t left = kMaxText;
  for (auto& each : content)
    if (auto* one = std::get_if<llm::Text>(&each)) {
      one->text = base::truncate(base::repair_utf8(one->text), left);
      left -= std::min(left, one->text.size());
      text += one->text;
    }
  ToolAnswer out{.content = std::move(content), .told = nullptr, .failed = failed};
  out.told = json::Value(text);
  if (failed) return out;
  if (auto value = json::read(text)) out.told = std::move(*value);
  return out;
}

}  // namespace engine
