// What the judge says of the drain, of browsers that close, and of changed limits.
#include <algorithm>

#include <fmt/format.h>

#include "session/testing/judge.h"

namespace session::testing {

using namespace std::chrono_literals;

namespace {

constexpr auto kFarewell = 300ms;  // that browsers and their owners have beyond the drain's budget

}  // namespace

void Judge::changing(const Limits& limits) {
  possible_ = limits.max_sessions > 0 && limits.max_sessions_hard >= limits.max_sessions;
  if (!possible_) return;
  if (limits.max_sessions < limits_.max_sessions) lowered_ = limits.max_sessions;
  limits_ = limits;
  limits_changed_ = true;
}

void Judge::changed(bool accepted) {
  const Limits& held = manager_->limits();
  if (accepted != possible_) object("19: limits that cannot be were accepted, or others refused");
  if (held.max_sessions != limits_.max_sessions || held.max_sessions_hard != limits_.max_sessions_hard ||
      held.idle_ttl != limits_.idle_ttl || held.min_idle != limits_.min_idle)
    object("19: other limits hold than were set");
  if (lowered_ && index_.size() > *lowered_ && longest_idle()) object("19: a lower capacity left an idle session");
  lowered_.reset();
}

// --- the drain
// ----------------------------------------------------------------------------------------------------------------

void Judge::draining() { drain_ = now(); }

void Judge::hurrying() { hurry_ = std::min(hurry_, now()); }

base::TimePoint Judge::budget_until() const {
  return drain_ ? std::min(std::max(hurry_, *drain_), *drain_ + limits_.drain_timeout) : base::kNever;
}

base::TimePoint Judge::farewell_until() const { return drain_ ? budget_until() + kFarewell : base::kNever; }

void Judge::drained() {
  if (!index_.empty()) object("25: sessions are left after a drain");
  if (manager_->engines() != 0) object("25: engines are left after a drain");
  for (const auto& [number, session] : sessions_)
    if (!is_wholly_gone(engine_of(session))) object("25: a browser is left after a drain");
  // How late the last may go is judged where it goes.
  if (now() != std::max(*drain_, last_change_)) object("25: a drain goes on after the last browser is gone");
}

// --- closing
// --------------------------------------------------------------------------------------------------------------

void Judge::closing(const std::string& session, Closes how) {
  Engine& engine = engines_[session];
  if (!is_over(session)) object("11: the browser of a session that goes on is closed");
  engine.closing_at = now();
  engine.closes = how;
}

// A browser is killed when it does not close: that takes its time, but for a drain's.
void Judge::killed(const std::string& session) {
  const Engine& engine = engines_[session];
  if (now() >= farewell_until()) return;
  if (!engine.closing_at) return object("12: a browser is killed that was not asked to close");
  if (engine.closes != Closes::throws && now() < *engine.closing_at + limits_.close_timeout)
    object("12: a browser is killed before its time to close is over");
}

void Judge::gone(const std::string& session) {
  Engine& engine = engines_[session];
  engine.opening = false;
  engine.alive = false;
  engine.closing_at.reset();
  changes();
}

void Judge::giving_back(const std::string& session) {
  Engine& engine = engines_[session];
  if (engine.rental != Engine::Rental::held) object("11: a rented browser is given back twice");
  if (!is_over(session) || engine.alive || engine.opening)
    object("11: a rented browser is given back while it is used");
  engine.rental = Engine::Rental::given;
  engine.given_at = now();
}

void Judge::given_back(const std::string& session) {
  engines_[session].rental = Engine::Rental::over;
  changes();
}

bool Judge::is_wholly_gone(const Engine& engine) const {
  if (engine.opening || engine.alive || engine.rental == Engine::Rental::given) return false;
  // Its owner is not asked any more when a drain has no time left.
  return engine.rental != Engine::Rental::held || now() >= farewell_until();
}

bool Judge::is_over(const std::string& call) const {
  return std::ranges::any_of(
      sessions_, [&](const auto& entry) { return std::to_string(entry.second.call) == call && entry.second.ended; });
}

void Judge::judge_closing() {
  std::size_t closing = 0;
  for (const auto& [number, session] : sessions_) {
    if (!session.ended) continue;
    const Engine& engine = engine_of(session);
    if (is_wholly_gone(engine)) continue;
    ++closing;
    if (engine.opening) continue;  // judged with the others that are
    if (now() >= farewell_until()) object("25: a browser has more time than a drain gives");
    const bool asked = engine.alive ? engine.closing_at.has_value() : engine.rental == Engine::Rental::given;
    if (!asked) object("11: the browser of a session that has ended lives on");
    const base::TimePoint since = engine.alive ? engine.closing_at.value_or(now()) : engine.given_at;
    if (now() >= since + limits_.close_timeout || (engine.alive && engine.closes == Closes::throws))
      object("12: a browser that does not close is not killed in time");
  }
  if (manager_->engines() != index_.size() + closing)
    object(fmt::format("15: {} engines, not {}", manager_->engines(), index_.size() + closing));
  if (now() >= budget_until() && !index_.empty()) object("25: a session is kept after the drain's budget");
  for (const End* end : ends_) {
    if (end->session == 0) continue;
    const Session& session = sessions_.at(end->session);
    const Engine& engine = engine_of(session);
    if (is_wholly_gone(engine) || (engine.opening && now() >= session.ended_at + limits_.close_timeout))
      object("12: an end is not answered in time");
  }
}

}  // namespace session::testing
