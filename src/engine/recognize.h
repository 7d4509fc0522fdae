// Finding an element of a page again by what it is to a reader: its role and its name.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "agent/workplace.h"
#include "browser/snapshot/source.h"
#include "engine/page_turn.h"
#include "engine/variables.h"

namespace engine {

// See agent::Workplace for all three. Names come with variables' values masked.
aio::Task<base::Result<std::optional<agent::Recognized>>> at_selector(const aio::Context& ctx, PageTurn turn,
                                                                      std::string selector, const Variables& variables);
aio::Task<base::Result<std::optional<agent::Recognized>>> by_identity(const aio::Context& ctx, PageTurn turn,
                                                                      Identity identity, const Variables& variables,
                                                                      browser::SnapshotSource source);
aio::Task<base::Result<Identity>> focused(const aio::Context& ctx, PageTurn turn, const Variables& variables);

}  // namespace engine
