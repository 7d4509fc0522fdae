// A reply that came in pieces though nobody asked for a stream, put together to the one that was asked for.
#pragma once
#include <memory>

#include "json/value.h"

namespace llm {

class ReplyPieces {
 public:
  virtual ~ReplyPieces() = default;
  virtual void add(json::Object piece) = 0;  // in their order; what says nothing is passed over
  virtual json::Value whole() = 0;           // ends it
};

// For the kind of stream that this is a piece of: Chat Completions, Anthropic's, Gemini's or Ollama's. Null for others.
std::unique_ptr<ReplyPieces> pieces_like(const json::Value& piece);

}  // namespace llm
