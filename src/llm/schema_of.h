// schema_of: a caller's schema, for all who need it. It may be a megabyte: to free it is work as well, and workers do
// that, whoever lets go of it last.
#pragma once
#include <memory>
#include <utility>

#include "aio/context.h"
#include "aio/workers.h"
#include "json/shared.h"

namespace llm {

// The context's workers outlive it; without any it is freed where it is let go of.
inline json::Shared schema_of(const aio::Context& ctx, json::Value value) {
  if (!ctx.workers) return std::move(value);
  const auto free = [workers = ctx.workers](const json::Value* dead) {
    workers->discard(std::unique_ptr<const json::Value>(dead));
  };
  return json::Shared(std::shared_ptr<const json::Value>(new json::Value(std::move(value)), free));
}

}  // namespace llm
