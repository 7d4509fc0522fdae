// ToolAnswer: what a tool of the caller's gave, cut to what a model and a client are shown of it.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "json/value.h"
#include "llm/chat.h"

namespace engine {

struct ToolAnswer {
  static constexpr std::size_t kMaxText = 100'000;  // bytes of all its texts together

  using Content = std::vector<std::variant<llm::Text, llm::Image>>;
  // Work that grows with the content: off the loop where that is large (peer_exchange.h).
  static ToolAnswer of(Content content, bool failed);

  Content content = {};        // for the model
  json::Value told = nullptr;  // its texts for the client: as JSON where they are some, and it did not fail
  bool failed = false;
};

}  // namespace engine
